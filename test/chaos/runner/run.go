package runner

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"farmhand/test/chaos/scenario"
)

// Programs are the paths of farmhand's programs.
type Programs struct{ Devserver, Worker, Starter string }

// Run is what came of a scenario.
type Run struct {
	Scenario scenario.Scenario
	// Dir holds journal.jsonl, histories, report.json, the files the programs read and their logs.
	Dir   string
	Kills []Killed
	Took  time.Duration
	// Stuck says why there is no end to judge; empty for a run that ended.
	Stuck string
}

// Journal is the file that says what happened.
func (r Run) Journal() string { return filepath.Join(r.Dir, "journal.jsonl") }

// Histories is the folder of the histories, Report the final report.
func (r Run) Histories() string { return filepath.Join(r.Dir, "histories") }

// Report is the file of the final report.
func (r Run) Report() string { return filepath.Join(r.Dir, "report.json") }

// stage is one run while it happens.
type stage struct {
	scenario scenario.Scenario
	programs Programs
	dir      string
	place    place
}

// Play runs a scenario in a directory of its own, with processes of its own. patience is how long it may take in all. The
// error is about this machine; a rollout that does not end is a Run that is stuck.
func Play(ctx context.Context, s scenario.Scenario, p Programs, dir string, patience time.Duration) (Run, error) {
	began := time.Now()
	st := stage{scenario: s, programs: p, dir: dir}
	if err := st.prepare(ctx); err != nil {
		return Run{Scenario: s, Dir: dir}, err
	}
	world, end := context.WithCancel(ctx)
	defer end()
	processes, world := errgroup.WithContext(world)
	targets := st.targets()
	st.run(world, processes, targets)
	there := Elsewhere{Dir: dir, Temporal: st.place.temporal(), Starter: p.Starter, Victims: map[scenario.Target]Victim{}}
	for name, process := range targets {
		there.Victims[name] = process
	}
	run, err := PlayElsewhere(world, s, there, patience)
	end()
	if err := processes.Wait(); err != nil {
		return run, err
	}
	run.Took = time.Since(began)
	if ctx.Err() == nil {
		return run, nil // the world was ended here
	}
	return run, err
}

// perform sees the rollout through.
func perform(ctx context.Context, people *operator) error {
	if err := people.start(ctx); err != nil {
		return err
	}
	return people.attend(ctx)
}

func (st *stage) prepare(ctx context.Context) (err error) {
	if st.place, err = findPlace(ctx); err != nil {
		return err
	}
	write := func(name, text string) error { return os.WriteFile(filepath.Join(st.dir, name), []byte(text), 0o600) }
	return errors.Join(os.MkdirAll(st.dir, 0o700),
		write("rollout.yaml", st.scenario.Rollout(st.place.network, time.Now())), write("twin.yaml", st.scenario.Twin()))
}

// targets are the processes that are kept running, by what kills name.
func (st *stage) targets() map[scenario.Target]*process {
	file := func(name string) string { return filepath.Join(st.dir, name) }
	secret := "SP_SETUP_PASSWORD=" + st.scenario.Secret()
	const ready = `{"ready":true`
	return map[scenario.Target]*process{
		scenario.Temporal: {
			name: "temporal", path: st.programs.Devserver, dir: st.dir, ready: ready,
			// NORMAL survives kill -9, which is what is tested; power cuts of this machine are not.
			args: []string{"--db", file("temporal.db"), "--port", strconv.Itoa(st.place.port), "--headless", "--synchronous", "NORMAL", "--exit-with-stdin"},
		},
		scenario.Simulator: {
			name: "simulator", path: st.programs.Starter, dir: st.dir, ready: ready, env: []string{secret},
			args: []string{
				"simulate", "-f", file("rollout.yaml"), "--twin", file("twin.yaml"), "--journal", file("journal.jsonl"), "--state", file("world"),
				"--pace", strconv.Itoa(st.scenario.Pace), "--exit-with-stdin",
			},
		},
		scenario.Worker: {
			name: "worker", path: st.programs.Worker, dir: st.dir,
			env: []string{
				secret, "TEMPORAL_ADDRESS=" + st.place.temporal(), "FARMHAND_SECRETS=env:SP_*", "FARMHAND_TLS_CA_FILE=" + file("world/ca.pem"),
				"FARMHAND_HEALTH_ADDRESS=", "FARMHAND_WORKER_STOP_TIMEOUT=1s",
			},
			args: []string{"--exit-with-stdin", "--runbooks", file("runbooks")},
		},
	}
}

// run starts the processes; the worker comes last, since the simulator writes the certificate it trusts.
func (st *stage) run(ctx context.Context, g *errgroup.Group, targets map[scenario.Target]*process) {
	var ready sync.WaitGroup
	ready.Add(2)
	for _, t := range []scenario.Target{scenario.Temporal, scenario.Simulator} {
		var once sync.Once
		g.Go(func() error { return targets[t].keep(ctx, func() { once.Do(ready.Done) }) })
	}
	up := make(chan struct{})
	go func() { ready.Wait(); close(up) }()
	g.Go(func() error {
		select {
		case <-up:
			return targets[scenario.Worker].keep(ctx, func() {})
		case <-ctx.Done():
			return nil
		}
	})
}
