package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// ServerEvidence is one server: what ran on it, under whom, and how it stood before and after. The tenth section is a
// list of them.
type ServerEvidence struct {
	Name  string      `json:"name"`
	Roles []farm.Role `json:"roles"`
	OS    string      `json:"os,omitempty"`
	// Account opened the connection, RunAs ran packages and wizard.
	Account       string               `json:"account,omitempty"`
	RunAs         string               `json:"run_as,omitempty"`
	VersionBefore farm.Version         `json:"version_before,omitzero"`
	VersionAfter  farm.Version         `json:"version_after,omitzero"`
	Reboots       int                  `json:"reboots"`
	FinalizedAt   time.Time            `json:"finalized_at,omitzero"`
	Commands      []CommandEvidence    `json:"commands,omitempty"`
	Witnesses     []farm.WitnessResult `json:"witnesses,omitempty"`
	Services      []ServiceEvidence    `json:"services,omitempty"`
}

// CommandEvidence is one installer or one wizard as it was run, and what proves its result.
type CommandEvidence struct {
	What    string `json:"what"`
	Try     int    `json:"try,omitempty"`
	Command string `json:"command,omitempty"`
	Account string `json:"account,omitempty"`
	Exit    *int   `json:"exit,omitempty"`
	Outcome string `json:"outcome,omitempty"`
	// AllowedBy is the decision that allowed a try after the first.
	AllowedBy string    `json:"allowed_by,omitempty"`
	Started   time.Time `json:"started,omitzero"`
	Finished  time.Time `json:"finished,omitzero"`
	// Says is what proves a package, or the wizard's own last words.
	Says []string `json:"says,omitempty"`
}

// ServiceEvidence is one service before and after. Before is how it was found when preflight looked, or right before it
// was stopped; After how it was found at the end, nil where it was not looked at again.
type ServiceEvidence struct {
	Name     string             `json:"name"`
	Before   farm.ServiceState  `json:"before"`
	Stopped  time.Time          `json:"stopped,omitzero"`
	Restored time.Time          `json:"restored,omitzero"`
	After    *farm.ServiceState `json:"after,omitempty"`
}

func serversEvidence(k audited) []ServerEvidence {
	var out []ServerEvidence
	for _, srv := range k.status.Servers {
		out = append(out, serverEvidence(k.status, srv))
	}
	return out
}

func serverEvidence(s farm.Status, srv farm.ServerStatus) ServerEvidence {
	e := ServerEvidence{
		Name: srv.Name, Roles: srv.Roles, VersionBefore: srv.VersionBefore, VersionAfter: srv.Version, Reboots: srv.Reboots,
		FinalizedAt: srv.FinalizedAt, Witnesses: srv.Witnesses, Services: serviceEvidence(s, srv.Name),
	}
	if f, ok := s.Facts.Server(srv.Name); ok {
		e.OS, e.Account = strings.TrimSpace(f.Caption+" "+f.OSVersion+" "+string(f.Architecture)), f.Account
	}
	for _, p := range s.Facts.Probes {
		if strings.EqualFold(p.Server, srv.Name) {
			e.RunAs = p.User
		}
	}
	e.Commands = commandEvidence(srv, orWord(e.RunAs, e.Account))
	return e
}

// commandEvidence lists what ran on a server in the order of time; what never ran has no line.
func commandEvidence(srv farm.ServerStatus, account string) []CommandEvidence {
	var out []CommandEvidence
	for _, p := range srv.Packages {
		if p.State != farm.StepPending {
			out = append(out, CommandEvidence{
				What: "package " + p.KB, Try: p.Try, Command: p.Command, Account: account, Exit: p.Exit, Outcome: orWord(p.Outcome, string(p.State)),
				Started: p.Started, Finished: p.Finished, Says: filledWords(p.Evidence),
			})
		}
	}
	for _, w := range srv.Wizards {
		out = append(out, CommandEvidence{
			What: "wizard", Try: w.Try, Command: w.Command, Account: account, Exit: w.Exit, AllowedBy: w.AllowedBy,
			Started: w.Started, Finished: w.Finished, Says: w.Summary,
		})
	}
	slices.SortStableFunc(out, func(a, b CommandEvidence) int { return a.Started.Compare(b.Started) })
	return out
}

// serviceEvidence joins what preflight read, what was recorded before a stop, and what was found at the end.
func serviceEvidence(s farm.Status, server string) []ServiceEvidence {
	var out []ServiceEvidence
	of := func(state farm.ServiceState) *ServiceEvidence {
		i := slices.IndexFunc(out, func(v ServiceEvidence) bool { return strings.EqualFold(v.Name, state.Name) })
		if i < 0 {
			out = append(out, ServiceEvidence{Name: state.Name, Before: state})
			i = len(out) - 1
		}
		return &out[i]
	}
	for _, rec := range s.Services {
		if rec.Server == server {
			v := of(rec.ServiceState)
			v.Stopped, v.Restored = rec.StoppedAt, rec.RestoredAt
		}
	}
	for _, after := range s.ServicesAfter {
		if after.Server != server {
			continue
		}
		before := after
		if f, ok := s.Facts.Server(server); ok {
			if found, ok := f.Service(after.Name); ok {
				before = found
			}
		}
		of(before).After = &after
	}
	return out
}

func (e Evidence) layServers(d *document) {
	lay(d, e.Servers, func(all []ServerEvidence) {
		var servers, commands, witnesses, services [][]string
		for _, s := range all {
			servers = append(servers, []string{s.Name, rolesText(s.Roles), s.OS, s.Account, s.RunAs, versionText(s.VersionBefore), versionText(s.VersionAfter), fmt.Sprint(s.Reboots), e.when(s.FinalizedAt)})
			for _, c := range s.Commands {
				try := ""
				if c.Try > 0 {
					try = fmt.Sprint(c.Try)
				}
				commands = append(commands, []string{s.Name, c.What, try, c.Command, c.Account, exitWord(c.Exit), c.Outcome, e.when(c.Started), between(c.Started, c.Finished).String(), c.AllowedBy, strings.Join(c.Says, "\n")})
			}
			for _, w := range s.Witnesses {
				witnesses = append(witnesses, []string{s.Name, string(w.Witness), yes(w.Mandatory), yes(w.Agrees), w.Says, e.when(w.At)})
			}
			for _, v := range s.Services {
				services = append(services, []string{s.Name, v.Name, serviceText(&v.Before), e.when(v.Stopped), restoredText(e, v), orWord(serviceText(v.After), "not looked at")})
			}
		}
		d.tabulate("", []string{"server", "roles", "system", "connected as", "ran as", "before", "after", "reboots", "finalized"}, servers)
		d.tabulate("Commands", []string{"server", "what", "try", "command", "account", "exit", "outcome", "started", "took", "allowed by", "proof, own words"}, commands)
		d.tabulate("Witnesses", []string{"server", "witness", "mandatory", "agrees", "says", "asked"}, witnesses)
		d.tabulate("Services before and after", []string{"server", "service", "before", "stopped", "restored", "after"}, services)
	})
}

// serviceText is a service's state in words, empty where there is none.
func serviceText(s *farm.ServiceState) string {
	switch {
	case s == nil:
		return ""
	case s.Running:
		return "running, " + string(s.StartMode)
	}
	return "stopped, " + string(s.StartMode)
}

func restoredText(e Evidence, v ServiceEvidence) string {
	if v.Stopped.IsZero() {
		return ""
	}
	return orWord(e.when(v.Restored), "not back")
}
