package activities

import (
	"context"
	"errors"
	"slices"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/mssql"
	"farmhand/scripts"
)

// UpgradeJobsRequest asks the object model for upgrade timer jobs, on the host of Central Administration.
type UpgradeJobsRequest struct {
	ServerTarget
	Job    string                `json:"job"`
	Checks farm.UpgradeJobChecks `json:"checks"`
}

// ReadUpgradeJobs asks the SharePoint object model which upgrade timer jobs wait or run, in a detached job
// under the setup account: what Central Administration shows on the Timer Job Status page. An object model
// that does not answer is no witness, and no failure.
func (a *Activities) ReadUpgradeJobs(ctx context.Context, r UpgradeJobsRequest) (farm.UpgradeJobWitness, error) {
	w := farm.UpgradeJobWitness{Source: farm.SourceObjectModel}
	records, err := a.runScript(ctx, r.ServerTarget, farm.StepCheckUpgradeJobs, r.Job, scripts.UpgradeJobs, "Classes", strings.Join(r.Checks.Classes, "|"))
	if err != nil {
		return w, err
	}
	for _, rec := range records {
		switch rec.Kind {
		case "job":
			w.Jobs = append(w.Jobs, farm.UpgradeJob{Name: rec.Get("name"), Server: rec.Get("server"), State: rec.Get("state")})
		case "error":
			w.Jobs, w.Unreadable = nil, rec.Get("text")
			return w, nil
		}
	}
	return w, nil
}

// UpgradeJobsQuery asks the configuration database for upgrade timer jobs.
type UpgradeJobsQuery struct {
	SQLTarget
	Database string                `json:"database"`
	Checks   farm.UpgradeJobChecks `json:"checks"`
}

// noAnswer are the kinds that tell of the question or of rights in that one database, not of the SQL Server.
var noAnswer = []mssql.Kind{mssql.KindDenied, mssql.KindNotFound, mssql.KindFailed}

// QueryUpgradeJobs reads the upgrade timer jobs from the configuration database with the query of the
// release. It only reads. Microsoft supports no such reading and the table is inferred, so that a database
// that does not answer this question is no witness, and no failure; one that cannot be reached is.
func (a *Activities) QueryUpgradeJobs(ctx context.Context, r UpgradeJobsQuery) (farm.UpgradeJobWitness, error) {
	w := farm.UpgradeJobWitness{Source: farm.SourceDatabase}
	database, err := mssql.QuoteName(r.Database)
	if err != nil {
		return w, configFailure(r.Server.Name, err)
	}
	s, err := a.sql(r.SQLTarget)
	if err != nil {
		return w, err
	}
	defer s.Close()
	_, stop := keepBeating(ctx, "reading upgrade jobs on "+r.Server.Name)
	defer stop()
	rows, err := s.Query(ctx, "read the upgrade jobs of "+r.Database, strings.ReplaceAll(r.Checks.Query, "{database}", database), r.Checks.ClassID)
	if refused, ok := errors.AsType[*mssql.Error](err); ok && slices.Contains(noAnswer, refused.Kind) {
		w.Unreadable = refused.Message
		return w, nil
	}
	if err != nil {
		return w, fail(r.Server.Name, farm.StepCheckUpgradeJobs, err)
	}
	for _, row := range rows {
		job := farm.UpgradeJob{}
		for i, f := range row {
			if i == 0 || strings.EqualFold(f.Name, "Name") {
				job.Name = f.Value
			}
		}
		w.Jobs = append(w.Jobs, job)
	}
	return w, nil
}
