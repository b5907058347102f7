package activities

import (
	"context"
	"errors"
	"slices"

	"farmhand/internal/mssql"
)

// inPlace works while it holds one of a SQL Server's places for backups, over the session that holds it. Where all are
// taken nothing is done and the result says so: waiting is the workflow's, so that people see it and may end it. Zero
// places is no limit.
//
// The limit spares a SQL Server and makes nothing safe. So where the server refuses to count (no right to
// sp_getapplock, or a server without it) the work is done all the same, and the result says why.
func inPlace(ctx context.Context, s *mssql.Server, places int, work func(*mssql.Server) (BackupResult, error)) (BackupResult, error) {
	if places == 0 {
		return work(s)
	}
	held, ok, err := s.TakePlace(ctx, places)
	if why, refused := refusedToCount(err); refused {
		result, err := work(s)
		result.Unlimited = why
		return result, err
	}
	if err != nil || !ok {
		return BackupResult{Busy: places}, err
	}
	defer held.Release(ctx)
	return work(held.Server)
}

// refusedToCount says why SQL Server itself did not let a place be taken. An account that may not log on, or a server
// that does not answer, is no such refusal.
func refusedToCount(err error) (string, bool) {
	e, ok := errors.AsType[*mssql.Error](err)
	if !ok {
		return "", false
	}
	if !slices.Contains([]mssql.Kind{mssql.KindDenied, mssql.KindNotFound, mssql.KindFailed}, e.Kind) {
		return "", false
	}
	return e.Message, true
}
