package runner

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"farmhand/test/chaos/scenario"
)

// Victim is something that runs and is killed: kill -9, dead for a while, then started again by whoever keeps it up.
type Victim interface {
	Die(ctx context.Context, down time.Duration)
}

// Elsewhere is a place where a scenario's world and farmhand run already.
type Elsewhere struct {
	// Dir holds rollout.yaml and the journal that the simulated farm writes, journal.jsonl. It gets what the judge reads.
	Dir string
	// Temporal is the server's address, as clients of it take one.
	Temporal string
	// Starter is the operators' program; Env is added to what its commands have in their environment.
	Starter string
	Env     []string
	// Victims are what the scenario's kills name.
	Victims map[scenario.Target]Victim
}

// PlayElsewhere plays the people and the kills of a scenario where everything runs already, and gathers what the judge
// reads. patience is how long it may take. A rollout that does not end is a Run that is stuck; the error is that of ctx, or
// of a rollout file that cannot be read.
func PlayElsewhere(ctx context.Context, s scenario.Scenario, e Elsewhere, patience time.Duration) (Run, error) {
	began := time.Now()
	run := Run{Scenario: s, Dir: e.Dir}
	watching, end := context.WithCancel(ctx)
	defer end()
	m := &moments{}
	own, err := newHands(e.Dir, s)
	if err != nil {
		return run, err
	}
	people := &operator{scenario: s, starter: e.Starter, dir: e.Dir, temporal: e.Temporal, env: e.Env, asked: m.asked, hands: own}
	k := &killer{targets: e.Victims, command: people.kill}
	for _, one := range s.Kills {
		m.at(one.When, func() { k.kill(watching, one) })
	}
	for _, one := range s.Interruptions {
		m.at(one.When, func() { people.interrupt(watching, one) })
	}
	journal := &follower{path: run.Journal()}
	journal.watch(m.see)
	follow, watching := errgroup.WithContext(watching)
	follow.Go(func() error { return journal.follow(watching) })

	limited, stop := context.WithTimeoutCause(watching, patience, fmt.Errorf("more than %s", patience))
	err = perform(limited, people)
	stop()
	if err != nil && ctx.Err() == nil {
		run.Stuck = err.Error()
	}
	m.end() // a kill may have fallen just now
	run.Kills = k.kills()
	if err := gather(watching, people, &run); err != nil && run.Stuck == "" {
		run.Stuck = err.Error()
	}
	end()
	if err := follow.Wait(); err != nil && run.Stuck == "" {
		run.Stuck = err.Error()
	}
	run.Took = time.Since(began)
	return run, ctx.Err()
}

// gatherPatience bounds the gathering.
const gatherPatience = time.Minute

// gather writes what the judge reads.
func gather(ctx context.Context, people *operator, run *Run) error {
	ctx, cancel := context.WithTimeout(ctx, gatherPatience)
	defer cancel()
	for {
		err := people.report(ctx)
		if err == nil {
			break
		}
		if !wait(ctx, lookAgain) {
			return err
		}
	}
	all, err := histories(ctx, people.temporal, fmt.Sprintf("chaos-%d", run.Scenario.Seed), run.Histories())
	progress(run.Kills, all)
	return err
}
