package activities_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"farmhand/activities"
	"farmhand/internal/farm"
)

func newEnvironment() *testsuite.TestActivityEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	return suite.NewTestActivityEnvironment()
}

// run executes an activity once, as a worker does, and keeps what it says.
func (w *twin) run(ctx context.Context, method, request any) (converter.EncodedValue, error) {
	w.Helper()
	env := newEnvironment()
	env.SetWorkerOptions(worker.Options{BackgroundActivityContext: ctx})
	env.RegisterActivity(w.acts)
	env.SetOnActivityHeartbeatListener(func(_ *activity.Info, details converter.EncodedValues) {
		var said string
		if details.Get(&said) == nil {
			w.keep(said)
		}
	})
	value, err := env.ExecuteActivity(method, request)
	if err != nil {
		w.keep(fmt.Sprintf("%v %+v", err, activities.FailureOf(err)))
	}
	return value, err
}

func (w *twin) keep(said string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said = append(w.said, said)
}

// try executes an activity and returns its answer or its error.
func try[T any](w *twin, method, request any) (answer T, err error) {
	w.Helper()
	value, err := w.run(w.Context(), method, request)
	if err == nil && value.HasValue() {
		require.NoError(w, value.Get(&answer))
		text, err := json.Marshal(answer)
		require.NoError(w, err)
		w.keep(string(text))
	}
	return answer, err
}

// do executes an activity that must succeed.
func do[T any](w *twin, method, request any) T {
	w.Helper()
	answer, err := try[T](w, method, request)
	require.NoError(w, err)
	return answer
}

// again executes an activity as a policy does: anew after every failure that may pass.
func again[T any](w *twin, method, request any) (answer T) {
	w.Helper()
	for w.Context().Err() == nil {
		answer, err := try[T](w, method, request)
		if err == nil {
			return answer
		}
		var app *temporal.ApplicationError
		require.ErrorAs(w, err, &app)
		require.False(w, app.NonRetryable(), "%v", err)
	}
	w.Fatal("the test ended before the activity")
	return answer
}

// none is the answer of an activity that has none.
type none = any

// requireFailure checks that an activity failed as the kind says, and that an operator learns where and
// what to do.
func (w *twin) requireFailure(err error, kind farm.FailureKind, server string, retryable bool) farm.Failure {
	w.Helper()
	var app *temporal.ApplicationError
	require.ErrorAs(w, err, &app)
	f := activities.FailureOf(err)
	require.Equal(w, string(kind), app.Type(), "%v", err)
	require.Equal(w, !retryable, app.NonRetryable(), "%v", err)
	require.Equal(w, kind, f.Kind)
	require.Equal(w, server, f.Server)
	require.NotEmpty(w, f.Message)
	require.NotEmpty(w, f.Advice, "%v", err)
	return f
}
