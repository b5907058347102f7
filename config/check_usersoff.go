package config

import (
	"net/url"
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// checkTasks checks that each manual task is asked at a point that exists, of somebody.
func (n *notes) checkTasks(r farm.Rollout) {
	var phases, keys, names []string
	for _, p := range farm.Phases() {
		phases = append(phases, string(p))
	}
	for i, t := range r.ManualTasks {
		key := element("manual_tasks", i)
		keys, names = append(keys, key+".name"), append(names, t.Name)
		n.checkName(key+".name", t.Name)
		n.checkTaskName(key+".name", r, t.Name)
		if n.require(key+".when", string(t.When), "before or after its phase") {
			n.checkOneOf(key+".when", string(t.When), taskTimes...)
		}
		if n.require(key+".phase", string(t.Phase), "phases are "+list(phases)) {
			n.checkOneOf(key+".phase", string(t.Phase), phases...)
		}
		n.require(key+".text", t.Text, "say what is to be done")
		if n.require(key+".owner", t.Owner, "name a group, or the person who does it") {
			n.checkPerson(key+".owner", t.Owner)
		}
	}
	n.checkUnique("manual task", keys, names)
}

// checkTaskName keeps the ids of a file's tasks apart from those of servers with manual execution, which are a server's
// name and what is to be done there.
func (n *notes) checkTaskName(key string, r farm.Rollout, name string) {
	for _, f := range r.Farms {
		for _, s := range f.Servers {
			if s.Name != "" && strings.HasPrefix(strings.ToLower(name), strings.ToLower(s.Name)+"-") {
				n.wrong(key, "a manual task's name must not begin with the name of a server and a dash: tasks of servers with execution: manual are called so")
			}
		}
	}
}

// checkSmokeTests checks the pages that front-ends must show.
func (n *notes) checkSmokeTests(key string, f farm.Farm) {
	var keys, names []string
	for i, t := range f.SmokeTests {
		at := element(key+".smoke_tests", i)
		keys, names = append(keys, at+".name"), append(names, t.Name)
		n.checkName(at+".name", t.Name)
		if n.require(at+".url", t.URL, "want the address of a page, like http://pwa.contoso/pwa") {
			if u, err := url.Parse(t.URL); err != nil || u.Host == "" || u.User != nil || !slices.Contains([]string{"http", "https"}, u.Scheme) {
				n.wrong(at+".url", "want an address like http://pwa.contoso/pwa, without user and password")
			}
		}
		if t.ExpectStatus < 100 || t.ExpectStatus > 599 {
			n.wrong(at+".expect_status", "%d is not an HTTP status; want 200, or 401 for a site that asks who is there", t.ExpectStatus)
		}
	}
	n.checkUnique("smoke test", keys, names)
}

// checkQueueViews checks that a release that names a view says where a job's state is.
func (n *notes) checkQueueViews(q farm.QueueViews) {
	if q.DraftView != "" || q.TimesheetView != "" {
		n.require("queue.state_column", q.StateColumn, "name the column of the view that holds a job's state")
	}
}
