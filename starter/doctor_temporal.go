package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"

	"farmhand/internal/engine"
	"farmhand/internal/secrets"
	"farmhand/workflows"
)

// temporal checks the server, the namespace and the workers.
func (d *doctor) temporal(ctx context.Context, f file) {
	desk, err := d.desk(ctx)
	if err != nil {
		d.bad("Temporal", err.Error(), "an answer")
		return
	}
	defer desk.close()
	keep, err := engine.Retention(ctx, desk.client, desk.namespace)
	if err != nil {
		d.bad("namespace", err.Error(), "an answer")
		return
	}
	d.expect("namespace", keep >= engine.LeastRetention, fmt.Sprintf("%s keeps closed rollouts for %s", desk.namespace, keep), "a week or more: starter namespace")
	if err := engine.CheckAttributes(ctx, desk.client, desk.namespace, wantedAttributes()); err != nil {
		d.bad("search attributes", err.Error(), "")
	} else {
		d.good("search attributes", "all there")
	}
	d.versions(ctx, desk)
	d.queue("workflow workers", workflows.TaskQueue, func() (engine.Attendance, error) {
		seen, err := engine.Pollers(ctx, desk.client, workflows.TaskQueue, enumspb.TASK_QUEUE_TYPE_WORKFLOW)
		return engine.Attend(seen, d.now()), err
	})
	sites := []string{d.settings.Site}
	if len(f.rollout.Farms) > 0 {
		sites = nil
		for _, one := range f.rollout.Farms {
			sites = append(sites, one.Site)
		}
	}
	slices.Sort(sites)
	for _, site := range slices.Compact(sites) {
		d.queue("workers of site "+site, workflows.SiteQueue(site), func() (engine.Attendance, error) {
			return engine.Attends(ctx, desk.client, desk.namespace, workflows.SiteQueue(site), d.now())
		})
	}
}

// queue checks that somebody takes tasks from a queue.
func (d *doctor) queue(what, queue string, attendance func() (engine.Attendance, error)) {
	now, err := attendance()
	if err != nil {
		d.bad(what, err.Error(), "an answer")
		return
	}
	text := fmt.Sprintf("%s on queue %s", count(now.Workers, "worker"), queue)
	if now.Workers == 0 && !now.LastSeen.IsZero() {
		text += fmt.Sprintf("; the last one asked for work %s ago, and what is due waits", d.now().Sub(now.LastSeen).Round(time.Second))
	}
	if now.Places > 0 {
		text += fmt.Sprintf(", busy with %d activities, all that may run there at once", now.Places)
	}
	if now.Unreported {
		text += "; one that is busy with all it may do at once would not show: this Temporal does not tell"
	}
	d.expect(what, now.Workers > 0, text, "one or more: start bin/worker")
}

// secrets checks whether the file's references have a value here. It never shows one.
func (d *doctor) secrets(f file) {
	resolver := secrets.NewResolver(d.settings.Secrets)
	for _, c := range f.rollout.Credentials {
		if _, err := resolver.Resolve(c.Password); err != nil {
			d.bad("secret of "+c.Name, err.Error(), "")
			continue
		}
		d.good("secret of "+c.Name, c.Password+" has a value here")
	}
}
