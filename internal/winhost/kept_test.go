package winhost

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/traffic"
	"farmhand/simulator/wsman"
)

func TestCallsShareAConnection(t *testing.T) {
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			var counter traffic.Counter
			o := wsman.Options{Traffic: &counter}
			change := func(*Options) {}
			if scheme == "https" {
				certificate, caFile := newCertificate(t)
				o.TLS = certificate
				change = func(c *Options) { c.Server.WinRM.Scheme, c.CAFile = "https", caFile }
			}
			tw := newTwin(t, o, change)
			_, err := tw.Identify(t.Context())
			require.NoError(t, err)
			for range 3 {
				r, err := tw.Command(t.Context(), "both")
				require.NoError(t, err)
				require.Equal(t, Result{Exit: 7, Stdout: "to stdout", Stderr: "to stderr"}, r)
			}
			used := counter.Count()
			require.EqualValues(t, 1, used.Connections)
			require.GreaterOrEqual(t, used.Requests, int64(2+1+3*5), "a logon, Identify, and three times Create, Command, Receive, Signal, Delete")
			require.Equal(t, 3, tw.count(wsman.EventDeleteShell), "a shell is one call's own")
		})
	}
}

// nth gives a fault to the n-th operation of an action.
func nth(action string, n int32, f wsman.Fault) func(wsman.Operation) *wsman.Fault {
	var seen atomic.Int32
	return func(o wsman.Operation) *wsman.Fault {
		if o.Action != action || seen.Add(1) != n {
			return nil
		}
		return &f
	}
}

// A kept connection that died is found out by Create, which may go out again: nothing has run.
func TestAKeptConnectionThatDied(t *testing.T) {
	tw := newTwin(t, wsman.Options{Fault: nth("Create", 2, wsman.Fault{Kind: wsman.FaultReset})})
	for range 2 {
		_, err := tw.Command(t.Context(), "both")
		require.NoError(t, err)
	}
	tw.requireRan(t, 2)
}

// Once a command may have arrived, a connection that dies is an error, kept or not.
func TestAKeptConnectionThatDiesUnderACommand(t *testing.T) {
	tw := newTwin(t, wsman.Options{Fault: nth("Command", 2, wsman.Fault{Kind: wsman.FaultReset})})
	_, err := tw.Command(t.Context(), "both")
	require.NoError(t, err)
	_, err = tw.Command(t.Context(), "both")
	require.True(t, requireKind(t, err, KindInterrupted).Maybe)
	tw.requireRan(t, 1)
}

// A connection over which a call did not end as it should is not used again.
func TestACancelledCallKeepsNothing(t *testing.T) {
	var counter traffic.Counter
	tw := newTwin(t, wsman.Options{Traffic: &counter})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := tw.Command(ctx, "sleep")
		ended <- err
	}()
	<-tw.started
	cancel()
	requireKind(t, <-ended, KindInterrupted)
	before := counter.Count()
	_, err := tw.Command(t.Context(), "both")
	require.NoError(t, err)
	require.EqualValues(t, 1, counter.Count().Minus(before).Connections)
}

// No more connections are kept than calls may run at once.
func TestFewConnectionsAreKept(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	for range shellsPerUser + 2 {
		s, err := tw.endpoint.open(t.Context())
		require.NoError(t, err)
		tw.kept.put(s)
	}
	require.Len(t, tw.kept.idle, shellsPerUser)
	tw.kept.idle[0].since = tw.kept.idle[0].since.Add(-keepFor)
	for range shellsPerUser - 1 {
		require.NotNil(t, tw.kept.take())
	}
	require.Nil(t, tw.kept.take(), "this one lay too long")
	tw.kept.drop()
	require.Empty(t, tw.kept.idle)
}
