package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator/world"
)

// What a WinRM service may answer (design.md's kinds of error) and what an activity makes of it. The same call
// works once the fault has passed.
func TestFaultsOfWinRM(t *testing.T) {
	soap := func(code int) world.Fault { return world.Fault{Step: "winrm Create", Kind: "soap", Code: code} }
	receive := func(kind string) world.Fault { return world.Fault{Step: "winrm Receive", Kind: kind} }
	for _, tc := range []struct {
		name      string
		fault     world.Fault
		kind      farm.FailureKind
		retryable bool
	}{
		{"too many shells", soap(2150859173), farm.FailureQuota, true},
		{"too many operations", soap(2150859174), farm.FailureQuota, true},
		{"denied", soap(5), farm.FailureDenied, false},
		{"a shutdown is in progress", soap(1115), farm.FailureRebooting, true},
		{"the profile is being unloaded", soap(2147943418), farm.FailureRebooting, true},
		{"the envelope is too big", soap(2150858805), farm.FailureTooBig, false},
		{"a fault nobody knows", soap(2150858999), farm.FailureCommand, false},
		{"the service is not up yet", world.Fault{Step: "winrm Create", Kind: "http", Code: 503}, farm.FailureUnreachable, true},
		{"reset at once", world.Fault{Step: "winrm Create", Kind: "reset"}, farm.FailureUnreachable, true},
		{"reset in mid-call", receive("reset"), farm.FailureInterrupted, true},
		{"the answer is lost", world.Fault{Step: "winrm Command", Kind: "lost-reply"}, farm.FailureInterrupted, true},
		{"the shell is gone", world.Fault{Step: "winrm Receive", Kind: "soap", Code: 2150858843}, farm.FailureInterrupted, true},
		{"the service stops", world.Fault{Step: "winrm Receive", Kind: "soap", Code: 995}, farm.FailureRebooting, true},
		{"the answer is cut short", receive("truncate"), farm.FailureInterrupted, true},
		{"the answer is no message", receive("garbage"), farm.FailureBadOutput, true},
		{"the server restarts in mid-call", receive("reboot"), farm.FailureInterrupted, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.fault.Host = app01
			w := newTwin(t, faults(tc.fault))
			r := activities.ServiceRequest{ServerTarget: w.server(app01), Names: []string{farm.ServiceWebPublishing}}
			_, err := try[[]farm.ServiceState](w, w.acts.ReadServices, r)
			w.requireFailure(err, tc.kind, app01, tc.retryable)
			var app *temporal.ApplicationError
			require.ErrorAs(t, err, &app)
			if tc.kind == farm.FailureRebooting {
				require.Positive(t, app.NextRetryDelay(), "a server that goes down needs a while")
			}
			require.Len(t, again[[]farm.ServiceState](w, w.acts.ReadServices, r), 1)
		})
	}
}

// A server that takes connections and never answers must not hold an activity beyond its deadline.
func TestAFrozenServer(t *testing.T) {
	for _, step := range []string{"winrm Create", "winrm Receive"} {
		t.Run(step, func(t *testing.T) {
			w := newTwin(t, faults(world.Fault{Host: app01, Step: step, Kind: "freeze"}))
			r := activities.ServiceRequest{ServerTarget: w.server(app01), Names: []string{farm.ServiceTimer}}
			w.requireTimeout(app01, w.acts.ReadServices, r)
			require.Len(t, do[[]farm.ServiceState](w, w.acts.ReadServices, r), 1)
		})
	}
	t.Run("sql login", func(t *testing.T) {
		w := newTwin(t, faults(world.Fault{Host: sql01, Step: "sql login", Kind: "freeze"}))
		w.requireTimeout(sql01, w.acts.InspectSQLServer, w.sql())
		do[farm.SQLFacts](w, w.acts.InspectSQLServer, w.sql())
	})
}

// requireTimeout checks that an activity comes back at its deadline and what an operator then reads. On a busy machine the
// deadline may be over before the fault strikes: then it is run again.
func (w *twin) requireTimeout(host string, method, request any) {
	w.Helper()
	for len(w.events(host, "struck", "freeze")) == 0 {
		ctx, cancel := context.WithTimeout(w.Context(), 300*time.Millisecond)
		_, err := w.run(ctx, method, request)
		cancel()
		require.True(w, temporal.IsTimeoutError(err), "%v", err)
		f := activities.FailureOf(err)
		require.Equal(w, farm.FailureUnreachable, f.Kind)
		require.NotEmpty(w, f.Advice)
	}
}
