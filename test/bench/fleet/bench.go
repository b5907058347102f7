package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.temporal.io/sdk/client"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// turn is one turn of a contestant: a wave of the rollout, or as many farms of the floor program.
type turn struct {
	Size  int    `json:"size"` // of the rollout
	Wave  int    `json:"wave"`
	Who   string `json:"who"` // product or floor
	Farms int    `json:"farms"`
	spent
}

// stage is everything that is measured on.
type stage struct {
	options
	recording recording
	client    client.Client
	server    server
	product   *program
	floor     *program
	turns     []turn
	out       io.Writer
	// gate is the last gate between waves: whose it is, and its evidence, which two rollouts may share.
	gate string
}

// bench measures rollouts of 1, 10, … farms up to the number wanted, and prints a table.
func bench(ctx context.Context, o options, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &stage{options: o, out: out}
	if err := s.open(ctx); err != nil {
		return err
	}
	defer s.close()
	fmt.Fprintf(out, "%s\n", machine())
	fmt.Fprintf(out, "engine %s; a farm: %d activities, %d events, %d kB of history as recorded; %d farms at once, turns of %d\n\n",
		o.engine, len(s.recording.Calls), s.recording.Events, s.recording.Bytes/1000, o.parallel, o.block)
	if _, err := s.measure(ctx, 2, "warm"); err != nil {
		return err
	}
	s.turns = nil
	var rows []row
	for _, size := range sizes(o.farms) {
		r, err := s.measure(ctx, size, "bench")
		if err != nil {
			printTables(out, rows, len(s.recording.Calls)) // what there is
			return errors.Join(fmt.Errorf("%s: %w", farm.Count(size), err), s.keep())
		}
		rows = append(rows, r)
		fmt.Fprintf(out, "%s measured\n", farm.Count(size))
	}
	printTables(out, rows, len(s.recording.Calls))
	return s.keep()
}

// sizes are the powers of ten below a number of farms, and that number.
func sizes(farms int) []int {
	var out []int
	for n := 1; n < farms; n *= 10 {
		out = append(out, n)
	}
	return append(out, farms)
}

// open records the farm and starts server and workers.
func (s *stage) open(ctx context.Context) (err error) {
	if s.options.recording != "" {
		s.recording, err = loadRecording(s.options.recording)
	} else {
		s.recording, err = record(ctx, s.options)
	}
	if err != nil {
		return err
	}
	file := filepath.Join(s.dir, "recording.json")
	if err := s.recording.save(file); err != nil {
		return err
	}
	if s.server, err = startServer(ctx, s.options); err != nil {
		return err
	}
	if s.client, err = dial(s.server.address); err != nil {
		return err
	}
	me, err := os.Executable()
	if err != nil {
		return err
	}
	for role, p := range map[string]**program{roleProduct: &s.product, roleFloor: &s.floor} {
		if *p, err = start(ctx, filepath.Join(s.dir, role+".log"), me, nil, "-role", role, "-address", s.server.address, "-recording", file); err != nil {
			return err
		}
		if _, err := (*p).line(ctx); err != nil {
			return fmt.Errorf("the worker of the %s, see its log in %s: %w", role, s.dir, err)
		}
	}
	return nil
}

func (s *stage) close() {
	for _, p := range []*program{s.product, s.floor} {
		if p != nil {
			p.end()
		}
	}
	s.client.Close()
	s.server.stop()
}

// measure runs one rollout, wave by wave, with a turn of the floor program after each wave.
func (s *stage) measure(ctx context.Context, size int, name string) (row, error) {
	in := s.rollout(size, name)
	id := workflows.RolloutID(in.Rollout.ID)
	product, floor := meter{s.server, s.product.pid()}, meter{s.server, s.floor.pid()}
	r := row{size: size}
	before := product.read()
	run, err := s.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: workflows.TaskQueue}, workflows.RolloutWorkflow, in)
	if err != nil {
		return r, err
	}
	for i, w := range in.Rollout.Waves {
		last := i == len(in.Rollout.Waves)-1
		if err := s.wave(ctx, run, last); err != nil {
			return r, err
		}
		s.note(turn{size, i + 1, roleProduct, len(w.Farms), product.read().since(before)}, &r.product)
		before = floor.read()
		if err := s.floorTurn(ctx, fmt.Sprintf("floor/%s/%d", in.Rollout.ID, i), len(w.Farms)); err != nil {
			return r, err
		}
		s.note(turn{size, i + 1, roleFloor, len(w.Farms), floor.read().since(before)}, &r.floor)
		if last {
			break
		}
		before = product.read()
		_, evidence, _ := strings.Cut(s.gate, " ")
		approve := approval(string(farm.GateNextWave), evidence, []string{"bob"})
		if err := s.client.SignalWorkflow(ctx, id, "", workflows.MessageDecide, approve); err != nil {
			return r, err
		}
	}
	r.worker, r.server = peakMemory(s.product.pid()), 0
	for _, pid := range s.server.pids() {
		r.server += peakMemory(pid)
	}
	return r, s.weigh(ctx, in.Rollout, &r)
}

func (s *stage) note(t turn, all *spent) {
	s.turns = append(s.turns, t)
	all.add(t.spent)
}

// rollout is the recorded farm many times, in waves of a turn each.
func (s *stage) rollout(size int, name string) workflows.RolloutInput {
	r := s.recording.Rollout
	r.ID, r.MaxParallel, r.Farms, r.Waves = fmt.Sprintf("%s-%d", name, size), s.parallel, nil, nil
	r.Gates = slices.Clone(r.Gates)
	own := s.recording.Rollout.Farms[0]
	for i := range size {
		f := own
		f.Name = fmt.Sprintf("farm-%04d", i+1)
		r.Farms = append(r.Farms, f)
		if i%s.block == 0 {
			r.Waves = append(r.Waves, farm.Wave{Name: fmt.Sprintf("wave-%d", len(r.Waves)+1), StopAfterFailures: "1"})
		}
		w := &r.Waves[len(r.Waves)-1]
		w.Farms = append(w.Farms, f.Name)
	}
	if len(r.Waves) > 1 {
		r.Gates = append(r.Gates, farm.GatePolicy{Name: farm.GateNextWave, Group: r.Gates[0].Group, Quorum: 1})
	}
	return workflows.RolloutInput{Rollout: r, Release: s.recording.Release, Digest: r.Digest(s.recording.Release), StartedBy: r.Operators[0], InstallParallel: 4}
}

// wave waits until the farms of a wave have ended: for the gate after it, or for the end of the rollout.
func (s *stage) wave(ctx context.Context, run client.WorkflowRun, last bool) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	gates := make(chan string, 1)
	go func() {
		for {
			line, err := s.product.line(ctx)
			word, text, _ := strings.Cut(line, " ")
			switch {
			case err != nil:
				if ctx.Err() == nil {
					cancel(fmt.Errorf("the worker: %w", err))
				}
				return
			case word == sayTrouble:
				cancel(errors.New(text))
				return
			case word == sayGate && !last && text != s.gate && strings.HasPrefix(text, run.GetID()+" "): // a notification may come twice
				gates <- text
				return
			}
		}
	}()
	if last {
		var status farm.RolloutStatus
		err := run.Get(ctx, &status)
		switch cause := context.Cause(ctx); {
		case cause != nil:
			return cause
		case err != nil:
			return err
		case status.Outcome != farm.OutcomeCompleted:
			return fmt.Errorf("%s ended %s", run.GetID(), status.Outcome)
		}
		return nil
	}
	select {
	case s.gate = <-gates:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// floorTurn runs as many farms of the floor program.
func (s *stage) floorTurn(ctx context.Context, id string, farms int) error {
	run, err := s.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: floorQueue}, floorFleet, floorInput{Name: id, Farms: farms, Parallel: s.parallel})
	if err != nil {
		return err
	}
	return run.Get(ctx, nil)
}

// keep writes every turn into a file, as it was measured.
func (s *stage) keep() error {
	if s.save == "" {
		return nil
	}
	f, err := os.Create(s.save)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(f)
	for _, t := range s.turns {
		if err := enc.Encode(t); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return f.Close()
}
