package scenario

import (
	"fmt"
	"slices"
)

// The roles of a server, as the rollout file spells them.
const (
	central     = "central-administration"
	application = "application"
	index       = "index"
	frontEnd    = "front-end-web"
)

// Farm is one farm of a scenario.
type Farm struct {
	Name string
	// Layout says in words how the roles are spread.
	Layout  string
	Servers []Server
	SQL     []SQLServer
	// Configuration is the configuration database, on the first SQL Server.
	Configuration string
	Projects      []Project
}

// Server is one Windows server.
type Server struct {
	Name  string
	Roles []string
	// OS, WinRM and Architecture are the twin's words; HTTPS puts WinRM into TLS.
	OS, WinRM, Architecture string
	HTTPS                   bool
	// Manual says that people run packages and the wizard there.
	Manual bool
}

// Web reports whether users are served from it.
func (s Server) Web() bool { return slices.Contains(s.Roles, frontEnd) }

// SQLServer is one SQL Server with the SharePoint databases it holds.
type SQLServer struct {
	Name      string
	Encrypt   string
	Databases []Database
	// Backup is the mode of its backups, empty for full ones.
	Backup string
	// Shared says that it is the first farm's.
	Shared bool
}

// Database is a SharePoint database.
type Database struct {
	Name   string
	SizeMB int
}

// DatabasesOn are the databases of the farm on one of its SQL Servers. All that the rollout file expects are on the first one; one
// that is listed for another is there, too.
func (f Farm) DatabasesOn(sql string) (names []string) {
	first := f.SQL[0].Name == sql
	if first {
		names = append(names, f.Configuration)
	}
	for _, q := range f.SQL {
		for _, d := range q.Databases {
			if first || q.Name == sql {
				names = append(names, d.Name)
			}
		}
	}
	for _, p := range f.Projects {
		if p.On == sql {
			names = append(names, p.Databases()...)
		}
	}
	return names
}

// Proves reports whether the backups on a SQL Server of the farm are its administrator's own.
func (f Farm) Proves(sql string) bool {
	return slices.ContainsFunc(f.SQL, func(q SQLServer) bool { return q.Name == sql && q.Backup == Proved })
}

// Project is one Project Web Access instance; its databases are named after it.
type Project struct {
	Name string
	On   string
}

// Databases are the four databases of a Project Web Access instance.
func (p Project) Databases() []string {
	return []string{p.Name + "_Draft", p.Name + "_Published", p.Name + "_Archive", p.Name + "_Reporting"}
}

// layout spreads roles over servers: which ones lie on the host of Central Administration, and how many servers of each
// other kind there may be.
type layout struct {
	name                   string
	central                []string
	applications, indexers int
	frontEnds              int
	// mixed makes the first of the other application servers a Web server, too.
	mixed bool
}

func (g *generator) layout() layout {
	switch g.IntN(7) {
	case 0:
		return layout{name: "one server with everything", central: []string{central, application, index, frontEnd}}
	case 1:
		return layout{name: "Central Administration on a front-end", central: []string{central, frontEnd}, applications: g.between(1, 3), frontEnds: g.between(0, 2)}
	case 2:
		return layout{name: "Central Administration alone", central: []string{central}, applications: g.between(1, 2), frontEnds: g.between(1, 2)}
	case 3:
		return layout{name: "an index server", central: []string{central, application}, applications: g.between(0, 2), indexers: 1, frontEnds: g.between(1, 2)}
	case 4:
		return layout{name: "a large farm", central: []string{central, application}, applications: g.between(1, 3), indexers: g.between(0, 1), frontEnds: g.between(3, 7)}
	case 5:
		return layout{name: "an application server that serves pages", central: []string{central, application}, applications: g.between(1, 2), frontEnds: 1, mixed: true}
	default:
		return layout{name: "Central Administration on an application server", central: []string{central, application}, applications: g.between(0, 2), frontEnds: g.between(1, 3)}
	}
}

func (g *generator) farm() Farm {
	l := g.layout()
	f := Farm{Name: "chaos", Layout: l.name, Configuration: "SharePoint_Config"}
	f.Servers = append(f.Servers, g.server("CA01", l.central))
	for i := range l.applications {
		roles := []string{application}
		if l.mixed && i == 0 {
			roles = append(roles, frontEnd)
		}
		f.Servers = append(f.Servers, g.server(fmt.Sprintf("APP%02d", i+1), roles))
	}
	for i := range l.indexers {
		f.Servers = append(f.Servers, g.server(fmt.Sprintf("IDX%02d", i+1), []string{index}))
	}
	for i := range l.frontEnds {
		f.Servers = append(f.Servers, g.server(fmt.Sprintf("WFE%02d", i+1), []string{frontEnd}))
	}
	// The order of the file is no order of the wizard between roles.
	g.Shuffle(len(f.Servers), func(i, j int) { f.Servers[i], f.Servers[j] = f.Servers[j], f.Servers[i] })
	g.databases(&f)
	return f
}

func (g *generator) server(name string, roles []string) Server {
	s := Server{Name: name, Roles: roles, OS: pick(g, "2003", "2008", "2008", "2008r2"), WinRM: pick(g, "2.0", "2.0", "3.0"), Architecture: "x64", HTTPS: g.chance(25)}
	if s.OS == "2003" && g.chance(50) {
		s.Architecture = "x86"
	}
	return s
}

func (g *generator) databases(f *Farm) {
	for i := range pick(g, 1, 1, 1, 2, 3) {
		f.SQL = append(f.SQL, SQLServer{Name: fmt.Sprintf("SQL%02d", i+1), Encrypt: pick(g, "login", "required", "none")})
	}
	on := func() *SQLServer { return &f.SQL[g.IntN(len(f.SQL))] }
	f.SQL[0].Databases = append(f.SQL[0].Databases, Database{"SharePoint_AdminContent", 512})
	for _, name := range []string{"SharedServices1_DB", "WSS_Search"} {
		q := on()
		q.Databases = append(q.Databases, Database{name, g.between(200, 4000)})
	}
	for i := range g.between(1, 3) {
		q := on()
		q.Databases = append(q.Databases, Database{fmt.Sprintf("WSS_Content_%d", i+1), g.between(500, 20000)})
	}
	for i := range pick(g, 1, 1, 2) {
		f.Projects = append(f.Projects, Project{Name: fmt.Sprintf("PWA%d", i+1), On: on().Name})
	}
}
