package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// standDown gives a window up before the first installer: what was detached, paused and stopped is brought back to its
// recorded state, so that users work until the next window. What the round proved is void then: users change databases.
func (r *run) standDown(ctx workflow.Context) error {
	r.missed = false // the steps of bringing users back must not be refused by what they belong to
	w := &r.status.Window
	w.Missed = append(w.Missed, farm.MissedWindow{Says: w.Says, At: workflow.Now(ctx)})
	says := w.Says
	w.Leave()
	r.changes++
	r.show(ctx)
	r.tellWindow(ctx, farm.EventWindowMissed, "the window "+says+" is given up: users are connected again", r.doneByHand()...)
	if err := r.attachContentDatabases(ctx); err != nil {
		return err
	}
	if err := r.resumeMirroring(ctx); err != nil {
		return err
	}
	all := func(string) bool { return true }
	if err := r.onServers(ctx, r.heldServers(), 0, func(ctx workflow.Context, s farm.Server) error {
		return r.restoreServices(ctx, s, all, farm.StepStartWebPublishing)
	}); err != nil {
		return err
	}
	r.forgetRound(ctx)
	return r.cleanUp(ctx)
}

// doneByHand are the manual tasks of this round that people may have to undo, such as a load balancer's.
func (r *run) doneByHand() []farm.Fact {
	var facts []farm.Fact
	for _, t := range r.in.Rollout.ManualTasks {
		if q := r.status.Question(t.ID()); q != nil && q.Answer == farm.ChoiceDone && t.Phase != farm.PhasePreflight {
			facts = append(facts, farm.Fact{Label: "perhaps undo", Text: t.Name + ", done by " + q.By + ": " + t.Text})
		}
	}
	return facts
}

// forgetRound puts the status back to where preflight had left it, and keeps the outage.
func (r *run) forgetRound(ctx workflow.Context) {
	s := &r.status
	u := farm.UsersOff{Earlier: s.UsersOff.Earlier, Violations: s.UsersOff.Violations, Log: s.UsersOff.Log}
	if !s.UsersOff.Since.IsZero() {
		u.Earlier = append(u.Earlier, farm.Outage{Since: s.UsersOff.Since, Until: workflow.Now(ctx)})
	}
	s.UsersOff, s.Queue = u, farm.QueueStatus{}
	for _, left := range r.leftDetached() { // the next round records content databases anew
		r.log(farm.TimelineEntry{At: workflow.Now(ctx), Kind: "finding", What: left})
	}
	// What is recorded is recorded anew in the next round: people may change services until then.
	s.Services = slices.DeleteFunc(s.Services, func(rec farm.RecordedService) bool { return rec.StoppedAt.IsZero() || !rec.RestoredAt.IsZero() })
	s.Mirrors = slices.DeleteFunc(s.Mirrors, func(m farm.RecordedMirror) bool { return m.PausedAt.IsZero() || !m.ResumedAt.IsZero() })
	for i := range s.Databases {
		d := &s.Databases[i]
		*d = farm.DatabaseStatus{Name: d.Name, Server: d.Server, SizeMB: d.SizeMB, Project: d.Project, BackupState: farm.StepPending}
	}
	for i := range s.Phases {
		if st := &s.Phases[i]; st.Phase != farm.PhasePreflight {
			*st = farm.PhaseStatus{Phase: st.Phase, State: farm.StepPending}
		}
	}
	for i := range s.Servers {
		for j := range s.Servers[i].Packages {
			if p := &s.Servers[i].Packages[j]; p.Started.IsZero() {
				*p = farm.PackageStatus{KB: p.KB, State: farm.StepPending}
			}
		}
	}
	s.Phase = farm.PhasePreflight
	r.looked = time.Time{} // the next window begins with another preflight
	r.show(ctx)
}
