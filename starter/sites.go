package main

import (
	"context"
	"time"

	enumspb "go.temporal.io/api/enums/v1"

	"farmhand/internal/engine"
	"farmhand/internal/view"
	"farmhand/workflows"
)

// attendEvery is how long what is known of the sites' workers is shown before it is asked again. A killed worker is missed
// less than a minute later, this included (engine.Attend).
const attendEvery = 3 * time.Second

// attendance is what was found out about the workers of sites.
type attendance struct {
	sites []view.Site
	asked time.Time
}

// attend finds out who serves the sites of farms that have not ended. Whoever calls it has just been answered by a worker that
// takes workflows. What Temporal does not tell, perhaps because the account may not ask, is left out: it changes nothing.
func (d *desk) attend(ctx context.Context, before attendance, farms []view.Farm, now time.Time) attendance {
	if age := now.Sub(before.asked); age >= 0 && age < attendEvery {
		return before
	}
	sites := view.SitesOf(farms)
	if len(sites) == 0 {
		return attendance{asked: now}
	}
	alive, err := engine.Pollers(ctx, d.client, workflows.TaskQueue, enumspb.TASK_QUEUE_TYPE_WORKFLOW)
	if err != nil {
		return attendance{asked: now}
	}
	at := engine.ServerClock(now, alive)
	known := make([]*view.Site, len(sites))
	_ = sideBySide(ctx, len(sites), func(ctx context.Context, i int) error { // a site that cannot be asked about does not stop the others
		if a, err := engine.Attends(ctx, d.client, d.namespace, workflows.SiteQueue(sites[i].Name), at); err == nil {
			sites[i].Workers, sites[i].LastSeen, sites[i].Busy, sites[i].Unreported = a.Workers, a.LastSeen, a.Places, a.Unreported
			known[i] = &sites[i]
		}
		return nil
	})
	found := attendance{asked: now}
	for _, s := range known {
		if s != nil {
			found.sites = append(found.sites, *s)
		}
	}
	return found
}
