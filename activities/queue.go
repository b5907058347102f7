package activities

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"farmhand/internal/farm"
	"farmhand/internal/mssql"
)

// QueueRequest asks how many jobs of a Project Server queue are in which state.
type QueueRequest struct {
	SQLTarget
	Queue farm.QueueSource `json:"queue"`
}

// unreadable are the ways in which SQL Server says that a queue cannot be counted by this name or this account.
// None passes by itself, and none is a reason to stop: a person can look at Manage Queue.
var unreadable = map[mssql.Kind]bool{mssql.KindNotFound: true, mssql.KindDenied: true, mssql.KindFailed: true, mssql.KindConfig: true}

// ReadProjectQueue counts the jobs of one queue by state. It reads SQL Server directly, through a view whose
// name is the release's to say (domain.md A.5). A queue that cannot be counted is an answer that says why.
func (a *Activities) ReadProjectQueue(ctx context.Context, r QueueRequest) (farm.QueueReading, error) {
	out := farm.QueueReading{QueueSource: r.Queue, At: now()}
	if r.Queue.View == "" {
		out.Unreadable = "the release names no view of it"
		return out, nil
	}
	s, err := a.sql(r.SQLTarget)
	if err != nil {
		return out, err
	}
	defer s.Close()
	_, stop := keepBeating(ctx, "counting the jobs in "+r.Queue.Database)
	defer stop()
	statement, err := countJobs(r.Queue)
	if err != nil {
		return out, configFailure(r.Server.Name, err)
	}
	rows, err := s.Query(ctx, "count the jobs in "+r.Queue.Database, statement)
	if e, ok := errors.AsType[*mssql.Error](err); ok && unreadable[e.Kind] {
		out.Unreadable = said("", e.Message, e.Number)
		return out, nil
	}
	if err != nil {
		return out, fail(r.Server.Name, farm.StepDrainQueue, err)
	}
	for _, row := range rows {
		c, err := queueCount(row)
		if err != nil {
			out.Counts, out.Unreadable = nil, r.Queue.View+"."+r.Queue.Column+": "+err.Error()
			return out, nil
		}
		out.Counts = append(out.Counts, c)
	}
	return out, nil
}

// countJobs is the statement an administrator would type.
func countJobs(q farm.QueueSource) (string, error) {
	var names [3]string
	for i, n := range []string{q.Database, q.View, q.Column} {
		var err error
		if names[i], err = mssql.QuoteName(n); err != nil {
			return "", fmt.Errorf("queue: %w", err)
		}
	}
	return fmt.Sprintf("SELECT %[3]s, COUNT(*) FROM %[1]s.dbo.%[2]s GROUP BY %[3]s ORDER BY %[3]s", names[0], names[1], names[2]), nil
}

// queueCount reads one row of the answer.
func queueCount(row []mssql.Field) (farm.QueueCount, error) {
	if len(row) != 2 {
		return farm.QueueCount{}, fmt.Errorf("%d columns, want a state and a count", len(row))
	}
	state, err := strconv.Atoi(row[0].Value)
	if err != nil {
		return farm.QueueCount{}, fmt.Errorf("%q is no state of a job", row[0].Value)
	}
	jobs, err := strconv.Atoi(row[1].Value)
	if err != nil || jobs < 0 {
		return farm.QueueCount{}, fmt.Errorf("%q is no count", row[1].Value)
	}
	return farm.QueueCount{State: farm.QueueState(state), Jobs: jobs}, nil
}
