package farm

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// ServiceSearch is Office SharePoint Server Search, which crawls (domain.md B.7: named by service lists of the
// time, not by Microsoft; ServiceNames.Search overrides it).
const ServiceSearch = "OSearch"

// SearchService is the short name of the service that crawls.
func (n ServiceNames) SearchService() string { return cmp.Or(n.Search, ServiceSearch) }

// SearchServers are the servers on which preflight found the service that crawls.
func SearchServers(f Farm, facts Facts) []Server {
	return slices.DeleteFunc(f.SharePointServers(), func(s Server) bool {
		read, _ := facts.Server(s.Name)
		_, ok := read.Service(f.Services.SearchService())
		return !ok
	})
}

// queues warns of queues that cannot be counted, for then a person has to look, and of jobs that stay where
// they are until somebody acts (domain.md A.5).
func (j *judge) queues() {
	for _, q := range j.facts.Queues {
		if q.Unreadable != "" {
			j.add(SeverityWarning, q.Server, fmt.Sprintf("the Project queue of %s cannot be counted: %s", q.URL, q.Unreadable),
				"correct queue: in the release file, or let the account read "+q.Database+"; else a person is asked to look at Manage Queue before users are disconnected")
		}
		for _, c := range q.Counts {
			if c.Jobs > 0 && c.State.Standing() {
				j.add(SeverityWarning, q.Server, fmt.Sprintf("the queue in %s has %d jobs %q", q.Database, c.Jobs, c.State.String()),
					"look at Manage Queue in the Server Settings of "+q.URL+": retry or cancel them, never one that is getting queued")
			}
		}
	}
	if len(j.facts.Queues) > 0 && j.release.Queue.TimesheetView == "" {
		j.add(SeverityInformation, j.farm.Name, "the timesheet queue is not counted: the release names no view of it",
			"look at Manage Queue before users are disconnected; jobs in SQL Server are safe while services are stopped")
	}
}

// crawls warns when crawls are to be paused and nothing crawls.
func (j *judge) crawls() {
	if !j.farm.PauseCrawls || len(j.facts.Servers) < len(j.farm.Servers) || len(SearchServers(j.farm, j.facts)) > 0 {
		return
	}
	var names []string
	for _, s := range j.farm.SharePointServers() {
		names = append(names, s.Name)
	}
	j.add(SeverityWarning, j.farm.Name, "crawls are to be paused, and the service "+j.farm.Services.SearchService()+" is on none of "+strings.Join(names, ", "),
		"name the service under services: search: in the rollout file, or leave pause_crawls out")
}
