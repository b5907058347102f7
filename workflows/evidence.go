package workflows

import (
	"fmt"
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// The facts of a question are what people see and what their decision is bound to by its digest.

func (r *run) installFacts(workflow.Context) ([]farm.Fact, error) {
	verified, size := 0, 0
	for _, d := range r.status.Databases {
		if d.Verified {
			verified++
		}
		size += d.SizeMB
	}
	facts := []farm.Fact{
		{Label: "change", Text: strings.TrimSpace(r.in.Rollout.Change.Ticket + " plan " + short(r.in.Digest))},
		{Label: "backup", Text: fmt.Sprintf("%d/%d databases backed up and verified, %d MB", verified, len(r.status.Databases), size)},
		r.usersOffFact(),
		{Label: "packages", Text: r.packageNames() + " on " + names(r.farm.SharePointServers())},
	}
	facts = append(facts, r.warningFacts()...)
	return append(facts, farm.Fact{Label: "no return", Text: "packages cannot be uninstalled; after this the way back is restoring databases and servers"}), nil
}

// warningFacts are the warnings of preflight that people go on in spite of.
func (r *run) warningFacts() []farm.Fact {
	var facts []farm.Fact
	for _, f := range r.status.Findings {
		if f.Severity == farm.SeverityWarning {
			facts = append(facts, farm.Fact{Label: "warning", Text: f.Server + ": " + f.What})
		}
	}
	return facts
}

func (r *run) continueFacts(workflow.Context) ([]farm.Fact, error) {
	ca := r.status.Server(r.farm.CentralAdministration().Name)
	installed, total, reboots := 0, 0, 0
	for _, s := range r.status.Servers {
		reboots += s.Reboots
		for _, p := range s.Packages {
			total++
			if p.State == farm.StepDone {
				installed++
			}
		}
	}
	project, ok := 0, 0
	for _, d := range r.status.Databases {
		if d.Project {
			project++
			if d.OK {
				ok++
			}
		}
	}
	facts := []farm.Fact{
		{Label: "install", Text: fmt.Sprintf("%d/%d packages proven, %s", installed, total, count(reboots, "reboot"))},
		r.usersOffFact(),
		{Label: "finalized", Text: fmt.Sprintf("%s %s -> %s", ca.Name, ca.VersionBefore, ca.Version)},
		{Label: "databases", Text: fmt.Sprintf("%d/%d Project databases at %s or later", ok, project, r.in.Release.Expected.ProjectDatabases)},
	}
	for _, w := range ca.Witnesses {
		facts = append(facts, farm.Fact{Label: string(w.Witness), Text: w.Says})
	}
	return append(facts, farm.Fact{Label: "next", Text: names(farm.FinalizeOrder(r.farm)[1:])}), nil
}

func (r *run) reconnectFacts(workflow.Context) ([]farm.Fact, error) {
	finalized := 0
	for _, s := range r.status.Servers {
		if s.Finalized {
			finalized++
		}
	}
	ok := 0
	for _, d := range r.status.Databases {
		if d.OK {
			ok++
		}
	}
	facts := []farm.Fact{
		{Label: "finalized", Text: fmt.Sprintf("%d/%d servers", finalized, len(r.farm.SharePointServers()))},
		{Label: "databases", Text: fmt.Sprintf("%d/%d at the expected version", ok, len(r.status.Databases))},
		r.usersOffFact(),
		{Label: "exceptions", Text: fmt.Sprint(len(r.status.Exceptions))},
	}
	for _, s := range r.servingServers() {
		says := []string{s.Name + " serves whoever reaches it"}
		for _, w := range r.status.Server(s.Name).Witnesses {
			if w.Witness == farm.WitnessWebResponse || w.Witness == farm.WitnessSmokeTests {
				says = append(says, string(w.Witness)+": "+w.Says)
			}
		}
		facts = append(facts, farm.Fact{Label: "first", Text: strings.Join(says, "; ")})
	}
	return facts, nil
}

// servingServers are the Web servers that were brought back already.
func (r *run) servingServers() []farm.Server {
	return slices.DeleteFunc(r.webServers(), func(s farm.Server) bool {
		rec := r.service(s.Name, farm.ServiceWebPublishing)
		return rec == nil || !rec.Running || rec.RestoredAt.IsZero()
	})
}

// interventionFacts says what ran, what the logs say, the state of the farm and of the users.
func (r *run) interventionFacts(_ workflow.Context, f farm.Failure) []farm.Fact {
	var facts []farm.Fact
	add := func(label, text string) {
		if text != "" {
			facts = append(facts, farm.Fact{Label: label, Text: text})
		}
	}
	ran := f.Ran
	if ran != "" && f.Exit != nil {
		ran += fmt.Sprintf("   exit %d", *f.Exit)
	}
	if ran != "" && f.Try > 0 {
		ran += fmt.Sprintf(", try %d", f.Try)
	}
	add("what", f.Message)
	add("ran", ran)
	for _, l := range f.Log {
		add("log", l)
	}
	add("cause", f.Cause)
	add("do", f.Advice)
	if !r.status.UsersOff.Since.IsZero() {
		facts = append(facts, r.usersOffFact())
	}
	var states []string
	for _, s := range r.status.Servers {
		states = append(states, s.Name+" "+serverState(s))
	}
	add("farm", strings.Join(states, " | "))
	return facts
}

// serverState is a server in a word or two.
func serverState(s farm.ServerStatus) string {
	if s.Finalized {
		return "done"
	}
	if len(s.Wizards) > 0 {
		return "partial"
	}
	installed := 0
	for _, p := range s.Packages {
		if p.State == farm.StepDone {
			installed++
		}
	}
	switch {
	case len(s.Packages) == 0:
		return "no packages here"
	case installed == len(s.Packages):
		return "installed, not finalized"
	case installed > 0:
		return fmt.Sprintf("%d of %d packages", installed, len(s.Packages))
	}
	return "not touched"
}

func (r *run) usersOffFact() farm.Fact {
	u := r.status.UsersOff
	text := fmt.Sprintf("OFF since %s, proven on %s", u.Since.UTC().Format(minute), strings.Join(u.Servers, ", "))
	if n := len(u.Violations); n > 0 {
		text += fmt.Sprintf("; found running again and stopped %s", count(n, "time"))
	}
	return farm.Fact{Label: "users", Text: text, Seen: u.LastProof}
}

func (r *run) packageNames() string {
	var kbs []string
	for _, p := range r.in.Release.InstallOrder() {
		if slices.ContainsFunc(r.status.Servers, func(s farm.ServerStatus) bool {
			return slices.ContainsFunc(s.Packages, func(st farm.PackageStatus) bool { return st.KB == p.ID() })
		}) {
			kbs = append(kbs, p.ID())
		}
	}
	return strings.Join(kbs, ", then ")
}

// minute is how times are shown to people who decide; the status keeps them exact.
const minute = "2006-01-02 15:04 UTC"

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func names(servers []farm.Server) string {
	var out []string
	for _, s := range servers {
		out = append(out, s.Name)
	}
	return strings.Join(out, ", ")
}

func short(digest string) string { return digest[:min(farm.MinDigest, len(digest))] }
