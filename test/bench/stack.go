package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// lookEvery is how often people look whether a gate waits.
const lookEvery = 100 * time.Millisecond

// stack is farmhand's real processes: the development server of Temporal and one worker.
type stack struct {
	site     *site
	bin      string
	port     int
	temporal *program
	worker   *program
	client   client.Client
}

// startStack starts the processes. A twin has to have run before: it writes the certificate that the worker wants to see.
func startStack(ctx context.Context, s *site, bin string) (*stack, error) {
	st := &stack{site: s, bin: bin}
	first, err := s.start(ctx, noLength)
	if err == nil {
		err = first.Close()
	}
	if err != nil {
		return nil, err
	}
	if err := st.freePort(ctx); err != nil {
		return nil, err
	}
	if st.worker, err = st.startWorker(ctx); err != nil {
		return nil, err
	}
	st.client, err = client.Dial(client.Options{HostPort: st.address(), Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	return st, err
}

// status is what the farm's update says of itself.
func (st *stack) status(ctx context.Context, t *twin) (s farm.Status, err error) {
	v, err := st.client.QueryWorkflow(ctx, workflows.FarmUpdateID(t.rollout.Farms[0].Name), "", workflows.QueryStatus)
	if err != nil {
		return s, err
	}
	return s, v.Get(&s)
}

func (st *stack) address() string { return "127.0.0.1:" + strconv.Itoa(st.port) }

// freePort starts the Temporal server at a port that is free.
func (st *stack) freePort(ctx context.Context) (err error) {
	for range 20 {
		st.port = 20000 + 10*mathrand.IntN(1100) //nolint:gosec // a place to listen at is no secret
		if err = st.startTemporal(ctx); err == nil {
			return nil
		}
	}
	return err
}

func (st *stack) startTemporal(ctx context.Context) (err error) {
	st.temporal, err = startProgram(ctx, st.site.file("temporal.log"), `"ready":true`, nil, filepath.Join(st.bin, "devserver"),
		"--db", st.site.file("temporal.db"), "--port", strconv.Itoa(st.port), "--headless")
	return err
}

func (st *stack) startWorker(ctx context.Context) (*program, error) {
	return startProgram(ctx, st.site.file("worker.log"), "worker ready", []string{
		passwordVariable + "=" + st.site.password, "TEMPORAL_ADDRESS=" + st.address(), "FARMHAND_SECRETS=env:SP_*",
		"FARMHAND_TLS_CA_FILE=" + st.site.file("ca.pem"), "FARMHAND_HEALTH_ADDRESS=", "FARMHAND_WORKER_STOP_TIMEOUT=1s",
	}, filepath.Join(st.bin, "worker"))
}

func (st *stack) close() {
	if st.client != nil {
		st.client.Close()
	}
	if st.worker != nil {
		st.worker.stop()
	}
	if st.temporal != nil {
		st.temporal.stop()
	}
}

// processorTime is what the processes have used.
func (st *stack) processorTime() time.Duration {
	return st.temporal.processorTime() + st.worker.processorTime()
}

// begin starts the rollout of a twin as people do.
func (st *stack) begin(ctx context.Context, t *twin) error {
	start := exec.CommandContext(ctx, filepath.Join(st.bin, "starter"), "start", "-f", t.file, "--as", t.rollout.Operators[0])
	start.Env = append(bareEnvironment(), "TEMPORAL_ADDRESS="+st.address())
	if said, err := start.CombinedOutput(); err != nil {
		return fmt.Errorf("starter start: %w: %s", err, said)
	}
	return nil
}

// update runs the rollout of a twin to its end: starter start, and an approval at each gate.
func (st *stack) update(ctx context.Context, t *twin) error {
	if err := st.begin(ctx, t); err != nil {
		return err
	}
	over := make(chan error, 1)
	go func() { over <- st.client.GetWorkflow(ctx, workflows.RolloutID(t.rollout.ID), "").Get(ctx, nil) }()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case err := <-over:
			return errors.Join(err, t.finished())
		case <-look.C:
			if err := st.approve(ctx, t); err != nil {
				return err
			}
		}
	}
}

// approve answers the gates that wait. Anything else that is asked means that the update went wrong.
func (st *stack) approve(ctx context.Context, t *twin) error {
	s, err := st.status(ctx, t)
	if err != nil {
		return nil //nolint:nilerr // it has not begun yet, or a process was killed just now
	}
	for _, q := range s.OpenQuestions() {
		if q.Kind != farm.QuestionGate {
			return fmt.Errorf("farmhand asks: %s: %w: %s", q.ID, q.Failure, strings.Join(q.Failure.Log, "; "))
		}
		d := farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: q.Eligible()[0], Choice: farm.ChoiceApprove, Reason: "a benchmark"}
		if err := st.client.SignalWorkflow(ctx, workflows.FarmUpdateID(t.rollout.Farms[0].Name), "", workflows.MessageDecide, d); err != nil {
			return nil //nolint:nilerr // at the next look
		}
	}
	return nil
}
