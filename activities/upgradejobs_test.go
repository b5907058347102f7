package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/world"
)

// upgradeJobs asks both sources of upgrade jobs, each as a retry would: twice.
func (w *twin) upgradeJobs(job string, checks farm.UpgradeJobChecks) farm.UpgradeJobs {
	w.Helper()
	database := activities.UpgradeJobsQuery{SQLTarget: w.sql(), Database: w.options.Rollout.Farms[0].Databases.Configuration, Checks: checks}
	model := activities.UpgradeJobsRequest{ServerTarget: w.server(app01), Job: job, Checks: checks}
	jobs := farm.UpgradeJobs{
		do[farm.UpgradeJobWitness](w, w.acts.QueryUpgradeJobs, database), do[farm.UpgradeJobWitness](w, w.acts.ReadUpgradeJobs, model),
	}
	again := farm.UpgradeJobs{
		do[farm.UpgradeJobWitness](w, w.acts.QueryUpgradeJobs, database), do[farm.UpgradeJobWitness](w, w.acts.ReadUpgradeJobs, model),
	}
	require.Equal(w, jobs, again)
	return jobs
}

func TestBothSourcesTellOfUpgradeJobs(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.UpgradeJobs = []simulator.TwinUpgradeJob{{Name: "job-upgrade", Server: app02}}
	})
	checks := w.options.Release.UpgradeJobs
	jobs := w.upgradeJobs("run-upgrade-jobs-1", checks)
	require.Equal(t, farm.UpgradeJobs{
		{Source: farm.SourceDatabase, Jobs: []farm.UpgradeJob{{Name: "job-upgrade"}}},
		{Source: farm.SourceObjectModel, Jobs: []farm.UpgradeJob{{Name: "job-upgrade", Server: app02, State: "running"}}},
	}, jobs)

	// A timer service that stops takes its job with it.
	req := activities.StopRequest{ServerTarget: w.server(app02), Name: farm.ServiceTimer, StartMode: farm.StartManual}
	do[farm.ServiceState](w, w.acts.StopService, req)
	require.Eventually(t, func() bool {
		return do[farm.UpgradeJobWitness](w, w.acts.QueryUpgradeJobs, activities.UpgradeJobsQuery{
			SQLTarget: w.sql(), Database: w.options.Rollout.Farms[0].Databases.Configuration, Checks: checks,
		}).Idle()
	}, eventually, tick)
	require.True(t, w.upgradeJobs("run-upgrade-jobs-2", checks).Idle())
}

// TestTheWizardsOwnJobIsSeen: while the upgrade runs, both see it; afterwards neither does.
func TestTheWizardsOwnJobIsSeen(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		installed(o)
		o.Twin.Holds = []world.Hold{{Host: app01, Step: "wizard"}}
		o.Pace = 1 // the upgrade of the databases takes its time while the wizard is held
	})
	w.usersOff()
	ref := do[activities.JobRef](w, w.acts.StartWizard, activities.WizardRequest{ServerTarget: w.server(app01), Job: "run-wizard-1", Hive: hive, Wizard: w.options.Release.Wizard})
	w.await(app01, "started", "psconfig")
	require.NotEmpty(t, ref.Job)
	require.Eventually(t, func() bool {
		return !do[farm.UpgradeJobWitness](w, w.acts.QueryUpgradeJobs, activities.UpgradeJobsQuery{
			SQLTarget: w.sql(), Database: w.options.Rollout.Farms[0].Databases.Configuration, Checks: w.options.Release.UpgradeJobs,
		}).Idle()
	}, eventually, tick)
	jobs := w.upgradeJobs("run-upgrade-jobs-1", w.options.Release.UpgradeJobs)
	require.False(t, jobs.Idle())
	require.False(t, jobs.Disagree())
	require.Equal(t, app01, jobs[1].Jobs[0].Server)
}

// TestASourceThatCannotBeRead is no witness, and no failure.
func TestASourceThatCannotBeRead(t *testing.T) {
	w := newTwin(t, nil)
	checks := w.options.Release.UpgradeJobs
	checks.Query = "SELECT Name FROM {database}.dbo.Jobs WHERE ClassId = @p1"
	jobs := w.upgradeJobs("run-upgrade-jobs-1", checks)
	require.Contains(t, jobs[0].Unreadable, "Jobs")
	require.True(t, jobs.Known())
	require.True(t, jobs.Idle())
	require.False(t, jobs.Disagree())

	r := activities.UpgradeJobsQuery{SQLTarget: w.sql(), Database: "", Checks: checks}
	_, err := try[farm.UpgradeJobWitness](w, w.acts.QueryUpgradeJobs, r)
	w.requireFailure(err, farm.FailureConfig, sql01, false)
	r.Database, r.Connect = "SharePoint_Config", mistaken()
	_, err = try[farm.UpgradeJobWitness](w, w.acts.QueryUpgradeJobs, r)
	w.requireFailure(err, farm.FailureAuth, sql01, false)
}
