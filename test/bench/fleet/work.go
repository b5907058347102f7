package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/view"
	"farmhand/workflows"
)

// Times of the floor program's activities, of the order of farmhand's: the engine keeps a timer for each.
const (
	timeout   = 10 * time.Minute
	heartbeat = time.Minute
)

// work is one of the two worker processes: farmhand's workflows with the light twin, or the floor program. It ends with its standard
// input, like farmhand's own worker, whose queues and options it has.
func work(ctx context.Context, o options, stdin io.Reader, stdout io.Writer) error {
	r, err := loadRecording(o.recording)
	if err != nil {
		return err
	}
	c, err := dial(o.address)
	if err != nil {
		return err
	}
	defer c.Close()
	broken := make(chan error, 2)
	common := worker.Options{WorkerStopTimeout: time.Second, OnFatalError: func(err error) { broken <- err }}
	var workers []worker.Worker
	if o.role == roleFloor {
		workers = floorWorkers(c, common, r)
	} else {
		workers = productWorkers(c, common, r, filepath.Join(filepath.Dir(o.recording), "runbooks"), stdout)
	}
	for _, w := range workers {
		if err := w.Start(); err != nil {
			return err
		}
		defer w.Stop()
	}
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, stdin)
		ended <- err
	}()
	fmt.Fprintln(stdout, sayReady)
	select {
	case <-ctx.Done():
		return nil
	case err := <-ended:
		return err
	case err := <-broken:
		return errors.Join(errors.New("the worker stopped polling"), err)
	}
}

// productWorkers are those of farmhand's worker (worker/host.go), with one activity that stands for all but the runbook: the
// worker that runs workflows writes that itself, and so it does here.
func productWorkers(c client.Client, common worker.Options, r recording, runbooks string, stdout io.Writer) []worker.Worker {
	l := newLight(c, r, func(word, text string) { fmt.Fprintln(stdout, word, text) })
	flow, acting := common, common
	flow.LocalActivityWorkerOnly, acting.DisableWorkflowWorker = true, true
	flows := worker.New(c, workflows.TaskQueue, flow)
	workflows.Register(flows)
	site := r.Rollout.Farms[0].Site
	workflows.RegisterLocalActivities(flows, activities.New(activities.Options{Site: site, Runbook: view.Runbook, RunbookDir: runbooks}))
	acts := worker.New(c, workflows.SiteQueue(site), acting)
	acts.RegisterDynamicActivity(l.answer, activity.DynamicRegisterOptions{})
	return []worker.Worker{acts, flows}
}

// floorWorkers are as many.
func floorWorkers(c client.Client, common worker.Options, r recording) []worker.Worker {
	f := newFloor(r)
	flow, site := common, common
	flow.LocalActivityWorkerOnly, site.DisableWorkflowWorker = true, true
	flows := worker.New(c, floorQueue, flow)
	flows.RegisterWorkflowWithOptions(f.fleet, workflow.RegisterOptions{Name: floorFleet})
	flows.RegisterWorkflowWithOptions(f.farm, workflow.RegisterOptions{Name: floorFarm})
	acts := worker.New(c, floorQueue, site)
	acts.RegisterActivityWithOptions(nothing, activity.RegisterOptions{Name: floorActivity})
	return []worker.Worker{acts, flows}
}

func dial(address string) (client.Client, error) {
	return client.Dial(client.Options{HostPort: address, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
}
