package runner

import (
	"context"
	"sync"
	"time"

	"farmhand/test/chaos/scenario"
)

// Killed is a kill that happened.
type Killed struct {
	Target scenario.Target
	When   string
	At     time.Time
	// Progress is how long it took until the run went on: the next finished activity or decision in a history. Zero
	// where the run was over.
	Progress time.Duration
}

// killer kills what a scenario names.
type killer struct {
	targets map[scenario.Target]Victim
	// command kills the operator's command that runs now, and the next one where none does.
	command func()

	mu   sync.Mutex
	done []Killed
}

// kill is one kill of the scenario, the second one included where there is one.
func (k *killer) kill(ctx context.Context, what scenario.Kill) {
	k.once(ctx, what)
	if what.Again == 0 {
		return
	}
	select {
	case <-time.After(what.Again):
		k.once(ctx, what)
	case <-ctx.Done():
	}
}

func (k *killer) once(ctx context.Context, what scenario.Kill) {
	k.mu.Lock()
	k.done = append(k.done, Killed{Target: what.Target, When: what.When.String(), At: time.Now()})
	k.mu.Unlock()
	switch what.Target {
	case scenario.Command:
		k.command()
	case scenario.Everything:
		k.command()
		var all sync.WaitGroup
		for _, p := range k.targets {
			all.Go(func() { p.Die(ctx, what.Down) })
		}
		all.Wait()
	default:
		k.targets[what.Target].Die(ctx, what.Down)
	}
}

// kills are all that happened.
func (k *killer) kills() []Killed {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.done
}
