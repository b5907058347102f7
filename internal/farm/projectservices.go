package farm

import (
	"fmt"
	"strings"
)

// projectService says how one of the two Project services is recognised when its short name is unknown
// (domain.md B.7): by the end of its path, then by words of its display name.
type projectService struct {
	title    string
	binary   string
	words    []string
	override func(ServiceNames) string
}

// The article names them: Microsoft Office Project Server Events service and Queue service.
var projectServices = []projectService{
	{"Microsoft Office Project Server Events service", "microsoft.office.project.server.eventing.exe", []string{"project server", "event"}, func(n ServiceNames) string { return n.ProjectEvents }},
	{"Microsoft Office Project Server Queue service", "microsoft.office.project.server.queuing.exe", []string{"project server", "queue"}, func(n ServiceNames) string { return n.ProjectQueue }},
}

// FindProjectServices picks the Project Server Events and Queue service out of a server's services, in
// this order. A service that is not there is left out; two candidates for one are an error.
func FindProjectServices(all []ServiceState, names ServiceNames) ([]ServiceState, error) {
	var out []ServiceState
	for _, p := range projectServices {
		found := p.find(all, names)
		switch {
		case len(found) > 1:
			var short []string
			for _, s := range found {
				short = append(short, s.Name)
			}
			return nil, fmt.Errorf("more than one service looks like the %s: %s", p.title, strings.Join(short, ", "))
		case len(found) == 1:
			out = append(out, found[0])
		case p.override(names) != "":
			return nil, fmt.Errorf("the file names %s as the %s, and there is no such service", p.override(names), p.title)
		}
	}
	return out, nil
}

func (p projectService) find(all []ServiceState, names ServiceNames) []ServiceState {
	name := p.override(names)
	tests := []func(ServiceState) bool{
		func(s ServiceState) bool { return strings.Contains(strings.ToLower(s.Path), p.binary) },
		func(s ServiceState) bool {
			for _, w := range p.words {
				if !strings.Contains(strings.ToLower(s.Display), w) {
					return false
				}
			}
			return true
		},
	}
	if name != "" {
		tests = []func(ServiceState) bool{func(s ServiceState) bool { return strings.EqualFold(s.Name, name) }}
	}
	for _, test := range tests {
		var found []ServiceState
		for _, s := range all {
			if test(s) {
				found = append(found, s)
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// WatchedService reports whether a service matters to an update: World Wide Web Publishing, the timer and
// administration service, Office search, and the Project services.
func WatchedService(s ServiceState, names ServiceNames) bool {
	for _, n := range []string{ServiceWebPublishing, ServiceTimer, ServiceAdministration, ServiceAutomaticUpdates, names.SearchService()} {
		if strings.EqualFold(s.Name, n) {
			return true
		}
	}
	for _, p := range projectServices {
		if len(p.find([]ServiceState{s}, names)) > 0 {
			return true
		}
	}
	return false
}
