package judge

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
)

// Fleet is all that the judge knows of a rollout of several farms.
type Fleet struct {
	farms []Evidence
	plan  plan
	turns []turn
}

// plan is what the rollout file says of the order of farms.
type plan struct {
	MaxParallel int    `json:"max_parallel"`
	Waves       []wave `json:"waves"`
	Farms       []struct {
		Name string `json:"name"`
	} `json:"farms"`
}

type wave struct {
	Name        string   `json:"name"`
	Farms       []string `json:"farms"`
	MaxParallel int      `json:"max_parallel"`
	Canary      string   `json:"canary"`
	// Budget is how many of its farms may fail before no more are started; empty for any number.
	Budget string `json:"stop_after_failures"`
}

// turn is one farm's update as the rollout's history has it: the numbers of the events in which the rollout asked for it and
// learned of its end, zero for not yet, and the outcome.
type turn struct {
	farm     string
	from, to int64
	outcome  string
}

// failed reports whether a farm's outcome counts as a failure.
func (t turn) failed() bool {
	return slices.Contains([]string{"refused", "aborted", "failed"}, t.outcome)
}

// readTurns takes over the rollout's own history.
func (f *Fleet) readTurns(events []*historypb.HistoryEvent) error {
	of := map[int64]int{} // the event that asked for a farm -> its turn
	for _, e := range events {
		switch e.GetEventType() {
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
			var in struct {
				Rollout plan `json:"rollout"`
			}
			if err := json.Unmarshal(first(e.GetWorkflowExecutionStartedEventAttributes().GetInput()), &in); err != nil {
				return fmt.Errorf("input of the rollout: %w", err)
			}
			f.plan = in.Rollout
		case enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
			farm := strings.TrimPrefix(e.GetStartChildWorkflowExecutionInitiatedEventAttributes().GetWorkflowId(), "farm-update/")
			of[e.GetEventId()] = len(f.turns)
			f.turns = append(f.turns, turn{farm: farm, from: e.GetEventId()})
		case enumspb.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED:
			a := e.GetChildWorkflowExecutionCompletedEventAttributes()
			t := &f.turns[of[a.GetInitiatedEventId()]]
			var result struct {
				Outcome string `json:"outcome"`
			}
			_ = json.Unmarshal(first(a.GetResult()), &result) // no outcome is none
			t.to, t.outcome = e.GetEventId(), result.Outcome
		case enumspb.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED:
			t := &f.turns[of[e.GetChildWorkflowExecutionFailedEventAttributes().GetInitiatedEventId()]]
			t.to, t.outcome = e.GetEventId(), "failed"
		default:
		}
	}
	return nil
}

// at is the place of a farm's wave; without waves all farms are one.
func (p plan) at(farm string) int {
	return max(0, slices.IndexFunc(p.Waves, func(w wave) bool { return slices.Contains(w.Farms, farm) }))
}

// wave is one of the rollout's waves.
func (p plan) wave(i int) wave {
	if i < len(p.Waves) {
		return p.Waves[i]
	}
	return wave{}
}

// fleet: a wave begins when those before it have ended; its canary goes first, alone; no more farms run at once than wave and
// rollout allow; after as many failures as its budget allows, or a canary that failed, no more farms begin; and every other
// farm has its turn.
func (f *Fleet) fleet(v *verdict) {
	for _, t := range f.turns {
		mine := f.plan.at(t.farm)
		w := f.plan.wave(mine)
		all, beside := 0, 0
		for _, o := range f.turns {
			if o.from <= t.from && (o.to == 0 || o.to > t.from) {
				all++
				if f.plan.at(o.farm) == mine {
					beside++
				}
			}
		}
		if f.plan.MaxParallel > 0 && all > f.plan.MaxParallel {
			v.broken(Waves, "%d farms at once when %s began; at most %d", all, t.farm, f.plan.MaxParallel)
		}
		if w.MaxParallel > 0 && beside > w.MaxParallel {
			v.broken(Waves, "%d farms of %s at once when %s began; at most %d", beside, w.Name, t.farm, w.MaxParallel)
		}
		for _, o := range f.plan.Farms {
			before := f.plan.at(o.Name) < mine || w.Canary == o.Name && o.Name != t.farm
			if before && !f.ended(o.Name, t.from) {
				v.broken(Waves, "%s began before %s had ended", t.farm, o.Name)
			}
		}
		if why := f.spent(mine, t.from); why != "" {
			v.broken(Waves, "%s began after %s", t.farm, why)
		}
	}
	const end = 1 << 62
	for _, o := range f.plan.Farms {
		began := slices.ContainsFunc(f.turns, func(t turn) bool { return t.farm == o.Name })
		if !began && f.spent(f.plan.at(o.Name), end) == "" {
			v.broken(Waves, "%s never had its turn, and no budget was spent", o.Name)
		}
	}
}

// ended reports whether the rollout knew before an event that a farm had ended.
func (f *Fleet) ended(farm string, before int64) bool {
	return slices.ContainsFunc(f.turns, func(t turn) bool { return t.farm == farm && t.to != 0 && t.to < before })
}

// spent says why no farm of a wave may begin after an event; nothing where one may.
func (f *Fleet) spent(upTo int, before int64) string {
	for i := 0; i <= upTo; i++ {
		w, failed := f.plan.wave(i), 0
		for _, t := range f.turns {
			if f.plan.at(t.farm) != i || !t.failed() || t.to >= before {
				continue
			}
			if failed++; t.farm == w.Canary {
				return "the canary " + t.farm + " was " + t.outcome
			}
		}
		if most, err := strconv.Atoi(w.Budget); err == nil && failed >= most {
			return fmt.Sprintf("%d farms of %s had failed", failed, w.Name)
		}
	}
	return ""
}

// JudgeFleet applies every rule to every farm, and those of a fleet to all of them.
func JudgeFleet(f Fleet) []Broken {
	var v verdict
	f.fleet(&v)
	for _, e := range f.farms {
		for _, b := range Judge(e) {
			if len(f.plan.Farms) > 1 {
				b.Says = e.name() + ": " + b.Says
			}
			v = append(v, b)
		}
	}
	return v
}

// Outcome is how the update of a farm ended; empty where it never had its turn.
func (f Fleet) Outcome(farm string) string {
	for _, e := range f.farms {
		if e.name() == farm {
			return e.Outcome()
		}
	}
	return ""
}
