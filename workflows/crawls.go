package workflows

import (
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// pauseCrawls stops Office search on every server where it runs, where the file asks for it: SharePoint 2007 has no
// pause of all content sources that an administrator could type, and a crawl of sites that are half updated fills
// the index with errors. The record brings the service back at the end; an index that was being built goes on then.
func (r *run) pauseCrawls(ctx workflow.Context) error {
	if !r.farm.PauseCrawls {
		return nil
	}
	name := r.farm.Services.SearchService()
	return r.onServers(ctx, farm.SearchServers(r.farm, r.status.Facts), 0, func(ctx workflow.Context, s farm.Server) error {
		defer r.doing(ctx, s.Name, "stop "+name)()
		return r.step(ctx, stepSpec{kind: farm.StepPauseCrawls, server: s.Name, skippable: true}, func(ctx workflow.Context, _ attempt) error {
			return r.stopService(ctx, s, name, farm.StepPauseCrawls)
		})
	})
}

// resumeCrawls brings Office search back where it was stopped.
func (r *run) resumeCrawls(ctx workflow.Context) error {
	return r.onServers(ctx, r.heldServers(), 0, func(ctx workflow.Context, s farm.Server) error {
		return r.restoreServices(ctx, s, r.isSearch, farm.StepResumeCrawls)
	})
}

func (r *run) isSearch(service string) bool { return service == r.farm.Services.SearchService() }
