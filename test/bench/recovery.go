package main

import (
	"context"
	"errors"
	"time"

	"farmhand/simulator/world"
)

// queryPatience bounds one question to a farm's update while a process is dead: a worker that is gone leaves it unanswered.
const queryPatience = 2 * time.Second

// recovery kills processes in the middle of one long update, and starts them again at once, as a supervisor does.
type recovery struct {
	stack *stack
	twin  *twin
	stop  context.CancelFunc
}

func openRecovery(ctx context.Context, o options) (measure, func(), error) {
	s, err := newSite(ctx)
	if err != nil {
		return measure{}, nil, err
	}
	st, err := startStack(ctx, s, o.bin)
	if err != nil {
		s.close()
		return measure{}, nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	r := &recovery{stack: st, stop: stop}
	if r.twin, err = s.start(ctx, lifelikePace/4); err == nil {
		err = st.begin(ctx, r.twin)
	}
	if err != nil {
		stop()
		st.close()
		s.close()
		return measure{}, nil, err
	}
	go r.people(ctx)
	m := measure{
		name: "recovery", title: "kill -9 while installers and wizards run, and the process started again at once",
		contestants: []contestant{{"the worker", r.killWorker}, {"the Temporal server", r.killTemporal}},
	}
	return m, func() { stop(); st.close(); _ = r.twin.Close(); s.close() }, nil
}

// people approve, so that the update goes on.
func (r *recovery) people(ctx context.Context) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			if err := r.stack.approve(ctx, r.twin); err != nil {
				return // the next round says that the update does not go on
			}
		}
	}
}

// killWorker measures until the new worker answers for the farm, and until it looks at a server.
func (r *recovery) killWorker(ctx context.Context) ([]Figure, error) {
	if err := r.underWay(ctx); err != nil {
		return nil, err
	}
	killed := time.Now()
	r.stack.worker.kill()
	started := time.Now()
	worker, err := r.stack.startWorker(ctx)
	if err != nil {
		return nil, err
	}
	r.stack.worker = worker
	ready := time.Since(killed)
	answered, err := r.answers(ctx, killed)
	if err != nil {
		return nil, err
	}
	looked, err := r.sees(ctx, started)
	return []Figure{
		{"ready", ready.Seconds(), "s"},
		{"the farm's status is answered", answered.Seconds(), "s"},
		{"a server is asked again", looked.Sub(killed).Seconds(), "s"},
	}, err
}

// killTemporal measures until the server answers for the farm. The worker goes on following jobs meanwhile.
func (r *recovery) killTemporal(ctx context.Context) ([]Figure, error) {
	if err := r.underWay(ctx); err != nil {
		return nil, err
	}
	killed := time.Now()
	r.stack.temporal.kill()
	if err := r.stack.startTemporal(ctx); err != nil {
		return nil, err
	}
	ready := time.Since(killed)
	answered, err := r.answers(ctx, killed)
	return []Figure{{"ready", ready.Seconds(), "s"}, {"the farm's status is answered", answered.Seconds(), "s"}}, err
}

// underWay waits until a job runs in the farm.
func (r *recovery) underWay(ctx context.Context) error {
	return r.await(ctx, func(events []world.Event) bool {
		running := 0
		for _, e := range events {
			switch {
			case e.Protocol == world.ProtocolJob && e.Event == "started":
				running++
			case e.Protocol == world.ProtocolJob && e.Event == "exited":
				running--
			}
		}
		return running > 0
	})
}

// sees waits for the first command that a server got after a moment, and returns when that was.
func (r *recovery) sees(ctx context.Context, after time.Time) (at time.Time, err error) {
	err = r.await(ctx, func(events []world.Event) bool {
		for _, e := range events {
			if e.Protocol == world.ProtocolWinRM && (e.Event == "command" || e.Event == "script") && e.Time.After(after) {
				at = e.Time
				return true
			}
		}
		return false
	})
	return at, err
}

// await looks at the farm's events, from the beginning, whenever there are more.
func (r *recovery) await(ctx context.Context, holds func([]world.Event) bool) error {
	for {
		events, more := r.twin.World().Events(0)
		if holds(events) {
			return nil
		}
		select {
		case <-more:
		case <-r.twin.Done():
			return errors.New("the farm is gone")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// answers asks for the farm's status until it is told, and returns how long ago the kill was then.
func (r *recovery) answers(ctx context.Context, killed time.Time) (time.Duration, error) {
	for {
		short, cancel := context.WithTimeout(ctx, queryPatience)
		_, err := r.stack.status(short, r.twin)
		cancel()
		if err == nil {
			return time.Since(killed), nil
		}
		select {
		case <-time.After(lookEvery / 10):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}
