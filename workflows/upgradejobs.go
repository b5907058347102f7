package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// UpgradeJobSources are the two places that tell of upgrade timer jobs.
type UpgradeJobSources struct {
	// Central is the host of Central Administration, whose object model is asked.
	Central activities.ServerTarget `json:"central"`
	// SQL holds the configuration database; nil where the file does not name it, or the release asks none.
	SQL      *activities.SQLTarget `json:"sql,omitempty"`
	Database string                `json:"database,omitempty"`
	Checks   farm.UpgradeJobChecks `json:"checks"`
}

func (r *run) upgradeJobSources() UpgradeJobSources {
	s := UpgradeJobSources{Central: r.target(r.farm.CentralAdministration()), Checks: r.in.Release.UpgradeJobs}
	if sql, ok := r.farm.SQLServer(r.farm.Databases.On); ok && s.Checks.AsksDatabase() {
		target := r.sqlTarget(sql)
		s.SQL, s.Database = &target, r.farm.Databases.Configuration
	}
	return s
}

// askDatabase asks the configuration database: a query of milliseconds.
func (s UpgradeJobSources) askDatabase(ctx workflow.Context, queue string) farm.UpgradeJobWitness {
	if s.SQL == nil {
		return farm.UpgradeJobWitness{Source: farm.SourceDatabase, Unreadable: "not asked: the release has no query for it"}
	}
	var w farm.UpgradeJobWitness
	if err := workflow.ExecuteActivity(readCall(ctx, queue, "Read the upgrade jobs of "+s.Database), act.QueryUpgradeJobs,
		activities.UpgradeJobsQuery{SQLTarget: *s.SQL, Database: s.Database, Checks: s.Checks}).Get(ctx, &w); err != nil {
		return farm.UpgradeJobWitness{Source: farm.SourceDatabase, Unreadable: activities.FailureOf(err).Message}
	}
	return w
}

// askObjectModel asks the object model, in a detached job of the setup account. removed says that the job is no more.
func (s UpgradeJobSources) askObjectModel(ctx workflow.Context, queue, job string) (w farm.UpgradeJobWitness, removed bool) {
	if err := workflow.ExecuteActivity(probeCall(ctx, queue, "Ask the farm for upgrade jobs"), act.ReadUpgradeJobs,
		activities.UpgradeJobsRequest{ServerTarget: s.Central, Job: job, Checks: s.Checks}).Get(ctx, &w); err != nil {
		return farm.UpgradeJobWitness{Source: farm.SourceObjectModel, Unreadable: activities.FailureOf(err).Message}, false
	}
	return w, true
}

// upgradeJobsIdle proves that no upgrade timer job waits or runs ("Verify that all Windows SharePoint
// Services upgrade jobs are complete"). One that does is waited for, for as long as the rollout says; then
// an operator decides, and nobody can skip it. Where no source can be read, an operator looks at the Timer
// Job Status page.
func (r *run) upgradeJobsIdle(ctx workflow.Context, when string) error {
	central := r.farm.CentralAdministration()
	return r.step(ctx, stepSpec{kind: farm.StepCheckUpgradeJobs, server: central.Name}, func(ctx workflow.Context, _ attempt) error {
		defer r.doing(ctx, central.Name, "upgrade jobs")()
		jobs, err := r.awaitUpgradeJobs(ctx)
		switch {
		case err != nil:
			return err
		case jobs.Idle():
			return nil
		}
		f := farm.Failure{Kind: farm.FailureUpgradeJobs, Server: central.Name, Log: jobs.Says()}
		if !jobs.Known() {
			f.Message = "nobody can tell whether an upgrade job waits or runs " + when
			f.Advice = "look at the Timer Job Status page (" + farm.TimerJobStatusPage + "); confirm-idle when it shows no upgrade job"
			f.Fixes = []farm.Choice{farm.ChoiceConfirmIdle}
			return activities.Fail(f)
		}
		f.Message = fmt.Sprintf("an upgrade job is not complete %s, after a wait of %s", when, r.in.Rollout.UpgradeJobs.Wait)
		f.Advice = "find out whose it is (" + farm.TimerJobStatusPage + "): let it end, or end it there; then retry, which waits again"
		if jobs.Disagree() {
			f.Message += "; the sources disagree"
			f.Fixes = []farm.Choice{farm.ChoiceConfirmIdle}
		}
		return activities.Fail(f)
	})
}

// awaitUpgradeJobs asks until no job is left or the rollout's wait is over. While the cheap source shows a job, it alone
// is asked; no answer counts before the object model was asked, too.
func (r *run) awaitUpgradeJobs(ctx workflow.Context) (farm.UpgradeJobs, error) {
	began := workflow.Now(ctx)
	left := func() time.Duration { return r.in.Rollout.UpgradeJobs.Wait - workflow.Now(ctx).Sub(began) }
	for pause := upgradeJobsPause; ; pause = min(2*pause, longestUpgradeJobsPause) {
		jobs := r.readUpgradeJobs(ctx, left() <= 0)
		if jobs.Idle() || !jobs.Known() || left() <= 0 {
			if waited := workflow.Now(ctx).Sub(began); waited > 0 {
				r.log(farm.TimelineEntry{At: began, Until: workflow.Now(ctx), Server: r.farm.CentralAdministration().Name, Kind: "finding", What: "waited for upgrade jobs; " + strings.Join(jobs.Says(), "; ")})
			}
			return jobs, nil
		}
		if aborted, err := r.pauseUnlessAborted(ctx, min(pause, left()), "Wait for upgrade jobs"); aborted || err != nil {
			if err == nil {
				err = r.halted()
			}
			return nil, err
		}
	}
}

// The time between two looks at an upgrade job doubles from the first to the second of these.
const (
	upgradeJobsPause        = 10 * time.Second
	longestUpgradeJobsPause = time.Minute
)

// pauseUnlessAborted waits for a while, or until somebody asks to abort or the window is given up.
func (r *run) pauseUnlessAborted(ctx workflow.Context, d time.Duration, summary string) (aborted bool, err error) {
	return workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{Timeout: d, TimerOptions: workflow.TimerOptions{Summary: summary}},
		func() bool { return r.halted() != nil })
}

// readUpgradeJobs asks the configuration database, and the object model unless the database shows a job already and
// both are not wanted: the query is an inference (domain.md A.2), and the object model costs a job of some ten seconds.
func (r *run) readUpgradeJobs(ctx workflow.Context, both bool) farm.UpgradeJobs {
	s := r.upgradeJobSources()
	jobs := farm.UpgradeJobs{s.askDatabase(ctx, r.queue)}
	if both || jobs.Idle() || !jobs.Known() {
		const what = "upgrade-jobs"
		r.looks[what]++
		job := r.job(s.Central.Server.Name, what, r.looks[what])
		w, removed := s.askObjectModel(ctx, r.queue, job)
		if jobs = append(jobs, w); removed {
			r.dropJob(s.Central.Server.Name, job)
		}
	}
	return jobs
}

// awaitAfterLoss waits, after a wizard that is gone, until no upgrade job is left or the wait is over: the
// upgrade runs inside the timer service and may go on without psconfig. It says what it saw last.
func (f *finalizer) awaitAfterLoss(ctx workflow.Context) string {
	in := f.in
	began := workflow.Now(ctx)
	for pause := upgradeJobsPause; ; pause = min(2*pause, longestUpgradeJobsPause) {
		jobs := farm.UpgradeJobs{in.UpgradeJobs.askDatabase(ctx, in.Queue)}
		left := in.UpgradeJobsWait - workflow.Now(ctx).Sub(began)
		if jobs.Idle() || !jobs.Known() || left <= 0 {
			w, removed := in.UpgradeJobs.askObjectModel(ctx, in.Queue, in.UpgradeJobsJob)
			f.result.AskedObjectModel = !removed
			jobs = append(jobs, w)
			return strings.Join(jobs.Says(), "; ")
		}
		if err := workflow.NewTimerWithOptions(ctx, min(pause, left), workflow.TimerOptions{Summary: "Wait for upgrade jobs"}).Get(ctx, nil); err != nil {
			return strings.Join(jobs.Says(), "; ")
		}
	}
}
