package workflows

import (
	"fmt"
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// mirrored returns the SQL Servers with a policy and the farm's databases there that preflight found mirrored.
func (r *run) mirrored(policy farm.MirroringPolicy, each func(s farm.SQLServer, databases []string) error) error {
	for _, s := range r.farm.SQLServers {
		if s.Mirroring != policy {
			continue
		}
		mine, databases := r.databasesOn(s), []string(nil)
		for _, f := range r.status.Facts.SQL {
			for _, m := range f.Mirrors {
				if m.Server == s.Name && slices.ContainsFunc(mine, func(n string) bool { return strings.EqualFold(n, m.Database) }) {
					databases = append(databases, m.Database)
				}
			}
		}
		if len(databases) == 0 {
			continue
		}
		if err := each(s, databases); err != nil {
			return err
		}
	}
	return nil
}

// pauseMirroring suspends the mirroring of the farm's databases before the first package (policy pause). How
// it was is recorded first: what was suspended already stays so at the end.
func (r *run) pauseMirroring(ctx workflow.Context) error {
	return r.mirrored(farm.MirroringPause, func(s farm.SQLServer, databases []string) error {
		return r.step(ctx, stepSpec{kind: farm.StepPauseMirroring, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
			before, err := r.onMirrors(readCall(ctx, r.queue, "Record the mirroring on "+s.Name), s, databases, act.ReadMirrors)
			if err != nil {
				return err
			}
			r.recordMirrors(ctx, before)
			if _, err := r.onMirrors(changeCall(ctx, r.queue, "Pause the mirroring on "+s.Name), s, databases, act.PauseMirroring); err != nil {
				return err
			}
			for i := range r.status.Mirrors {
				if m := &r.status.Mirrors[i]; m.Server == s.Name && m.PausedAt.IsZero() && m.State != farm.MirrorSuspended {
					m.PausedAt = workflow.Now(ctx)
				}
			}
			r.log(farm.TimelineEntry{At: workflow.Now(ctx), Server: s.Name, Kind: "step", What: "mirroring paused: " + strings.Join(databases, ", ")})
			return nil
		})
	})
}

// recordMirrors keeps how databases were mirrored. The first record counts: a later one would show our own
// doing.
func (r *run) recordMirrors(ctx workflow.Context, states []farm.MirrorState) {
	for _, m := range states {
		if !slices.ContainsFunc(r.status.Mirrors, func(o farm.RecordedMirror) bool { return o.Server == m.Server && o.Database == m.Database }) {
			r.status.Mirrors = append(r.status.Mirrors, farm.RecordedMirror{MirrorState: m, RecordedAt: workflow.Now(ctx)})
		}
	}
}

// provePrincipals proves before a wizard that the SQL Servers of the file still hold the databases (policy
// prove-principal): a wizard that meets a mirror fails half way.
func (r *run) provePrincipals(ctx workflow.Context, wizard farm.Server) error {
	return r.mirrored(farm.MirroringProvePrincipal, func(s farm.SQLServer, databases []string) error {
		return r.step(ctx, stepSpec{kind: farm.StepProvePrincipal, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
			_, err := r.onMirrors(readCall(ctx, r.queue, "Prove that "+s.Name+" is the principal before the wizard on "+wizard.Name), s, databases, act.ProvePrincipal)
			return err
		})
	})
}

// resumeMirroring lets the mirrors catch up that farmhand paused. Users need not wait for a mirror, so the
// step may be skipped.
func (r *run) resumeMirroring(ctx workflow.Context) error {
	for _, s := range r.farm.SQLServers {
		if len(r.pausedOn(s.Name)) == 0 {
			continue
		}
		if err := r.step(ctx, stepSpec{kind: farm.StepResumeMirroring, server: s.Name, skippable: true}, func(ctx workflow.Context, _ attempt) error {
			if _, err := r.onMirrors(changeCall(ctx, r.queue, "Resume the mirroring on "+s.Name), s, r.pausedOn(s.Name), act.ResumeMirroring); err != nil {
				return err
			}
			for i := range r.status.Mirrors {
				if m := &r.status.Mirrors[i]; m.Server == s.Name && !m.PausedAt.IsZero() {
					m.ResumedAt = workflow.Now(ctx)
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// offerMirroring asks an ending run's operator about mirrors that are still paused: a paused mirror is a copy
// from before the update, which some will want to keep.
func (r *run) offerMirroring(ctx workflow.Context) {
	paused := r.pausedMirrors()
	if len(paused) == 0 {
		return
	}
	advice := "nothing was installed: mirroring may be resumed"
	choices := []farm.Choice{farm.ChoiceResumeMirroring, farm.ChoiceLeavePaused}
	if !r.status.NoReturn.IsZero() {
		advice = "the mirrors are copies from before the update, as long as they are paused; the log of the principal grows meanwhile"
		choices = []farm.Choice{farm.ChoiceLeavePaused, farm.ChoiceResumeMirroring}
	}
	f := farm.Failure{Kind: farm.FailureAbort, Step: farm.StepResumeMirroring, Message: "database mirroring is still paused", Advice: advice, Log: paused}
	if q := r.intervene(ctx, f, choices, choices[0]); q.Answer != farm.ChoiceResumeMirroring {
		return
	}
	aborted := r.abortBy
	r.abortBy = "" // as in startAgain
	if err := r.resumeMirroring(ctx); err != nil {
		r.status.Exceptions = append(r.status.Exceptions, "not all mirroring could be resumed")
	}
	r.abortBy = aborted
}

// pausedOn names the databases of a SQL Server whose mirroring farmhand paused and has not resumed.
func (r *run) pausedOn(server string) []string {
	var names []string
	for _, m := range r.status.Mirrors {
		if m.Server == server && !m.PausedAt.IsZero() && m.ResumedAt.IsZero() {
			names = append(names, m.Database)
		}
	}
	return names
}

// pausedMirrors says of each what a person has to do.
func (r *run) pausedMirrors() []string {
	var out []string
	for _, s := range r.farm.SQLServers {
		for _, name := range r.pausedOn(s.Name) {
			out = append(out, fmt.Sprintf("%s: the mirroring of %s is paused; resume it: ALTER DATABASE [%s] SET PARTNER RESUME", s.Name, name, strings.ReplaceAll(name, "]", "]]")))
		}
	}
	return out
}

// onMirrors runs an activity on mirrored databases of a SQL Server.
func (r *run) onMirrors(call workflow.Context, s farm.SQLServer, databases []string, activity any) ([]farm.MirrorState, error) {
	var states []farm.MirrorState
	err := workflow.ExecuteActivity(call, activity, activities.MirrorRequest{SQLTarget: r.sqlTarget(s), Databases: databases}).Get(call, &states)
	return states, err
}
