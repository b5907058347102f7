package main

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"farmhand/activities"
	"farmhand/config"
	"farmhand/internal/codec"
	"farmhand/internal/engine"
	"farmhand/internal/evidence"
	"farmhand/internal/secrets"
	"farmhand/internal/telemetry"
	"farmhand/internal/view"
	"farmhand/workflows"
)

// patience is how long a worker waits for a Temporal server that is not up yet. Whoever supervises the worker may start
// it before the server.
const patience = 5 * time.Minute

// host connects, checks what workflows need, and runs until ctx ends.
func host(ctx context.Context, opts options, t *telemetry.Telemetry) error {
	state := &health{}
	if address := opts.settings.Health.Address; address != "" {
		stop, err := state.serve(ctx, address)
		if err != nil {
			return err
		}
		defer stop()
	}
	clientOptions, err := engine.Options(t, t.Logger())
	if err != nil {
		return err
	}
	payloads, err := codec.Load(opts.settings.Codec, secrets.NewResolver(opts.settings.Secrets))
	if err != nil {
		return fmt.Errorf("setting codec.keys: %w", err)
	}
	clientOptions = engine.Payloads(clientOptions, payloads.Insisting(), payloads.Encrypts())
	c, err := engine.Connect(ctx, clientOptions, patience)
	if err != nil {
		return err
	}
	defer c.Close()
	warnOfRetention(ctx, c, clientOptions.Namespace, t)
	if opts.workflows {
		if err := engine.CheckAttributes(ctx, c, clientOptions.Namespace, searchAttributes()); err != nil {
			return err
		}
	}
	key, err := evidenceKey(opts.settings)
	if err != nil {
		return err
	}
	return serve(ctx, c, clientOptions.Namespace, opts, t, state, key)
}

// warnOfRetention says when a namespace forgets closed rollouts before anybody asks for their evidence. Work goes on.
func warnOfRetention(ctx context.Context, c client.Client, namespace string, t *telemetry.Telemetry) {
	keep, err := engine.Retention(ctx, c, namespace)
	if err == nil && keep < engine.LeastRetention {
		t.Slog().WarnContext(ctx, "the namespace keeps closed rollouts for a short time only: export their evidence within it, or extend it (starter namespace)",
			"namespace", namespace, "retention", keep, "wanted", engine.LeastRetention)
	}
}

// serve starts the pollers and waits. The queue of workflows and the queue of the site are two workers of one process.
func serve(ctx context.Context, c client.Client, namespace string, opts options, t *telemetry.Telemetry, state *health, key *evidence.Key) error {
	broken := make(chan error, 2)
	common := worker.Options{
		WorkerStopTimeout: opts.settings.WorkerStopTimeout,
		OnFatalError:      func(err error) { broken <- err },
		DeploymentOptions: deployment(opts.settings.Deployment),
	}
	workers := []worker.Worker{worker.New(c, workflows.SiteQueue(opts.settings.Site), ofSite(common, opts.settings))}
	acts := newActivities(c, opts, t, key)
	workflows.RegisterActivities(workers[0], acts)
	if opts.workflows {
		flow := common
		flow.LocalActivityWorkerOnly = true // activities belong on a site's queue
		w := worker.New(c, workflows.TaskQueue, flow)
		workflows.Register(w)
		workflows.RegisterLocalActivities(w, acts)
		workers = append(workers, w)
		if t.Measures() {
			stop, err := (&standing{client: c, namespace: namespace, log: t.Slog()}).observe(ctx, t.Meter("farmhand/worker"))
			if err != nil {
				return err
			}
			defer stop()
		}
	}
	for _, w := range workers {
		if err := w.Start(); err != nil {
			return fmt.Errorf("start polling: %w", err)
		}
		defer w.Stop()
	}
	state.ready.Store(true)
	defer state.ready.Store(false)
	public := "none"
	if key != nil {
		public = key.Public()
	}
	t.Slog().InfoContext(ctx, "worker ready", "site", opts.settings.Site, "workflows", opts.workflows, "evidence_key", public)
	select {
	case <-ctx.Done():
		t.Slog().InfoContext(ctx, "worker stops: it takes nothing new, ends what is under way and hands waiting over; jobs on servers go on",
			"site", opts.settings.Site, "at_most", opts.settings.WorkerStopTimeout)
		return nil
	case err := <-broken:
		return fmt.Errorf("the worker stopped polling: %w", err)
	}
}

// ofSite are the options of the worker that takes activities of its site.
func ofSite(common worker.Options, s config.Settings) worker.Options {
	common.DisableWorkflowWorker = true
	common.MaxConcurrentActivityExecutionSize = s.Activities.Parallel
	return common
}

// newActivities gives the activities what this worker's settings say.
func newActivities(c client.Client, opts options, t *telemetry.Telemetry, key *evidence.Key) *activities.Activities {
	s := opts.settings
	return activities.New(activities.Options{
		Secrets:        secrets.NewResolver(s.Secrets),
		CAFile:         s.TLS.CAFile,
		KerberosConfig: s.Kerberos.Config,
		Receivers:      opts.receivers,
		Site:           s.Site,
		Runbook:        view.Runbook,
		RunbookDir:     opts.runbooks, InventoryDir: s.Inventory.Directory,
		EvidenceKey: key, AskRun: askRun(c),
		Logger: t.Slog(),
	})
}

// searchAttributes are what workflows set; one that a namespace lacks would fail them in mid-run.
func searchAttributes() engine.Attributes {
	return engine.Want(workflows.AttributeRolloutID, workflows.AttributeFarmName, workflows.AttributePhase,
		workflows.AttributePendingGate, workflows.AttributeOutcome)
}
