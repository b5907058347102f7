package activities_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// Only what may pass by itself is tried again: a refused account would be locked, a failed package fails again.
func TestWhichFailuresAreTriedAgain(t *testing.T) {
	again := map[farm.FailureKind]bool{
		farm.FailureUnreachable: true, farm.FailureRebooting: true, farm.FailureQuota: true,
		farm.FailureInterrupted: true, farm.FailureBadOutput: true, farm.FailureService: true,
	}
	for _, kind := range []farm.FailureKind{
		farm.FailureAuth, farm.FailureUnreachable, farm.FailureRebooting, farm.FailureQuota, farm.FailureDenied, farm.FailureTooBig,
		farm.FailureConfig, farm.FailureInterrupted, farm.FailureBadOutput, farm.FailurePrerequisite, farm.FailureCorruptPackage,
		farm.FailureWrongPackage, farm.FailureEnvironment, farm.FailurePackage, farm.FailureNotProven, farm.FailureJobGone,
		farm.FailureJobStart, farm.FailureWizard, farm.FailureService, farm.FailureCommand, farm.FailureAmbiguous, farm.FailureNotFound,
		farm.FailureBackup, farm.FailureDiskFull, farm.FailureSQL, farm.FailurePreflight, farm.FailureLease, farm.FailureRejected,
		farm.FailureAbort, farm.FailureDefect, "a kind of the future",
	} {
		exit := 17029
		sent := farm.Failure{Kind: kind, Server: app01, Step: farm.StepInstallPackage, Message: "what", Advice: "do", Exit: &exit, Log: []string{"a line"}}
		var app *temporal.ApplicationError
		require.ErrorAs(t, activities.Fail(sent), &app)
		require.Equal(t, string(kind), app.Type())
		require.Equal(t, !again[kind], app.NonRetryable(), kind)
		require.Equal(t, kind == farm.FailureRebooting, app.NextRetryDelay() > 0, kind)
		require.Equal(t, sent, activities.FailureOf(fmt.Errorf("on the way: %w", app)))
	}
}

func TestFailureOfWhatNoActivityMade(t *testing.T) {
	for _, tc := range []struct {
		name string
		err  error
		kind farm.FailureKind
		says string
	}{
		{"a silent worker", temporal.NewHeartbeatTimeoutError("runs for 3m"), farm.FailureUnreachable, "last seen: runs for 3m"},
		{"a worker that never beat", temporal.NewHeartbeatTimeoutError(), farm.FailureUnreachable, "no answer in time"},
		{"a panic or a plain error", temporal.NewApplicationError("boom", "PanicError"), farm.FailureDefect, "boom"},
		{"the end of a context", context.DeadlineExceeded, farm.FailureDefect, "deadline"},
		{"anything", errors.New("anything"), farm.FailureDefect, "anything"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := activities.FailureOf(tc.err)
			require.Equal(t, tc.kind, f.Kind)
			require.Contains(t, f.Message, tc.says)
			require.NotEmpty(t, f.Advice)
		})
	}
}
