package workflows

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// newPeople makes what asks and judges for the rollout itself: a run without a farm, so that gates and decisions between waves are
// handled by the very code that handles a farm's.
func newPeople(ctx workflow.Context, in RolloutInput) *run {
	file := in.Rollout
	file.Farms, file.Waves = nil, nil
	p := &run{in: FarmUpdateInput{Rollout: file, Release: in.Release, Digest: in.Digest, StartedBy: in.StartedBy}}
	p.farm.Name = in.Rollout.ID
	if len(in.Rollout.Farms) > 0 {
		p.queue = SiteQueue(in.Rollout.Farms[0].Site) // people are told by the worker of the first farm's site
	}
	p.status = farm.Status{
		Rollout: in.Rollout.ID, Digest: in.Digest, Release: in.Release.Name, Change: in.Rollout.Change,
		RequestedBy: in.Rollout.RequestedBy, StartedBy: in.StartedBy, State: farm.RunRunning, Started: workflow.Now(ctx),
	}
	p.status.Operators = p.operators()
	p.execute(in.StartedBy)
	return p
}

// askNextWave asks the gate before a wave. Nothing starts meanwhile; farms that are run again in waves before do.
func (r *fleet) askNextWave(ctx workflow.Context, wave int) {
	name := r.status.Waves[wave].Name
	r.status.Waves[wave].Gate = farm.StepRunning
	workflow.Go(ctx, func(ctx workflow.Context) {
		err := r.people.gate(ctx, farm.GateNextWave, "Start wave "+name, func(workflow.Context) ([]farm.Fact, error) {
			return r.waveFacts(wave), nil
		})
		// Who rejects for good aborts the rollout, and the schedule leaves the rest out.
		r.status.Waves[wave].Gate = farm.StepDone
		if err != nil {
			r.status.Waves[wave].Gate = farm.StepFailed
		}
		r.moved = true
	})
}

// asking reports whether a gate between waves is open.
func (r *fleet) asking() bool {
	for _, w := range r.status.Waves {
		if w.Gate == farm.StepRunning {
			return true
		}
	}
	return false
}

// maxNamed bounds how many farms a fact names.
const maxNamed = 20

// waveFacts is what people see who decide about a wave: how the farms before ended, and which come now.
func (r *fleet) waveFacts(next int) []farm.Fact {
	var facts []farm.Fact
	var failed []string
	for _, w := range r.status.Waves[:next] {
		ended := map[farm.Outcome]int{}
		for _, h := range r.status.Of(w.Name) {
			if h.Result == nil {
				continue
			}
			ended[h.Result.Outcome]++
			if o := h.Result.Outcome; o != farm.OutcomeCompleted && o != farm.OutcomeNotStarted {
				failed = append(failed, strings.TrimSuffix(fmt.Sprintf("%s %s: %s", h.Farm, o, h.Result.Why), ": "))
			}
		}
		facts = append(facts, farm.Fact{Label: "wave " + w.Name, Text: outcomes(ended)})
	}
	if len(failed) > 0 {
		facts = append(facts, farm.Fact{Label: "not completed", Text: strings.Join(named(failed), "; ")})
	}
	w := r.status.Waves[next]
	var names []string
	for _, h := range r.status.Of(w.Name) {
		if h.State == farm.RunPending {
			names = append(names, h.Farm)
		}
	}
	facts = append(facts, farm.Fact{Label: "next", Text: fmt.Sprintf("%s: %s: %s", w.Name, farm.Count(len(names)), strings.Join(named(names), ", "))})
	if w.Canary != "" {
		facts = append(facts, farm.Fact{Label: "canary", Text: w.Canary})
	}
	if w.StopAfterFailures != "" {
		facts = append(facts, farm.Fact{Label: "stops after", Text: string(w.StopAfterFailures) + " failed"})
	}
	return facts
}

// outcomes counts how farms ended, best first.
func outcomes(ended map[farm.Outcome]int) string {
	var parts []string
	for _, o := range []farm.Outcome{
		farm.OutcomeCompleted, farm.OutcomeCompletedWithExceptions, farm.OutcomeRefused, farm.OutcomeAborted, farm.OutcomeFailed, farm.OutcomeNotStarted,
	} {
		if ended[o] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", ended[o], o))
		}
	}
	return strings.Join(parts, ", ")
}

// named is at most so many names, and how many more there are.
func named(names []string) []string {
	if more := len(names) - maxNamed; more > 0 {
		return append(names[:maxNamed:maxNamed], fmt.Sprintf("and %d more", more))
	}
	return names
}

// itself is the subject of decisions about the run: a farm's, or a rollout's, which has no phases.
func (r *run) itself() string {
	if len(r.status.Phases) == 0 {
		return farm.SubjectRollout
	}
	return farm.SubjectFarm
}

// abortEffect says what an abort does.
func (r *run) abortEffect() string {
	if r.itself() == farm.SubjectRollout {
		return "no more farms are started; those under way finish"
	}
	return "the run ends after the steps that are under way"
}
