package farm

import "slices"

// FinalizeOrder returns the order in which the configuration wizard runs, one server at a time (the
// article, step 10 and its note): the host of Central Administration, then the other application servers
// (index servers count among them), then the front-end Web servers. Where Central Administration is on a
// front-end Web server that server is first all the same. A server that is both lies between the two groups, so
// that no application server comes after a mere front-end and no front-end before a mere application server.
// Within a group the file's order holds.
func FinalizeOrder(f Farm) []Server {
	var first, application, both, frontEnd []Server
	for _, s := range f.SharePointServers() {
		switch {
		case s.HasRole(RoleCentralAdministration):
			first = append(first, s)
		case s.HasRole(RoleFrontEndWeb) && (s.HasRole(RoleApplication) || s.HasRole(RoleIndex)):
			both = append(both, s)
		case s.HasRole(RoleFrontEndWeb):
			frontEnd = append(frontEnd, s)
		default:
			application = append(application, s)
		}
	}
	return slices.Concat(first, application, both, frontEnd)
}

// ApplicationServers returns the servers that may run the Project services: those with the role
// application, and the host of Central Administration, where a small farm runs them.
func ApplicationServers(f Farm) []Server {
	var out []Server
	for _, s := range f.SharePointServers() {
		if s.HasRole(RoleApplication) || s.HasRole(RoleCentralAdministration) {
			out = append(out, s)
		}
	}
	return out
}
