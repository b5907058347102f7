package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// table prints what happened: a line for each farm in the order of their beginning, and the kill.
func (p *play) table(r view.Result) {
	fmt.Fprintf(p.out, "\n--- what happened ---\n")
	farms := slices.Clone(r.Farms)
	slices.SortStableFunc(farms, func(a, b view.FarmResult) int { return begun(a).Compare(begun(b)) })
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "farm\twave\tbegan\tusers off\tended\toutcome\tapproved by\t")
	for _, f := range farms {
		wave := p.fleet.waveOf(f.Name)
		name := f.Name
		if name == wave.canary {
			name += " (canary)"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", name, wave.name, p.after(begun(f)), p.after(phaseOf(f, farm.PhaseDisconnectUsers).Started), p.after(ended(f)), f.Outcome, voices(f))
	}
	_ = t.Flush() // to a terminal: nobody can act on the error
	for _, s := range p.fleet.sites {
		for what, at := range map[string]time.Time{"window opens": s.opens, "freeze ends": s.thaws} {
			if at.After(p.fleet.began) {
				fmt.Fprintf(p.out, "%s: the %s at %s\n", s.name, what, p.after(at))
			}
		}
	}
	if p.strike.pid != 0 {
		fmt.Fprintf(p.out, "%s: the worker (process %d) was killed at %s, during %s; process %d came after it\n",
			p.fleet.struck, p.strike.pid, p.after(p.strike.at), p.strike.during, p.strike.again)
	}
}

// after is a moment as the time since the beginning.
func (p *play) after(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return fmt.Sprintf("+%ds", int(at.Sub(p.fleet.began).Seconds()))
}

func phaseOf(f view.FarmResult, name farm.Phase) view.PhaseResult {
	i := slices.IndexFunc(f.Phases, func(ph view.PhaseResult) bool { return ph.Name == name })
	if i < 0 {
		return view.PhaseResult{}
	}
	return f.Phases[i]
}

// begun is when a farm's first phase began, ended when its last one did.
func begun(f view.FarmResult) time.Time { return phaseOf(f, farm.PhasePreflight).Started }

func ended(f view.FarmResult) time.Time {
	var last time.Time
	for _, ph := range f.Phases {
		if ph.Finished.After(last) {
			last = ph.Finished
		}
	}
	return last
}

// voices are the people whose approvals counted.
func voices(f view.FarmResult) string {
	var names []string
	for _, d := range f.Decisions {
		if d.Accepted && d.Choice == farm.ChoiceApprove {
			names = append(names, d.Who)
		}
	}
	return cmp.Or(strings.Join(names, ", "), "-")
}
