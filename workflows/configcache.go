package workflows

import (
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// clearConfigCaches is the known fix for an update conflict of the upgrade (KB939308): on every server the
// timer service is stopped and the configuration cache cleared, and only then is it started anywhere, so
// that none fetches a configuration that another one's stale copy still holds up. No upgrade job may be at
// work meanwhile: it would die with its timer service.
func (r *run) clearConfigCaches(ctx workflow.Context, by string) error {
	if err := r.upgradeJobsIdle(ctx, "before the configuration cache is cleared"); err != nil {
		return err
	}
	servers := r.farm.SharePointServers()
	var before = make([]farm.ConfigCache, len(servers))
	each := func(what string, activity any, answer func(i int) *farm.ConfigCache) error {
		return r.onServers(ctx, servers, 0, func(ctx workflow.Context, s farm.Server) error {
			defer r.doing(ctx, s.Name, what)()
			return r.step(ctx, stepSpec{kind: farm.StepClearConfigCache, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
				return workflow.ExecuteActivity(changeCall(ctx, r.queue, what+" on "+s.Name), activity, r.target(s)).Get(ctx, answer(indexOf(servers, s)))
			})
		})
	}
	if err := each("clear the configuration cache", act.ClearConfigCache, func(i int) *farm.ConfigCache { return &before[i] }); err != nil {
		return err
	}
	after := make([]farm.ConfigCache, len(servers))
	if err := each("start SPTimerV3 and rebuild the configuration cache", act.RebuildConfigCache, func(i int) *farm.ConfigCache { return &after[i] }); err != nil {
		return err
	}
	for i, s := range servers {
		r.correct(ctx, s.Name, "configuration cache cleared ("+by+"): it was "+before[i].String()+"; it is "+after[i].String())
	}
	return nil
}

func indexOf(servers []farm.Server, s farm.Server) int {
	for i := range servers {
		if servers[i].Name == s.Name {
			return i
		}
	}
	return -1
}
