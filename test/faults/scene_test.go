package faults

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"farmhand/activities"
	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/world"
	"farmhand/test/integration"
	"farmhand/test/journal"
)

// The farm of every row: testdata/rollout.yaml.
const (
	app01, wfe01, sql01 = "APP01", "WFE01", "SQL01"
	wss, office         = "KB951695", "KB951297"
	draft               = "PWA_Draft"
)

// pace makes the minutes of an update milliseconds.
const pace = 4000

// patience bounds the tries of a call that a policy would repeat for a quarter of an hour.
const patience = 4

// row is one row of the table: a fault, what is done while it strikes, and how that ends.
type row struct {
	id string
	// faults are those of the twin file. The row's column names their steps and kinds.
	faults []world.Fault
	// twin changes the farm otherwise; nil leaves it as it is.
	twin func(*simulator.Twin)
	// rollout changes the rollout file otherwise; nil leaves it as it is.
	rollout func(*farm.Rollout)
	run     func(*scene)
}

// scene is a simulated farm under the faults of a row.
type scene struct {
	*testing.T
	farm *integration.Farm
	acts *activities.Activities
	// ended is how the fault ended, in the words of the table.
	ended string
}

// The ways for a fault to end.
const (
	recovered = "recovered"
	unnoticed = "recovered without a retry"
)

// ends notes how the fault ended; what comes after that is no part of it.
func (s *scene) ends(how string) { s.ended = cmp.Or(s.ended, how) }

func intervention(kind farm.FailureKind) string { return "intervention `" + string(kind) + "`" }

func stage(t *testing.T, r row) *scene {
	t.Helper()
	rollout, release, err := config.Load(filepath.Join("testdata", "rollout.yaml"))
	require.NoError(t, err)
	o := integration.Options{Rollout: rollout, Release: release, Pace: pace}
	o.Twin.Faults = r.faults
	if r.twin != nil {
		r.twin(&o.Twin)
	}
	if r.rollout != nil {
		r.rollout(&o.Rollout)
	}
	f := integration.StartWith(t, o)
	return &scene{T: t, farm: f, acts: f.Activities()}
}

// call is an activity and its request.
type call struct{ method, request any }

// try runs a call once. limit is the activity's own time; zero is none.
func (s *scene) try(c call, limit time.Duration, answer any) error {
	s.Helper()
	ctx := s.Context()
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	value, err := s.farm.Run(ctx, s.acts, c.method, c.request)
	if err == nil && answer != nil && value.HasValue() {
		require.NoError(s, value.Get(answer))
	}
	return err
}

// recovers repeats a call, as a policy does, until it succeeds. Each failure must be of the kind, name the server, and
// be one that is retried; there must be one, unless the kind is empty, which allows none. A call that is interrupted may
// also be told that the server is gone: a server that goes down may still answer one command and refuse the next.
func (s *scene) recovers(c call, host string, kind farm.FailureKind, answer any) {
	s.Helper()
	failures := 0
	for {
		err := s.try(c, 0, answer)
		if err == nil {
			break
		}
		failures++
		f := s.failure(err, host, true)
		if gone := kind == farm.FailureInterrupted && f.Kind == farm.FailureUnreachable; failures == 1 && !gone {
			require.Equal(s, kind, f.Kind, "%v", err)
		}
		s.backOff()
	}
	require.Equal(s, kind != "", failures > 0, "it failed %d times", failures)
	if failures == 0 {
		s.ends(unnoticed)
	}
	s.ends(recovered)
}

// asks runs a call, again while a policy would, and requires that it ends in a failure for people.
func (s *scene) asks(c call, host string, kind farm.FailureKind, words ...string) farm.Failure {
	s.Helper()
	for tries := 1; ; tries++ {
		err := s.try(c, 0, nil)
		require.Error(s, err)
		var app *temporal.ApplicationError
		require.ErrorAs(s, err, &app)
		if !app.NonRetryable() && tries < patience {
			continue
		}
		f := s.failure(err, host, !app.NonRetryable())
		s.says(f, host, kind, words...)
		return f
	}
}

// failure reads what an operator would be shown.
func (s *scene) failure(err error, host string, retryable bool) farm.Failure {
	s.Helper()
	var app *temporal.ApplicationError
	require.ErrorAs(s, err, &app)
	require.Equal(s, retryable, !app.NonRetryable(), "%v", err)
	f := activities.FailureOf(err)
	require.Equal(s, host, f.Server, "%v", err)
	require.NotEmpty(s, f.Message)
	require.NotEmpty(s, f.Advice, "%v", err)
	return f
}

// says checks that a failure names the kind of trouble, the server and what to do.
func (s *scene) says(f farm.Failure, host string, kind farm.FailureKind, words ...string) {
	s.Helper()
	require.Equal(s, kind, f.Kind, "%+v", f)
	require.Equal(s, host, f.Server)
	require.NotEmpty(s, f.Message)
	require.NotEmpty(s, f.Advice, "%+v", f)
	for _, w := range words {
		require.Contains(s, f.Message+" "+f.Advice, w)
	}
	s.ends(intervention(kind))
}

// outlasts runs a call that does not come back before its time is over, as the worker ends it, and then again.
func (s *scene) outlasts(c call, answer any) {
	s.Helper()
	s.runsOut(c, 300*time.Millisecond)
	require.NoError(s, s.try(c, 0, answer))
	s.ends(recovered)
}

// runsOut runs a call whose time is over before it comes back, until a fault has struck it: on a busy machine the time may
// be over before that.
func (s *scene) runsOut(c call, limit time.Duration) farm.Failure {
	s.Helper()
	var f farm.Failure
	for {
		struck := len(journal.Find(s.events(), "", "struck", "")) > 0
		err := s.try(c, limit, nil)
		if err == nil && struck && f.Kind != "" {
			return f // it struck just after the time was over
		}
		if activities.FailureOf(err).Kind == farm.FailureInterrupted {
			continue // the connection ended under the call, and the policy tries again
		}
		require.True(s, temporal.IsTimeoutError(err), "%v", err)
		f = activities.FailureOf(err)
		require.Equal(s, farm.FailureUnreachable, f.Kind)
		require.NotEmpty(s, f.Advice)
		if len(journal.Find(s.events(), "", "struck", "")) > 0 {
			return f
		}
	}
}

// events are those of the journal so far.
func (s *scene) events() []journal.Event {
	s.Helper()
	all, err := journal.Read(s.farm.Journal)
	require.NoError(s, err)
	return all
}

// times requires that an event was recorded so often.
func (s *scene) times(n int, host, event, text string) {
	s.Helper()
	require.Len(s, journal.Find(s.events(), host, event, text), n, "%s %s on %s", event, text, host)
}

// struck requires that every fault of the row struck.
func (s *scene) struck(faults []world.Fault) {
	s.Helper()
	for _, f := range faults {
		require.NotEmpty(s, journal.Find(s.events(), f.Host, "struck", f.Step+": "+f.Kind), "%s: %s never struck", f.Step, f.Kind)
	}
}

// aborts runs an update into an intervention and gives up there.
func (s *scene) aborts() farm.Failure {
	s.Helper()
	var asked []farm.Failure
	s.farm.Update(s.T, func(q farm.Question) (string, farm.Choice) {
		if q.Failure == nil {
			return integration.Approve(q)
		}
		if q.Failure.Kind == farm.FailureAbort { // what is to become of what was stopped
			return "dave", q.Choices[0]
		}
		if len(asked) == 0 || q.Failure.Message != asked[0].Message {
			asked = append(asked, *q.Failure)
		}
		return "dave", farm.ChoiceAbort
	})
	require.Len(s, asked, 1, "one intervention")
	return asked[0]
}

// describe is how the table names a fault.
func describe(f world.Fault) string { return "`" + f.Step + "` / `" + f.Kind + "`" }

func describeAll(faults []world.Fault) string {
	var names []string
	for _, f := range faults {
		if d := describe(f); !slices.Contains(names, d) {
			names = append(names, d)
		}
	}
	return strings.Join(names, ", ")
}
