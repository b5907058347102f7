package workflows

import (
	"errors"
	"slices"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/internal/metrics"
)

// attempt is one go at a step. Try rises only after a person's decision.
type attempt struct {
	Try int
	// VerifyOnly looks whether the step is done, and runs nothing.
	VerifyOnly bool
	// Force adds -force to the wizard.
	Force bool
	// AllowedBy names the decision that allowed a try after the first.
	AllowedBy string
}

// stepSpec is what a step may be answered with when it fails for good.
type stepSpec struct {
	kind   farm.StepKind
	server string
	// skippable steps offer skip: never a package, a wizard or a witness.
	skippable bool
	// skippableIf makes a step skippable by what it found; nil never.
	skippableIf func() bool
	// verifiable steps offer verify-again: look, run nothing.
	verifiable bool
	// forcible says whether a plain retry has failed, after which retry-with-force is offered; nil never.
	forcible func() bool
}

// step runs one step between two checkpoints. An error from do opens an intervention, and the answer
// decides: again, look again, leave it out, or end the run.
func (r *run) step(ctx workflow.Context, s stepSpec, do func(workflow.Context, attempt) error) error {
	a := attempt{Try: 1}
	for {
		if err := r.checkpoint(ctx); err != nil {
			return err
		}
		started := workflow.Now(ctx)
		err := do(ctx, a)
		metrics.StepTook(workflow.GetMetricsHandler(ctx), s.kind, err == nil).Record(workflow.Now(ctx).Sub(started))
		if err == nil || errors.Is(err, errAborted) || errors.Is(err, errRefused) || errors.Is(err, errWindowMissed) {
			return err
		}
		f := activities.FailureOf(err)
		f.Step, f.Try = s.kind, a.Try
		if f.Server == "" {
			f.Server = s.server
		}
		choices, advised := s.choices(f)
		q := r.intervene(ctx, f, choices, advised)
		a.AllowedBy = q.ID + " " + string(q.Answer) + " by " + q.By
		switch q.Answer {
		case farm.ChoiceAbort:
			r.abort(ctx, q.By)
			return errAborted
		case farm.ChoiceWithdrawn:
			return errWindowMissed
		case farm.ChoiceSkip:
			r.status.Exceptions = append(r.status.Exceptions, string(s.kind)+" on "+f.Server+" was skipped by "+q.By+": "+q.Reason)
			return nil
		case farm.ChoiceVerifyAgain:
			a.VerifyOnly, a.Force = true, false
		case farm.ChoiceRetryWithForce:
			a = attempt{Try: a.Try + 1, Force: true, AllowedBy: a.AllowedBy}
		case farm.ChoiceStartTimer:
			if err := r.startTimers(ctx, q.ID); err != nil {
				return err
			}
			a = attempt{Try: a.Try + 1, AllowedBy: a.AllowedBy}
		case farm.ChoiceClearConfigCache:
			if err := r.clearConfigCaches(ctx, q.ID); err != nil {
				return err
			}
			a = attempt{Try: a.Try + 1, AllowedBy: a.AllowedBy}
		case farm.ChoiceConfirmIdle:
			r.log(farm.TimelineEntry{At: workflow.Now(ctx), Server: s.server, Kind: "finding", What: q.By + " saw no upgrade job on the Timer Job Status page: " + q.Reason})
			return nil
		default:
			a = attempt{Try: a.Try + 1, AllowedBy: a.AllowedBy}
		}
	}
}

func (s stepSpec) choices(f farm.Failure) (choices []farm.Choice, advised farm.Choice) {
	choices = []farm.Choice{farm.ChoiceRetry}
	advised = farm.ChoiceRetry
	if s.kind == farm.StepRunWizard && f.Kind != farm.FailureNotProven {
		choices = append(choices, farm.ChoiceStartTimer)
	}
	if s.verifiable {
		choices = append(choices, farm.ChoiceVerifyAgain)
		if f.Kind == farm.FailureNotProven {
			advised = farm.ChoiceVerifyAgain
		}
	}
	for _, fix := range f.Fixes {
		if !slices.Contains(choices, fix) {
			choices = append(choices, fix)
		}
	}
	if len(f.Fixes) > 0 {
		advised = f.Fixes[0]
	}
	if s.forcible != nil && s.forcible() {
		choices = append(choices, farm.ChoiceRetryWithForce)
	}
	if s.skippable || s.skippableIf != nil && s.skippableIf() {
		choices = append(choices, farm.ChoiceSkip)
	}
	return append(choices, farm.ChoiceAbort), advised
}

// service returns the recorded state of a service, nil when none was recorded.
func (r *run) service(server, name string) *farm.RecordedService {
	i := slices.IndexFunc(r.status.Services, func(s farm.RecordedService) bool { return s.Server == server && s.Name == name })
	if i < 0 {
		return nil
	}
	return &r.status.Services[i]
}

// record keeps a service's state before farmhand changes it. The first record counts: a later one would
// show our own doing.
func (r *run) record(ctx workflow.Context, states []farm.ServiceState) {
	for _, s := range states {
		if r.service(s.Server, s.Name) == nil {
			r.status.Services = append(r.status.Services, farm.RecordedService{ServiceState: s, RecordedAt: workflow.Now(ctx)})
		}
	}
}
