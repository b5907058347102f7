package farm

import (
	"slices"
	"strings"
)

func (j *judge) sqlServer(s SQLFacts) {
	switch {
	case !OlderThan(s.ProductVersion, 9, 0):
	case OlderThan(s.ProductVersion, 8, 0):
		j.add(SeverityBlocking, s.Server, "SQL Server "+s.ProductVersion+" is older than any that a farm of 2007 runs on", "check the address")
	default:
		j.add(SeverityBlocking, s.Server, "this is SQL Server 2000 ("+s.ProductVersion+"), whose wire protocol is another than that of 2005 and later", "move the databases to SQL Server 2005 or later first")
	}
	if !s.Sysadmin {
		j.add(SeverityWarning, s.Server, "the connection is not a member of sysadmin", "backups and VERSIONS need rights in every database of the farm")
	}
}

func (j *judge) databases() {
	unread := len(j.facts.SQL) < len(j.farm.SQLServers) // a finding by itself; the databases may be on that one
	have := FarmDatabases(j.farm, j.facts)
	named := append([]string{j.farm.Databases.Configuration}, j.farm.Databases.Expect...)
	for _, p := range j.farm.ProjectWebAccess {
		named = append(named, p.Databases()...)
	}
	for _, d := range j.facts.Farm.Databases {
		named = append(named, d.Name)
	}
	seen := map[string]bool{}
	for _, n := range named {
		if n == "" || seen[strings.ToLower(n)] {
			continue
		}
		seen[strings.ToLower(n)] = true
		if !unread && !slices.ContainsFunc(have, func(d DatabaseOn) bool { return strings.EqualFold(d.Database, n) }) {
			j.add(SeverityBlocking, j.farm.Name, "database "+n+" is on none of the file's SQL Servers", "add the SQL Server, or correct the name: a database left out is not backed up")
		}
	}
	for _, s := range j.facts.SQL {
		for _, d := range have {
			if f, ok := s.Database(d.Database); ok && d.Server == s.Server && !strings.EqualFold(f.State, "ONLINE") {
				j.add(SeverityBlocking, s.Server, "database "+f.Name+" is "+f.State, "bring it online")
			}
		}
	}
}
