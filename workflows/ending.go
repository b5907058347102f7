package workflows

import (
	"fmt"
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// end closes a run that reached its end.
func (r *run) end(ctx workflow.Context, outcome farm.Outcome) {
	noted := meanwhile(ctx, r.noteProgram)
	r.noteServicesAfter(ctx)
	noted()
	r.status.Outcome, r.status.Finished = outcome, workflow.Now(ctx)
	for _, s := range r.status.Services {
		if !s.StoppedAt.IsZero() && s.RestoredAt.IsZero() {
			r.status.Residual = append(r.status.Residual, fmt.Sprintf("%s: %s is still stopped and %s; it was %s before", s.Server, s.Name, farm.StartManual, s.StartMode))
		}
		if s.LeftRunning && s.RestoredAt.IsZero() {
			r.status.Residual = append(r.status.Residual, fmt.Sprintf("%s: %s is %s; it was %s before", s.Server, s.Name, farm.StartManual, s.StartMode))
		}
	}
	r.status.Residual = append(r.status.Residual, r.pausedMirrors()...)
	r.status.Residual = append(r.status.Residual, r.leftDetached()...)
	if r.status.UsersOff.Until.IsZero() {
		for _, s := range r.servingServers() {
			r.status.Residual = append(r.status.Residual, s.Name+": W3SVC runs again and serves whoever reaches it: stop it, or keep users away from it, until the others are back")
		}
	}
	if c := r.in.Release.Client; r.in.Release.AsksClients(r.status.Facts) && outcome != farm.OutcomeRefused {
		r.status.Residual = append(r.status.Residual, c.Statement)
	}
	r.show(ctx)
	r.tellEnded(ctx)
	r.saveRunbook(ctx)
}

// endEarly closes a run that was aborted or refused. Before the point of no return an operator decides
// whether what was stopped is started again; after it nothing is started, for the servers are not proven.
func (r *run) endEarly(ctx workflow.Context, outcome farm.Outcome) {
	r.ending, r.missed = true, false // no window holds up what brings services back
	if st := r.status.PhaseStatus(r.status.Phase); st != nil {
		st.State, st.Finished = farm.StepFailed, workflow.Now(ctx)
	}
	if held := r.heldServers(); len(held) > 0 {
		choices := []farm.Choice{farm.ChoiceLeaveStopped}
		advice := "packages were started: users must not be let onto servers that are not proven"
		if !r.startedPackages() {
			advice = "the wizard was started: users must not be let onto servers that are not proven"
		}
		if r.status.NoReturn.IsZero() {
			choices = []farm.Choice{farm.ChoiceStartServices, farm.ChoiceLeaveStopped}
			advice = "nothing was installed: the services may be started again"
			if level := r.status.Facts.Farm.NeedsUpgrade; len(level) > 0 {
				advice += "; users come back to a farm that needed an upgrade before this update began: " + strings.Join(level, ", ")
			}
		}
		f := farm.Failure{Kind: farm.FailureAbort, Message: "aborted by " + r.abortBy + "; still stopped: " + r.stoppedNames(), Advice: advice}
		if q := r.intervene(ctx, f, choices, choices[0]); q.Answer == farm.ChoiceStartServices {
			r.startAgain(ctx, held)
		}
	}
	r.offerMirroring(ctx)
	if err := r.cleanUp(ctx); err != nil {
		workflow.GetLogger(ctx).Warn("clean-up", "error", err)
	}
	r.end(ctx, outcome)
}

// startAgain restores what was stopped. A service that does not start is left for people, and said so.
func (r *run) startAgain(ctx workflow.Context, servers []farm.Server) {
	aborted := r.abortBy
	r.abortBy = "" // the steps of bringing services back must not be refused by the abort they belong to
	if err := r.attachContentDatabases(ctx); err != nil {
		r.status.Exceptions = append(r.status.Exceptions, "not every content database could be attached again")
	}
	all := func(string) bool { return true }
	if err := r.onServers(ctx, servers, 0, func(ctx workflow.Context, s farm.Server) error {
		return r.restoreServices(ctx, s, all, farm.StepStartWebPublishing)
	}); err != nil {
		r.status.Exceptions = append(r.status.Exceptions, "not everything that was stopped could be started again: "+r.stoppedNames())
	} else {
		r.status.UsersOff.Until = workflow.Now(ctx)
	}
	r.abortBy = aborted
}

// startedPackages reports whether this run began a package anywhere: they may all have been there before.
func (r *run) startedPackages() bool {
	return slices.ContainsFunc(r.status.Servers, func(s farm.ServerStatus) bool {
		return slices.ContainsFunc(s.Packages, func(p farm.PackageStatus) bool { return p.Outcome != "already-installed" })
	})
}

func (r *run) stoppedNames() string {
	var names []string
	for _, s := range r.status.Services {
		if !s.StoppedAt.IsZero() && s.RestoredAt.IsZero() {
			names = append(names, s.Name+" on "+s.Server)
		}
	}
	return strings.Join(names, ", ")
}
