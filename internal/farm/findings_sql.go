package farm

import (
	"slices"
	"strings"
)

func (j *judge) sqlServer(s SQLFacts) {
	if strings.HasPrefix(s.ProductVersion, "8.") {
		j.add(SeverityBlocking, s.Server, "SQL Server 2000 ("+s.ProductVersion+")", "its wire protocol is too old: back up and verify by hand, or upgrade SQL Server first")
	}
	if !s.Sysadmin {
		j.add(SeverityWarning, s.Server, "the connection is not a member of sysadmin", "backups and VERSIONS need rights in every database of the farm")
	}
}

func (j *judge) databases() {
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
		if !slices.ContainsFunc(have, func(d DatabaseOn) bool { return strings.EqualFold(d.Database, n) }) {
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
