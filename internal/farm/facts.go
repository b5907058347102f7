package farm

import (
	"slices"
	"strings"
)

// Facts is everything preflight found about one farm.
type Facts struct {
	Servers []ServerFacts `json:"servers"`
	Probes  []ProbeFacts  `json:"probes"`
	SQL     []SQLFacts    `json:"sql"`
	Farm    FarmFacts     `json:"farm"`
	// Clients is what the inventory says; nil where none is named or it could not be read.
	Clients *ClientFacts   `json:"clients,omitempty"`
	Queues  []QueueReading `json:"queues,omitempty"`
	// UpgradeJobs is nil while nobody asked.
	UpgradeJobs *UpgradeJobs `json:"upgrade_jobs,omitempty"`
}

// Server returns the facts of one server.
func (f Facts) Server(name string) (ServerFacts, bool) {
	i := slices.IndexFunc(f.Servers, func(s ServerFacts) bool { return strings.EqualFold(s.Server, name) })
	if i < 0 {
		return ServerFacts{}, false
	}
	return f.Servers[i], true
}

// DatabaseOn is a database of the farm and the SQL Server of the file that holds it.
type DatabaseOn struct {
	Server   string `json:"server"`
	Database string `json:"database"`
	SizeMB   int    `json:"size_mb"`
	// Project marks the four databases of a Project Web Access instance.
	Project bool `json:"project,omitempty"`
}

// FarmDatabases joins what the farm reports, what the file names and what the SQL Servers hold into the
// list that is backed up and verified, sorted by SQL Server and name.
func FarmDatabases(f Farm, facts Facts) []DatabaseOn {
	wanted := map[string]bool{} // lower-case name -> is a Project database
	add := func(name string, project bool) {
		if name != "" {
			k := strings.ToLower(name)
			wanted[k] = wanted[k] || project
		}
	}
	add(f.Databases.Configuration, false)
	for _, d := range f.Databases.Expect {
		add(d, false)
	}
	for _, d := range facts.Farm.Databases {
		add(d.Name, false)
	}
	for _, p := range f.ProjectWebAccess {
		for _, d := range p.Databases() {
			add(d, true)
		}
	}
	var out []DatabaseOn
	for _, sql := range facts.SQL {
		for _, d := range sql.Databases {
			if project, ok := wanted[strings.ToLower(d.Name)]; ok {
				out = append(out, DatabaseOn{Server: sql.Server, Database: d.Name, SizeMB: d.SizeMB, Project: project})
			}
		}
	}
	slices.SortFunc(out, func(a, b DatabaseOn) int {
		if c := strings.Compare(a.Server, b.Server); c != 0 {
			return c
		}
		return strings.Compare(a.Database, b.Database)
	})
	return out
}

// WebServers returns the servers of the file that run the Web Application service, as the farm reports
// it; where the farm said nothing, the servers with the role front-end-web.
func WebServers(f Farm, facts Facts) []Server {
	if len(facts.Farm.WebServers) == 0 {
		return f.WithRole(RoleFrontEndWeb)
	}
	var out []Server
	for _, s := range f.Servers {
		if slices.ContainsFunc(facts.Farm.WebServers, func(n string) bool { return strings.EqualFold(n, s.Name) }) {
			out = append(out, s)
		}
	}
	return out
}
