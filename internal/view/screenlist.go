package view

import (
	"fmt"

	"farmhand/internal/farm"
)

const (
	// unfoldedFarms is how many running farms, and how many that did not complete, are shown by themselves.
	unfoldedFarms = 8
	// unfoldedQuestions is how many farms that wait for people are shown with the command that answers; as many more as unfoldedFarms are
	// a line each.
	unfoldedQuestions = 5
)

// list prints farms: those that need people and those that did not complete by themselves, the others folded.
func (r Rollout) list(p *printer, farms []Farm) {
	r.asking(p, farms)
	running, failed := 0, 0
	for _, pass := range []func(Farm) bool{
		func(f Farm) bool { return f.Outcome == "" && f.State == farm.RunPaused },
		func(f Farm) bool {
			if f.Outcome == "" && f.State == farm.RunRunning {
				running++
				return running <= unfoldedFarms
			}
			return false
		},
		func(f Farm) bool {
			if f.Outcome != "" && f.Outcome != farm.OutcomeCompleted && f.Outcome != farm.OutcomeNotStarted {
				failed++
				return failed <= unfoldedFarms
			}
			return false
		},
		func(f Farm) bool { return f.Outcome == "" && f.State == farm.RunPending && f.Mark == MarkPaused },
	} {
		for _, f := range farms {
			if !pass(f) {
				continue
			}
			if len(r.Waves) > 0 && len(f.Questions) == 0 {
				f.line(p)
			} else {
				f.summary(p)
			}
		}
	}
	if more := running - unfoldedFarms; more > 0 {
		p.row(MarkRunning, fmt.Sprintf("and %s more running", farm.Count(more)), "")
	}
	if more := failed - unfoldedFarms; more > 0 {
		p.row(MarkWarning, fmt.Sprintf("and %s more that did not complete", farm.Count(more)), "")
	}
	fold(p, farms, MarkPending, "waiting for a window", func(f Farm) bool { return f.State == farm.RunWindow })
	fold(p, farms, MarkNotStarted, "not started", func(f Farm) bool { return f.Outcome == farm.OutcomeNotStarted })
	fold(p, farms, MarkPending, "to come", func(f Farm) bool { return f.State == farm.RunPending && f.Mark == MarkPending })
	fold(p, farms, MarkDone, "completed", func(f Farm) bool { return f.Outcome == farm.OutcomeCompleted })
}

// asking prints farms that wait for people, those at an intervention first: the first ones with what to type, further ones as a line each,
// and where to find the rest.
func (r Rollout) asking(p *printer, farms []Farm) {
	n := 0
	for _, state := range []farm.RunState{farm.RunOperator, farm.RunGate} {
		for _, f := range farms {
			if f.Outcome != "" || f.State != state {
				continue
			}
			switch n++; {
			case n <= unfoldedQuestions:
				f.summary(p)
			case n <= unfoldedQuestions+unfoldedFarms:
				f.line(p)
			}
		}
	}
	if more := n - unfoldedQuestions - unfoldedFarms; more > 0 {
		p.row(MarkWaiting, fmt.Sprintf("and %s more that need people", farm.Count(more)), "")
	}
	if n > unfoldedQuestions {
		p.branch("     |- ", MarkNone, "all of them, with what to type: starter gates", "")
	}
}
