package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// wrongs gathers everything that did not go as it must.
type wrongs []string

func (w *wrongs) add(format string, args ...any) { *w = append(*w, fmt.Sprintf(format, args...)) }

// joined is all of them as one error.
func joined(w wrongs) error { return errors.New(strings.Join(w, "\n  ")) }

// compare holds the printed result, the evidence and the journal against what the file says.
func (p *play) compare(ctx context.Context, r view.Result) wrongs {
	w := wrongs(p.screen.wrong)
	p.checkResult(&w, r)
	p.checkBundle(ctx, &w)
	b, err := readBundle(p.file("evidence"))
	if err != nil {
		w.add("the bundle of evidence: %v", err)
	} else {
		p.checkWaves(&w, b.rollout)
		p.checkVoices(&w, "the rollout", string(farm.GateNextWave), b.rollout.Decisions, quorum*(len(p.fleet.waves)-1))
	}
	events, err := p.events()
	if err != nil {
		w.add("the journal: %v", err)
	}
	p.checkJournal(&w, events)
	switch {
	case p.strike.pid == 0:
		w.add("the worker of %s was not killed", p.fleet.struck)
	case p.strike.again == 0:
		w.add("the worker of %s did not come back", p.fleet.struck)
	}
	return w
}

// checkResult: one farm was aborted and the rollout with it, every other one is completed with two voices at its gate, on every server at the
// version of the update.
func (p *play) checkResult(w *wrongs, r view.Result) {
	if r.Outcome != farm.OutcomeAborted {
		w.add("the rollout's outcome is %q, want %q: the worst of its farms'", r.Outcome, farm.OutcomeAborted)
	}
	if len(r.Farms) != len(p.fleet.farms) {
		w.add("the result has %s, want %d", farm.Count(len(r.Farms)), len(p.fleet.farms))
	}
	for _, f := range r.Farms {
		if f.Name == p.fleet.fails {
			if f.Outcome != farm.OutcomeAborted {
				w.add("%s: outcome %q, want %q", f.Name, f.Outcome, farm.OutcomeAborted)
			}
			continue
		}
		if f.Outcome != farm.OutcomeCompleted {
			w.add("%s: outcome %q (%s), want %q", f.Name, f.Outcome, f.Why, farm.OutcomeCompleted)
			continue
		}
		p.checkVoices(w, f.Name, string(farm.GateContinue), f.Decisions, quorum)
		for _, s := range f.Servers {
			if len(s.Packages) != 2 || s.FinalizedAt.IsZero() {
				w.add("%s: %s has %s and was finalized at %s", f.Name, s.Name, many(len(s.Packages), "package"), s.FinalizedAt)
			}
		}
	}
}

// checkVoices: so many approvals counted at a gate, each bound to what was shown, and never two of one person on the same evidence.
func (p *play) checkVoices(w *wrongs, of, gate string, decisions []farm.DecisionRecord, want int) {
	seen := map[string]bool{}
	for _, d := range decisions {
		if !d.Accepted || d.Choice != farm.ChoiceApprove || !strings.HasPrefix(d.Subject, gate) {
			continue
		}
		key := d.Who + " " + d.Subject + " " + d.Shown
		if seen[key] || d.Who == requester || !strings.HasPrefix(d.Shown, d.Evidence) {
			w.add("%s: the approval of %s by %s on %.8s must not count", of, d.Subject, d.Who, d.Evidence)
		}
		seen[key] = true
	}
	if len(seen) != want {
		w.add("%s: %d approvals counted at %s, want %d", of, len(seen), gate, want)
	}
}

// checkWaves: one wave after the other, its canary first and alone, and never more farms at once than the file allows.
func (p *play) checkWaves(w *wrongs, s farm.RolloutStatus) {
	var before []farm.Result
	for _, one := range p.fleet.waves {
		var farms []farm.Result
		for _, h := range s.Of(one.name) {
			if h.Result == nil {
				w.add("%s of wave %s has no result", h.Farm, one.name)
				continue
			}
			farms = append(farms, *h.Result)
		}
		canary := slices.IndexFunc(farms, func(r farm.Result) bool { return r.Farm == one.canary })
		for i, r := range farms {
			if canary >= 0 && i != canary && r.Started.Before(farms[canary].Finished) {
				w.add("%s began before the canary %s of wave %s had ended", r.Farm, one.canary, one.name)
			}
			for _, b := range before {
				if r.Started.Before(b.Finished) {
					w.add("%s of wave %s began before %s had ended", r.Farm, one.name, b.Farm)
				}
			}
		}
		if limit := one.atOnce(p.fleet.parallel); atOnce(farms) > limit {
			w.add("wave %s ran %d farms at once, want at most %d", one.name, atOnce(farms), limit)
		}
		before = farms
	}
}

// atOnce is the wave's limit where it has one, else the rollout's.
func (w wave) atOnce(all int) int {
	if w.parallel > 0 {
		return min(w.parallel, all)
	}
	return all
}

// atOnce is the largest number of farms that ran at one moment.
func atOnce(farms []farm.Result) int {
	most := 0
	for _, at := range farms {
		n := 0
		for _, r := range farms {
			if !r.Started.After(at.Started) && r.Finished.After(at.Started) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}
