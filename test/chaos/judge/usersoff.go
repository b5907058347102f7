package judge

import (
	"slices"
	"strings"
)

// publishing is the World Wide Web Publishing Service.
const publishing = "W3SVC"

// state is what the journal last said of a service.
type state struct {
	running bool
	// known says that the journal has told whether it runs.
	known bool
	mode  string
}

// follow keeps the states of services by host and name: a server that goes down takes them all with it.
func follow(states map[string]map[string]*state, e Event) {
	if e.Protocol != "system" {
		return
	}
	of := func() *state {
		name, _ := e.service()
		if states[e.Host] == nil {
			states[e.Host] = map[string]*state{}
		}
		if states[e.Host][name] == nil {
			states[e.Host][name] = &state{}
		}
		return states[e.Host][name]
	}
	switch e.Event {
	case "service-started":
		s := of()
		s.running, s.known = true, true
	case "service-stopped":
		s := of()
		s.running, s.known = false, true
	case "service-start-mode":
		_, of().mode = e.service()
	case "shutdown":
		for _, s := range states[e.Host] {
			s.running, s.known = false, true
		}
	}
}

// usersOff: whenever a package or the wizard begins or ends anywhere, and until every wizard has ended, W3SVC is stopped on
// every Web server and no boot would bring it back; and it is never disabled, for the wizard may need it.
func (e *Evidence) usersOff(v *verdict) {
	states := map[string]map[string]*state{}
	told := map[string]bool{} // one line of a kind per server is enough
	for _, ev := range e.events {
		follow(states, ev)
		if name, mode := ev.service(); ev.Event == "service-start-mode" && name == publishing && mode == "disabled" {
			v.broken(UsersOff, "%d: W3SVC was disabled on %s", ev.Seq, ev.Host)
		}
		if ev.program() == "" || ev.Event != "started" && ev.Event != "exited" {
			continue
		}
		for _, host := range e.web {
			wrong := ""
			switch s := states[host][publishing]; {
			case s == nil || !s.known || s.running:
				wrong = "ran on " + host
			case s.mode != "manual":
				wrong = "would be back after a boot of " + host
			}
			if wrong != "" && !told[wrong] {
				told[wrong] = true
				v.broken(UsersOff, "%d: W3SVC %s when %s %s on %s", ev.Seq, wrong, ev.program(), ev.Event, ev.Host)
			}
		}
	}
}

// turnedAway: users who came meanwhile met a server that did not answer, and nothing worse than before the update.
func (e *Evidence) turnedAway(v *verdict) {
	for _, ev := range e.touched() {
		if ev.Event == "user-turned-away" && !strings.Contains(ev.Text, "did not answer") && e.begun(ev) {
			v.broken(UsersOff, "%d: a user of %s: %s", ev.Seq, ev.Host, ev.Text)
		}
	}
}

// projectServices: before the first wizard the Project services of the application servers are stopped, and stay so until
// the last wizard has ended. A server whose Project services the journal never mentions has none; the damage says if not.
func (e *Evidence) projectServices(v *verdict) {
	isProject := func(name string) bool { return strings.Contains(name, "PROJECTSERVER") }
	exists := map[string]map[string]bool{}
	for _, ev := range e.events {
		if name, _ := ev.service(); strings.HasPrefix(ev.Event, "service-") && isProject(name) {
			if exists[ev.Host] == nil {
				exists[ev.Host] = map[string]bool{}
			}
			exists[ev.Host][name] = true
		}
	}
	states := map[string]map[string]*state{}
	told := map[string]bool{}
	for _, ev := range e.events {
		follow(states, ev)
		if ev.program() != wizard || ev.Event != "started" {
			continue
		}
		for host, services := range exists {
			for name := range services {
				s := states[host][name]
				if !slices.Contains(e.projects, host) || told[host+name] || s != nil && s.known && !s.running && s.mode == "manual" {
					continue
				}
				told[host+name] = true
				v.broken(ProjectServices, "%d: %s was not stopped and manual on %s when the wizard began on %s", ev.Seq, name, host, ev.Host)
			}
		}
	}
}
