package farm

import (
	"slices"
	"strconv"
	"strings"
)

// Discovery is what a living farm says of itself, the material of a first rollout file.
type Discovery struct {
	Facts      FarmFacts
	Servers    []DiscoveredServer
	SQLServers []DiscoveredSQLServer
}

// DiscoveredServer is one server of the farm's own list.
type DiscoveredServer struct {
	Name, Address string
	Roles         []Role
	// Problem says why the server itself could not be asked; its roles are then the farm's word alone.
	Problem string
}

// DiscoveredSQLServer is one SQL Server instance that holds databases of the farm.
type DiscoveredSQLServer struct {
	// Instance is what the farm calls it; Name is fit for a rollout file.
	Instance, Name, Address string
	// Port is zero for a named instance, whose port nobody asked for.
	Port int
	// Problem says why it did not answer, or what it lacks.
	Problem string
}

// searchService is the service of Office SharePoint Server Search, which index (and query) servers run.
const searchService = "OSearch"

// DiscoveredServices are the services by which DiscoveredRoles tells an index server.
func DiscoveredServices() []string { return []string{searchService} }

// DiscoveredRoles are the roles of a server: by the farm's own list of service instances, and by the
// services that run on it. One without any is an application server.
func DiscoveredRoles(f FarmFacts, name string, project, services []ServiceState) []Role {
	var roles []Role
	if containsName(f.CentralAdministration, name) {
		roles = append(roles, RoleCentralAdministration)
	}
	running := func(s ServiceState) bool { return s.Running }
	if slices.ContainsFunc(project, running) {
		roles = append(roles, RoleApplication)
	}
	if slices.ContainsFunc(services, func(s ServiceState) bool { return s.Running && strings.EqualFold(s.Name, searchService) }) {
		roles = append(roles, RoleIndex)
	}
	if containsName(f.WebServers, name) {
		roles = append(roles, RoleFrontEndWeb)
	}
	if len(roles) == 0 {
		roles = append(roles, RoleApplication)
	}
	return roles
}

// DiscoverSQLServers are the SQL Server instances of the farm's databases, in the order the farm names them.
// An instance is HOST, HOST,PORT or HOST\INSTANCE, as in a connection string.
func DiscoverSQLServers(f FarmFacts) []DiscoveredSQLServer {
	var out []DiscoveredSQLServer
	for _, d := range f.Databases {
		if d.Server == "" || slices.ContainsFunc(out, func(s DiscoveredSQLServer) bool { return strings.EqualFold(s.Instance, d.Server) }) {
			continue
		}
		s := DiscoveredSQLServer{Instance: d.Server, Port: 1433}
		s.Address, _, _ = strings.Cut(d.Server, `\`)
		s.Address, _, _ = strings.Cut(s.Address, ",")
		if _, port, ok := strings.Cut(d.Server, ","); ok {
			s.Port = portOf(port)
		} else if strings.Contains(d.Server, `\`) {
			s.Port = 0
		}
		s.Name = nameOf(d.Server)
		if containsName(f.Servers, s.Name) {
			s.Name += "-SQL" // a computer that runs both has two entries
		}
		out = append(out, s)
	}
	return out
}

// portOf is a TCP port, or 0 for what is none.
func portOf(text string) int {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 16)
	if err != nil {
		return 0
	}
	return int(n)
}

// nameOf makes a name of letters, digits, dots and dashes from an instance.
func nameOf(instance string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_':
			return r
		}
		return '-'
	}, instance), "-.")
}

// projectWords are what people put into the names of the four databases of a Project Web Access instance.
var projectWords = []string{"draft", "published", "archive", "reporting"}

// DiscoverProjectWebAccess groups the Project databases into instances by their names, which hold one of the
// words draft, published, archive and reporting. What does not fit is left over, for a person.
func DiscoverProjectWebAccess(f FarmFacts) (instances []ProjectWebAccess, left []string) {
	index := map[string]int{} // name without its word -> instance
	for _, d := range f.Databases {
		if !d.Project() {
			continue
		}
		low := strings.ToLower(d.Name)
		i := slices.IndexFunc(projectWords, func(w string) bool { return strings.Contains(low, w) })
		if i < 0 {
			left = append(left, d.Name)
			continue
		}
		rest := strings.Replace(low, projectWords[i], "", 1) + "\x00" + strings.ToLower(d.Server)
		at, known := index[rest]
		if !known {
			at = len(instances)
			index[rest] = at
			instances = append(instances, ProjectWebAccess{On: d.Server})
		}
		p := &instances[at]
		field := []*string{&p.Draft, &p.Published, &p.Archive, &p.Reporting}[i]
		if *field != "" {
			left = append(left, d.Name)
			continue
		}
		*field = d.Name
	}
	return instances, left
}

// Project reports whether the object model calls the database one of Project Server's.
func (d ReportedDatabase) Project() bool {
	return strings.Contains(strings.ToLower(d.Type), ".project.")
}
