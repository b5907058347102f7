package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"

	"farmhand/internal/farm"
	"farmhand/internal/mssql"
	"farmhand/internal/winhost"
	"farmhand/scripts"
)

// retryable holds the kinds that may pass by themselves. Every other kind ends the activity at once and
// a person decides: an account that is refused again is locked, a package that failed fails again.
var retryable = map[farm.FailureKind]bool{
	farm.FailureUnreachable: true,
	farm.FailureRebooting:   true,
	farm.FailureQuota:       true,
	farm.FailureInterrupted: true,
	farm.FailureBadOutput:   true,
	farm.FailureService:     true,
}

// rebootDelay is how long a call to a server that goes down waits before it is tried again.
const rebootDelay = 10 * time.Second

// Fail turns a Failure into the error an activity returns: its type is the kind, its detail the Failure.
func Fail(f farm.Failure) error { return failBy(f, nil) }

func failBy(f farm.Failure, cause error) error {
	opts := temporal.ApplicationErrorOptions{NonRetryable: !retryable[f.Kind], Details: []any{f}, Cause: cause}
	if f.Kind == farm.FailureRebooting {
		opts.NextRetryDelay, opts.Category = rebootDelay, temporal.ApplicationErrorCategoryBenign
	}
	return temporal.NewApplicationErrorWithOptions(f.Error(), string(f.Kind), opts)
}

// FailureOf reads the Failure back from an error that crossed Temporal. An error that no activity made,
// such as a timeout, becomes one that says so.
func FailureOf(err error) farm.Failure {
	if app, ok := errors.AsType[*temporal.ApplicationError](err); ok {
		var f farm.Failure
		if app.HasDetails() && app.Details(&f) == nil && f.Kind != "" {
			return f
		}
		return farm.Failure{Kind: farm.FailureDefect, Message: app.Message(), Advice: "look at the worker's log"}
	}
	if timeout, ok := errors.AsType[*temporal.TimeoutError](err); ok {
		if timeout.HasLastHeartbeatDetails() {
			var d string
			if timeout.LastHeartbeatDetails(&d) == nil && d != "" {
				return farm.Failure{Kind: farm.FailureUnreachable, Message: "no answer in time; last seen: " + d, Advice: "look whether the server and the worker of its site run"}
			}
		}
		return farm.Failure{Kind: farm.FailureUnreachable, Message: "no answer in time", Advice: "look whether the server and the worker of its site run"}
	}
	return farm.Failure{Kind: farm.FailureDefect, Message: err.Error(), Advice: "look at the worker's log"}
}

// fail turns what the clients return into the error an activity returns. It passes on errors that are
// Failures already. One that came of a cancelled ctx still is context.Canceled to the worker, which tells a
// cancellation that was asked for from its own stop: only the first ends the activity.
func fail(server string, step farm.StepKind, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*temporal.ApplicationError](err); ok {
		return err
	}
	f := farm.Failure{Kind: farm.FailureDefect, Server: server, Step: step, Message: err.Error()}
	var own *farm.Failure
	var host *winhost.Error
	var sql *mssql.Error
	var field *scripts.FieldError
	switch {
	case errors.As(err, &own):
		f = *own
	case errors.As(err, &host):
		f.Kind, f.Message, f.Advice = kindOf(hostKinds, host.Kind), said(host.Op, host.Message, 0), host.Advice
		if host.Kind == winhost.KindFailed && host.Code != 0 {
			exit := int(host.Code)
			f.Exit = &exit
		}
		if errors.Is(err, winhost.ErrNoService) {
			f.Kind = farm.FailureNotFound
		}
	case errors.As(err, &sql):
		f.Kind, f.Message, f.Advice = kindOf(sqlKinds, sql.Kind), said(sql.Doing, sql.Message, sql.Number), sql.Advice
	case errors.As(err, &field):
		f.Kind, f.Advice = farm.FailureBadOutput, "run the script by hand on the server and compare"
	case errors.Is(err, context.DeadlineExceeded):
		f.Kind, f.Message = farm.FailureUnreachable, "no answer in time"
	case errors.Is(err, context.Canceled):
		f.Kind = farm.FailureInterrupted
	}
	if f.Advice == "" {
		f.Advice = advice[f.Kind]
	}
	if errors.Is(err, context.Canceled) {
		return failBy(f, context.Canceled)
	}
	return Fail(f)
}

// advice says what to do about kinds for which the clients do not always know more.
var advice = map[farm.FailureKind]string{
	farm.FailureUnreachable: "check that the server is up and that nothing in between blocks the way",
	farm.FailureInterrupted: "it is tried again by itself; if it stays, look at what else runs on the server",
	farm.FailureNotFound:    "correct the name in the rollout file, or the server",
	farm.FailureBackup:      "read the SQL Server's error log, then take the backup again",
	farm.FailureDiskFull:    "make room on the disk",
	farm.FailureSQL:         "read the SQL Server's error log, then retry",
	farm.FailureDefect:      "look at the worker's log; this is a defect of farmhand",
}

// said is what a client was doing, what went wrong, and the SQL Server's number of it, if any.
func said(doing, message string, number int32) string {
	if doing != "" {
		message = doing + ": " + message
	}
	if number != 0 {
		message += fmt.Sprintf(" (%d)", number)
	}
	return message
}

// configFailure is a failure of this worker's own settings or of the file.
func configFailure(server string, err error) error {
	return Fail(farm.Failure{Kind: farm.FailureConfig, Server: server, Message: err.Error(), Advice: "correct the worker's settings or the rollout file"})
}

func failf(kind farm.FailureKind, server string, step farm.StepKind, message, advice string) error {
	return Fail(farm.Failure{Kind: kind, Server: server, Step: step, Message: message, Advice: advice})
}
