package workflows

import (
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// A farm that stands at the release already, or past it, is proven and left alone: no user is disconnected for it,
// nothing is installed, and no gate asks about it. A server that does while others do not keeps its packages, and is
// spared the wizard if nothing speaks for it. What stands there is weighed by several witnesses (farm.WizardDue), and
// whoever doubts goes the whole way.

// proveAlready looks whether the whole farm needs nothing of this release. Where one server or database is behind,
// or doubted, the update takes its course.
func (r *run) proveAlready(ctx workflow.Context) error {
	for _, s := range r.farm.SharePointServers() {
		if farm.WizardDue(r.in.Release, r.status.Facts, s.Name) != "" {
			return nil
		}
	}
	if len(r.status.Facts.Farm.NeedsUpgrade) > 0 {
		return nil
	}
	doubts := r.prove(ctx)
	if len(doubts) > 0 {
		r.log(farm.TimelineEntry{At: workflow.Now(ctx), Kind: "finding", What: "every server is at the release, and not everything agrees: " + strings.Join(doubts, "; ")})
		r.forget()
		return nil
	}
	r.status.Already = true
	for _, s := range r.farm.SharePointServers() {
		r.finalizedBefore(ctx, s)
	}
	r.log(farm.TimelineEntry{At: workflow.Now(ctx), Kind: "finding", What: "every server and database is at the release already or past it: nothing was done, users stayed on"})
	return nil
}

// forget takes back what prove wrote into the status, so that the update writes its own.
func (r *run) forget() {
	for i := range r.status.Servers {
		st := &r.status.Servers[i]
		st.Witnesses = nil
		for j := range st.Packages {
			st.Packages[j] = farm.PackageStatus{KB: st.Packages[j].KB, State: farm.StepPending, SHA256: st.Packages[j].SHA256}
		}
	}
	for i := range r.status.Databases {
		d := &r.status.Databases[i]
		d.VersionAfter, d.RowsAfter, d.OK, d.Note, d.Checked = "", nil, false, "", time.Time{}
	}
}

// skipRest ends a run whose farm needs nothing.
func (r *run) skipRest(ctx workflow.Context) error {
	for i := range r.status.Phases {
		if r.status.Phases[i].State == farm.StepPending {
			r.status.Phases[i].State = farm.StepSkipped
		}
	}
	for i := range r.status.Databases {
		r.status.Databases[i].BackupState = farm.StepSkipped
	}
	return r.cleanUp(ctx)
}

// spared proves that a server needs no wizard in this run: it stood at the release when preflight looked, no package
// was run on it, the databases had been upgraded before, and its own witnesses say the same now.
func (r *run) spared(ctx workflow.Context, s farm.Server) bool {
	if farm.WizardDue(r.in.Release, r.status.Facts, s.Name) != "" || !r.databasesWereReached() {
		return false
	}
	for _, p := range r.status.Server(s.Name).Packages {
		if p.Outcome != "already-installed" || !p.Started.IsZero() {
			return false
		}
	}
	var facts farm.ServerFacts
	if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Verify "+s.Name), act.InspectServer,
		activities.InspectRequest{ServerTarget: r.target(s), Release: r.in.Release, Services: r.farm.Services}).Get(ctx, &facts); err != nil {
		return false // the wizard's own step meets the same trouble, and asks people
	}
	ws := serverWitnesses(workflow.Now(ctx), r.in.Release, facts)
	if farm.AtRelease(r.in.Release, facts) != "" || len(disagreeing(s.Name, ws)) > 0 {
		return false
	}
	st := r.status.Server(s.Name)
	st.Version, st.Witnesses = facts.Version, ws
	r.finalizedBefore(ctx, s)
	return true
}

// databasesWereReached reports whether every database was at the release or past it before the update.
func (r *run) databasesWereReached() bool {
	for _, d := range r.status.Databases {
		v, err := farm.ParseVersion(d.VersionBefore)
		if err != nil {
			v = farm.Version{} // no table, or not read
		}
		if !r.in.Release.Expected.Reached(d.Project, v) {
			return false
		}
	}
	return len(r.status.Databases) > 0
}

func (r *run) finalizedBefore(ctx workflow.Context, s farm.Server) {
	st := r.status.Server(s.Name)
	st.Finalized, st.FinalizedAt = true, workflow.Now(ctx)
	r.log(farm.TimelineEntry{At: st.FinalizedAt, Server: s.Name, Kind: "step", What: "proven as it stands: no wizard is due"})
}
