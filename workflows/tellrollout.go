package workflows

import (
	"fmt"
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// What a rollout tells of itself: how it begins and ends, and each of its waves. Farms tell of themselves in their own
// workflows, so that what a farm costs the rollout's history stays what it is.

// tellStarted notifies people that the rollout begins.
func (r *fleet) tellStarted(ctx workflow.Context) {
	facts := r.people.recordFacts()
	if waves := len(r.in.Rollout.Waves); waves > 0 {
		facts = append(facts, farm.Fact{Label: "waves", Text: fmt.Sprint(waves)})
	}
	r.people.tell(ctx, farm.Notification{
		Event: farm.EventRolloutStarted, Title: fmt.Sprintf("%s begins: %s", r.status.Rollout, farm.Count(len(r.status.Farms))),
		Facts: facts, Commands: []string{"starter watch " + farm.ShellWord(r.status.Rollout)},
	})
}

// tellWave notifies people that a wave begins, when its first farm starts. A rollout whose file has no waves tells of none.
func (r *fleet) tellWave(ctx workflow.Context, name string) {
	if len(r.in.Rollout.Waves) == 0 || slices.Contains(r.toldWaves, name) {
		return
	}
	r.toldWaves = append(r.toldWaves, name)
	w := r.status.Wave(name)
	var facts []farm.Fact
	if w.Canary != "" {
		facts = append(facts, farm.Fact{Label: "canary", Text: w.Canary})
	}
	if w.StopAfterFailures != "" {
		facts = append(facts, farm.Fact{Label: "stops after", Text: string(w.StopAfterFailures) + " failed"})
	}
	r.people.tell(ctx, farm.Notification{
		Event: farm.EventWaveStarted, Subject: name, Title: fmt.Sprintf("wave %s begins: %s", name, farm.Count(len(r.status.Of(name)))),
		Facts: facts, Commands: []string{"starter watch " + farm.ShellWord(r.status.Rollout)},
	})
}

// tellEnded notifies people how the rollout ended.
func (r *fleet) tellEnded(ctx workflow.Context) {
	ended := map[farm.Outcome]int{}
	var rest []string
	for _, h := range r.status.Farms {
		if h.Result == nil {
			continue
		}
		ended[h.Result.Outcome]++
		if o := h.Result.Outcome; o != farm.OutcomeCompleted {
			rest = append(rest, strings.TrimSuffix(fmt.Sprintf("%s %s: %s", h.Farm, o, h.Result.Why), ": "))
		}
	}
	facts := append([]farm.Fact{{Label: "farms", Text: outcomes(ended)}}, labelled("not completed", rest)...)
	r.people.tell(ctx, farm.Notification{
		Event: farm.EventRolloutEnded, Outcome: r.status.Outcome, Title: r.status.Rollout + " " + string(r.status.Outcome),
		Facts: facts, Commands: []string{"starter report " + farm.ShellWord(r.status.Rollout)},
	})
}
