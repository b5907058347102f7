package workflows

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/contrib/opentelemetry"
	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/internal/metrics"
)

// act names activities at compile time; its methods are never called through it.
var act *activities.Activities

// run is the state of one farm's update. All of it that people may see is in status.
type run struct {
	in     FarmUpdateInput
	farm   farm.Farm
	queue  string
	status farm.Status

	// abortBy names who asked to end the run, empty while nobody did.
	abortBy string
	// ending is set while the run asks its last question, which an abort must not close.
	ending bool
	// missed is set when the last moment for the first installer has passed before it, until users are connected again;
	// committed when the farm only goes forward. Never both.
	missed, committed bool
	// changes counts what the moments of the window follow from, for watchWindow.
	changes int
	// looked is when preflight ended last, zero when it must be run again.
	looked time.Time
	// preflights counts the looks of preflight, for the ids of its jobs.
	preflights int
	// telling counts the notifications that are under way.
	telling int
	// interventions counts questions of that kind, for their ids.
	interventions int
	// jobs lists the job ids of each server, for the clean-up.
	jobs map[string][]string
	// pulls counts the jobs that fetched packages to each server, for their ids.
	pulls map[string]int
	// setupTypes is what SetupType was on each server when packages were last looked for.
	setupTypes map[string]string
	// shown is what the search attributes said last.
	shown attributes
	// hive is the 12 hive of each server by name.
	hives map[string]string
	// looks counts how often the witnesses of each server were asked, for the ids of stsadm's jobs.
	looks map[string]int
	// leased is set when the farm's lease was asked for.
	leased bool
	// startApproved is the digest of the facts that people approved at the gate start.
	startApproved string
	// lastTries is the wizard's newest try on each server.
	lastTries map[string]*LastTry
}

func newRun(ctx workflow.Context, in FarmUpdateInput) (*run, error) {
	f := in.Rollout.Farms[0]
	info := workflow.GetInfo(ctx)
	r := &run{in: in, farm: f, queue: SiteQueue(f.Site), jobs: map[string][]string{}, pulls: map[string]int{}, setupTypes: map[string]string{}, hives: map[string]string{}, looks: map[string]int{}, lastTries: map[string]*LastTry{}}
	r.shown.phase, _ = workflow.GetTypedSearchAttributes(ctx).GetKeyword(AttributePhase) // a farm's rollout says the first one
	r.status = farm.Status{
		Rollout: in.Rollout.ID, Farm: f.Name, Site: f.Site, Digest: in.Digest, Release: in.Release.Name,
		Change: in.Rollout.Change, RequestedBy: in.Rollout.RequestedBy, StartedBy: in.StartedBy,
		RunID: info.FirstRunID, State: farm.RunRunning, Started: workflow.Now(ctx),
		Plan: farm.NewPlan(f, in.Release, in.Rollout.Gates).Staging(in.Rollout.Packages, f, in.Release).WithTasks(in.Rollout),
	}
	r.status.Operators = r.operators()
	if c := in.Rollout.Calendar(f); !c.Always() {
		r.status.Window.Calendar, r.status.Window.Emergency = c, in.Rollout.Emergency
	}
	// The trace id comes with the start of the workflow, so it is the same in every replay.
	if span, ok := opentelemetry.SpanFromWorkflowContext(ctx); ok && span.SpanContext().HasTraceID() {
		r.status.TraceID = span.SpanContext().TraceID().String()
	}
	r.execute(in.StartedBy)
	for _, p := range farm.Phases() {
		r.status.Phases = append(r.status.Phases, farm.PhaseStatus{Phase: p, State: farm.StepPending})
	}
	for _, s := range f.Servers {
		st := farm.ServerStatus{Name: s.Name, Roles: s.Roles}
		if s.RunsSharePoint() {
			for _, p := range in.Release.Packages {
				st.Packages = append(st.Packages, farm.PackageStatus{KB: p.KB, State: farm.StepPending})
			}
		}
		r.status.Servers = append(r.status.Servers, st)
	}
	return r, workflow.SetQueryHandlerWithOptions(ctx, QueryStatus, func() (farm.Status, error) { return r.status, nil },
		workflow.QueryHandlerOptions{Description: "Everything known about this farm's update"})
}

// target is a server with its accounts.
func (r *run) target(s farm.Server) activities.ServerTarget {
	connect, _ := r.in.Rollout.Credential(s.ConnectAs) // checked when the file was read
	runAs, _ := r.in.Rollout.Credential(s.RunAs)
	return activities.ServerTarget{Farm: r.farm.Name, Server: s, Connect: connect, RunAs: runAs}
}

// sqlTarget is a SQL Server with its account.
func (r *run) sqlTarget(s farm.SQLServer) activities.SQLTarget {
	connect, _ := r.in.Rollout.Credential(s.ConnectAs) // checked when the file was read
	return activities.SQLTarget{Farm: r.farm.Name, Server: s, Connect: connect}
}

// job makes the id of a detached job: it holds this run, the server, the step and the try, so that the
// folder of another run is never taken for this one's.
func (r *run) job(server, step string, try int) string {
	id := r.jobID(server, step, try)
	r.keepJob(server, id)
	return id
}

func (r *run) jobID(server, step string, try int) string {
	return fmt.Sprintf("fh-%s-%s-%s-%d", tailOf(strings.ReplaceAll(r.status.RunID, "-", ""), 12), server, step, try)
}

// keepJob keeps the id of a job that was started, for the clean-up.
func (r *run) keepJob(server, id string) {
	if !slices.Contains(r.jobs[server], id) {
		r.jobs[server] = append(r.jobs[server], id)
	}
}

// dropJob forgets a job that the activity which ran it has removed. The folder that jobs lie in is still to be cleaned up.
func (r *run) dropJob(server, id string) {
	r.jobs[server] = slices.DeleteFunc(r.jobs[server], func(kept string) bool { return kept == id })
}

func tailOf(s string, n int) string { return s[max(0, len(s)-n):] }

// execute notes that somebody carries this rollout out; he may not approve it then.
func (r *run) execute(who string) {
	if who == "" {
		return
	}
	for _, e := range r.status.Executors {
		if strings.EqualFold(e, who) {
			return
		}
	}
	r.status.Executors = append(r.status.Executors, who)
	for i := range r.status.Questions {
		r.status.Questions[i].Exclude(who)
	}
}

func (r *run) beginPhase(ctx workflow.Context, p farm.Phase) {
	r.status.Phase = p
	st := r.status.PhaseStatus(p)
	st.State, st.Started, st.Finished = farm.StepRunning, workflow.Now(ctx), time.Time{}
	r.changes++
	workflow.GetLogger(ctx).Info("phase begins", "farm", r.farm.Name, "phase", string(p))
	r.show(ctx)
}

func (r *run) endPhase(ctx workflow.Context, p farm.Phase) {
	st := r.status.PhaseStatus(p)
	st.State, st.Finished = farm.StepDone, workflow.Now(ctx)
	if r.changes++; p == farm.PhasePreflight {
		r.looked = st.Finished
	}
	r.log(farm.TimelineEntry{At: st.Started, Until: st.Finished, Kind: "phase", What: string(p)})
	r.show(ctx)
	r.saveRunbook(ctx)
}

func (r *run) log(e farm.TimelineEntry) { r.status.Timeline = append(r.status.Timeline, e) }

// doing says on a server's line what is under way, until the returned function is called.
func (r *run) doing(ctx workflow.Context, server, what string) (done func()) {
	start := workflow.Now(ctx)
	if st := r.status.Server(server); st != nil {
		st.Doing, st.DoingSince = what, start
	}
	return func() {
		if st := r.status.Server(server); st != nil && st.Doing == what {
			st.Doing, st.DoingSince = "", time.Time{}
		}
		r.log(farm.TimelineEntry{At: start, Until: workflow.Now(ctx), Server: server, What: what, Kind: "step"})
	}
}

// timeServer measures a server's part of a phase.
func (r *run) timeServer(ctx workflow.Context, p farm.Phase) (done func()) {
	start := workflow.Now(ctx)
	return func() {
		metrics.ServerTook(workflow.GetMetricsHandler(ctx), p).Record(workflow.Now(ctx).Sub(start))
	}
}

func (r *run) result() farm.Result {
	return farm.Result{
		Farm: r.farm.Name, Outcome: r.status.Outcome, Exceptions: r.status.Exceptions,
		Started: r.status.Started, Finished: r.status.Finished, Why: r.why(),
	}
}

func (r *run) why() string {
	if r.status.Outcome == farm.OutcomeAborted {
		return "aborted by " + r.abortBy
	}
	if r.status.Already {
		return "nothing to do: every server and database was at the release already, or past it"
	}
	if r.status.Outcome != farm.OutcomeRefused {
		return ""
	}
	if b := farm.Blocking(r.status.Findings); len(b) > 0 {
		return b[0].Server + ": " + b[0].What
	}
	return "preflight"
}
