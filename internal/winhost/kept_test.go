package winhost

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
	"farmhand/simulator/traffic"
	"farmhand/simulator/wsman"
)

func TestCallsShareAConnection(t *testing.T) {
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			var counter traffic.Counter
			var signals atomic.Int32
			o := wsman.Options{Traffic: &counter, Fault: func(o wsman.Operation) *wsman.Fault {
				if o.Action == wsman.ActionSignal {
					signals.Add(1)
				}
				return nil
			}}
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
			require.GreaterOrEqual(t, used.Requests, int64(2+1+3*4), "a logon, Identify, and three times Create, Command, Receive, Delete")
			require.Zero(t, signals.Load(), "Delete frees what an ended command left")
			require.Equal(t, 3, tw.count(wsman.EventDeleteShell), "a shell is one call's own")
		})
	}
}

// A step makes Hosts of its own: they go on with the connections of the one before, where everything about the logon is the same.
func TestHostsShareConnections(t *testing.T) {
	var counter traffic.Counter
	var options Options
	tw := newTwin(t, wsman.Options{Traffic: &counter}, func(o *Options) { options = *o })
	_, err := tw.Command(t.Context(), "both")
	require.NoError(t, err)
	again := func(change func(*Options)) (connections int64, err error) {
		before := counter.Count()
		o := options
		change(&o)
		h, err := New(o)
		require.NoError(t, err)
		_, err = h.Command(t.Context(), "both")
		return counter.Count().Minus(before).Connections, err
	}
	made, err := again(func(*Options) {})
	require.NoError(t, err)
	require.Zero(t, made)

	made, err = again(func(o *Options) { o.Server.WinRM.CodePage = 850 })
	require.NoError(t, err)
	require.Zero(t, made, "the code page is the shell's")

	made, err = again(func(o *Options) { o.Password = secrets.New("another") })
	requireKind(t, err, KindAuth)
	require.EqualValues(t, 1, made)

	tw.kept.drop()
	made, err = again(func(*Options) {})
	require.NoError(t, err)
	require.EqualValues(t, 1, made)
}

// Nothing that a caller may set is left out of what connections are told apart by.
func TestLogonsDiffer(t *testing.T) {
	base := Options{Server: farm.Server{Name: "A", Address: "a"}, User: "u", Password: secrets.New("p"), CAFile: "ca", KerberosConfig: "k"}
	same := base
	same.Server.Name, same.Server.Stage, same.OperationTimeout = "B", `D:\`, time.Second
	require.Equal(t, logonOf(base), logonOf(same))
	seen := map[logon]bool{logonOf(base): true}
	for _, change := range []func(*Options){
		func(o *Options) { o.Server.Address = "b" },
		func(o *Options) { o.Server.WinRM.Scheme = "https" },
		func(o *Options) { o.Server.WinRM.Port = 1 },
		func(o *Options) { o.Server.WinRM.Auth = "basic" },
		func(o *Options) { o.Server.WinRM.SPN = "s" },
		func(o *Options) { o.Server.WinRM.ServerName = "n" },
		func(o *Options) { o.Server.WinRM.TLSMin = "1.0" },
		func(o *Options) { o.User = "v" },
		func(o *Options) { o.Password = secrets.New("q") },
		func(o *Options) { o.Password, o.Keytab = secrets.Value{}, secrets.New("p") },
		func(o *Options) { o.Keytab = secrets.New("t") },
		func(o *Options) { o.CAFile = "" },
		func(o *Options) { o.KerberosConfig = "" },
	} {
		o := base
		change(&o)
		l := logonOf(o)
		require.False(t, seen[l], "%+v", l)
		seen[l] = true
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
	tw.kept.expire(tw.kept.idle[0])
	for range shellsPerUser - 1 {
		require.NotNil(t, tw.kept.take())
	}
	require.Nil(t, tw.kept.take(), "this one lay too long")
	tw.kept.drop()
	require.Empty(t, tw.kept.idle)
}
