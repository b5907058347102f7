package judge

import (
	"encoding/json"
	"strings"
	"time"
)

// recorded is a service as it was before anything touched it.
type recorded struct {
	Server string `json:"server"`
	Name   string `json:"name"`
	// Running and StartMode are what goes back.
	Running   bool   `json:"running"`
	StartMode string `json:"start_mode"`
	at        time.Time
}

// records are the first looks at each service by host and name.
func (e *Evidence) records() map[string]recorded {
	out := map[string]recorded{}
	for _, a := range e.history.activity {
		if a.name != "ReadServices" && a.name != "FindProjectServices" {
			continue
		}
		var found []recorded
		if json.Unmarshal(a.result, &found) != nil {
			continue
		}
		for _, r := range found {
			k := r.Server + "/" + strings.ToUpper(r.Name)
			if _, known := out[k]; !known {
				r.at = a.at
				out[k] = r
			}
		}
	}
	return out
}

// restored: every service whose start mode was changed had been looked at before, and in the end it runs and starts as it
// did, or the report tells people that it does not.
func (e *Evidence) restored(v *verdict) {
	records := e.records()
	states := map[string]map[string]*state{}
	down := map[string]bool{} // servers that are off or booting in the end
	changed := map[string]bool{}
	for _, ev := range e.events {
		follow(states, ev)
		switch ev.Event {
		case "shutdown", "boot":
			down[ev.Host] = ev.Event == "shutdown"
		case "service-start-mode":
			name, _ := ev.service()
			k := ev.Host + "/" + name
			if r, known := records[k]; !changed[k] && (!known || r.at.After(ev.Time)) {
				v.broken(Restored, "%d: the start mode of %s on %s was changed before it was recorded", ev.Seq, name, ev.Host)
			}
			changed[k] = true
		}
	}
	if e.outcome() == "" {
		return // it has not ended: outcomes says so
	}
	for k := range changed {
		host, name, _ := strings.Cut(k, "/")
		s, r := states[host][name], records[k]
		asBefore := s.mode == r.StartMode && (s.running == r.Running || down[host])
		if !asBefore && !e.residual(host, name) {
			v.broken(Restored, "%s on %s: running %t and %s, before: running %t and %s; the report does not say so", name, host, s.running, s.mode, r.Running, r.StartMode)
		}
		if !asBefore && e.reached() {
			v.broken(Restored, "%s on %s is not as it was after %s", name, host, e.outcome())
		}
	}
}

// leftBehind: every folder that was made for a job is gone in the end, unless the report tells people about the server.
func (e *Evidence) leftBehind(v *verdict) {
	if e.outcome() == "" {
		return
	}
	there := map[string]string{} // job -> host
	for _, ev := range e.events {
		id := job(ev.Text)
		switch {
		case ev.Event != "command" || ev.Exit == nil || *ev.Exit != 0 || id == "":
		case strings.HasPrefix(ev.Text, "md "):
			there[id] = ev.Host
		case strings.HasPrefix(ev.Text, "rd "):
			delete(there, id)
		}
	}
	for id, host := range there {
		if !e.residual(host) {
			v.broken(LeftBehind, "the folder of job %s is still on %s; the report does not say so", id, host)
		}
	}
}
