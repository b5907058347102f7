package activities

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"

	"farmhand/internal/farm"
	"farmhand/internal/mssql"
	"farmhand/internal/winhost"
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
func Fail(f farm.Failure) error {
	opts := temporal.ApplicationErrorOptions{NonRetryable: !retryable[f.Kind], Details: []any{f}}
	if f.Kind == farm.FailureRebooting {
		opts.NextRetryDelay, opts.Category = rebootDelay, temporal.ApplicationErrorCategoryBenign
	}
	return temporal.NewApplicationErrorWithOptions(f.Error(), string(f.Kind), opts)
}

// FailureOf reads the Failure back from an error that crossed Temporal. An error that no activity made,
// such as a timeout, becomes one that says so.
func FailureOf(err error) farm.Failure {
	var app *temporal.ApplicationError
	if errors.As(err, &app) {
		var f farm.Failure
		if app.HasDetails() && app.Details(&f) == nil && f.Kind != "" {
			return f
		}
		return farm.Failure{Kind: farm.FailureDefect, Message: app.Message(), Advice: "look at the worker's log"}
	}
	var timeout *temporal.TimeoutError
	if errors.As(err, &timeout) {
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

// fail turns what the clients return into the error an activity returns. It passes on the end of ctx and
// errors that are Failures already.
func fail(server string, step farm.StepKind, err error) error {
	if err == nil {
		return nil
	}
	var app *temporal.ApplicationError
	if errors.As(err, &app) || errors.Is(err, context.Canceled) {
		return err
	}
	f := farm.Failure{Kind: farm.FailureDefect, Server: server, Step: step, Message: err.Error()}
	var own *farm.Failure
	var host *winhost.Error
	var sql *mssql.Error
	switch {
	case errors.As(err, &own):
		f = *own
	case errors.As(err, &host):
		f.Kind, f.Message, f.Advice = hostKind(host.Kind), host.Message, host.Advice
	case errors.As(err, &sql):
		f.Kind, f.Message, f.Advice = sqlKind(sql.Kind), sql.Message, sql.Advice
	case errors.Is(err, winhost.ErrNoService):
		f.Kind, f.Advice = farm.FailureNotFound, "correct the service's name in the file"
	case errors.Is(err, context.DeadlineExceeded):
		f.Kind, f.Message = farm.FailureUnreachable, "no answer in time"
	}
	return Fail(f)
}

// configFailure is a failure of this worker's own settings or of the file.
func configFailure(server string, err error) error {
	return Fail(farm.Failure{Kind: farm.FailureConfig, Server: server, Message: err.Error(), Advice: "correct the worker's settings or the rollout file"})
}

func failf(kind farm.FailureKind, server string, step farm.StepKind, message, advice string) error {
	return Fail(farm.Failure{Kind: kind, Server: server, Step: step, Message: message, Advice: advice})
}
