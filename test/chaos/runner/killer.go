package runner

import (
	"context"
	"strings"
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

// killer waits for the moments of a scenario's kills and kills.
type killer struct {
	ctx     context.Context //nolint:containedctx // kills are called from the journal's reader and end with the run
	targets map[scenario.Target]*process
	// command kills the operator's command that runs now, and the next one where none does.
	command func()

	mu      sync.Mutex
	pending []waiting
	done    []Killed
	running sync.WaitGroup
}

type waiting struct {
	scenario.Kill
	seen int
}

func newKiller(ctx context.Context, kills []scenario.Kill) *killer {
	k := &killer{ctx: ctx}
	for _, one := range kills {
		k.pending = append(k.pending, waiting{Kill: one})
	}
	return k
}

// see is called for each event of the journal.
func (k *killer) see(e event) {
	k.fire(func(w *waiting) bool {
		m := w.When
		if m.Question != "" || e.Event != m.Event || e.Host != m.Host || !strings.Contains(strings.ToLower(e.Text), strings.ToLower(m.Text)) {
			return false
		}
		w.seen++
		return w.seen == m.Nth
	})
}

// asked is called for each question that is seen open.
func (k *killer) asked(question string) {
	k.fire(func(w *waiting) bool { return w.When.Question == question })
}

func (k *killer) fire(now func(*waiting) bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	rest := k.pending[:0]
	for i := range k.pending {
		w := k.pending[i]
		if !now(&w) {
			rest = append(rest, w)
			continue
		}
		k.running.Go(func() { k.kill(w.Kill) })
	}
	k.pending = rest
}

func (k *killer) kill(what scenario.Kill) {
	k.note(what)
	k.once(what)
	if what.Again == 0 {
		return
	}
	select {
	case <-time.After(what.Again):
		k.note(what)
		k.once(what)
	case <-k.ctx.Done():
	}
}

func (k *killer) note(what scenario.Kill) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.done = append(k.done, Killed{Target: what.Target, When: what.When.String(), At: time.Now()})
}

func (k *killer) once(what scenario.Kill) {
	switch what.Target {
	case scenario.Command:
		k.command()
	case scenario.Everything:
		k.command()
		var all sync.WaitGroup
		for _, p := range k.targets {
			all.Go(func() { p.die(k.ctx, what.Down) })
		}
		all.Wait()
	default:
		k.targets[what.Target].die(k.ctx, what.Down)
	}
}

// kills waits for the last one and returns all that happened.
func (k *killer) kills() []Killed {
	k.running.Wait()
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.done
}
