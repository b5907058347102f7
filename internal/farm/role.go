package farm

import "slices"

// Role is what a server does in the farm. A server may hold several roles.
type Role string

// The roles of a 2007 farm that decide the order of an update (the article, "Update a farm deployment").
const (
	// RoleCentralAdministration hosts the Central Administration Web site; the wizard runs here first.
	RoleCentralAdministration Role = "central-administration"
	// RoleApplication runs shared services or the Project Server services.
	RoleApplication Role = "application"
	// RoleFrontEndWeb serves the Web applications to users.
	RoleFrontEndWeb Role = "front-end-web"
	// RoleIndex crawls; it is finalized among the application servers.
	RoleIndex Role = "index"
	// RoleDatabase marks a farm server that also runs SQL Server; it has SharePoint binaries only
	// together with another role.
	RoleDatabase Role = "database"
)

// Roles lists every role in the order of this file.
func Roles() []Role {
	return []Role{RoleCentralAdministration, RoleApplication, RoleFrontEndWeb, RoleIndex, RoleDatabase}
}

// Valid reports whether the role is one of Roles.
func (r Role) Valid() bool { return slices.Contains(Roles(), r) }
