package winhost

import (
	"context"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

func TestCancelKillsTheCommandAndLeavesNoShell(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := tw.Command(ctx, "sleep")
		ended <- err
	}()
	<-tw.started
	cancel()
	err := <-ended
	e := requireKind(t, err, KindInterrupted)
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, e.Maybe)
	require.Equal(t, "sleep", <-tw.killed)
	tw.requireNoShell(t)
}

// once gives a fault to the first operation of an action.
func once(action string, f wsman.Fault) func(wsman.Operation) *wsman.Fault {
	var struck atomic.Bool
	return func(o wsman.Operation) *wsman.Fault {
		if o.Action != action || struck.Swap(true) {
			return nil
		}
		return &f
	}
}

func TestFaults(t *testing.T) {
	soap := func(code uint32) wsman.Fault { return wsman.Fault{Kind: wsman.FaultSOAP, Code: code} }
	status := func(code int) wsman.Fault { return wsman.Fault{Kind: wsman.FaultStatus, Status: code} }
	for _, tt := range []struct {
		name, action string
		fault        wsman.Fault
		kind         Kind
		maybe        bool
		ran          int
	}{
		{"quota of shells", "Create", soap(2150859173), KindQuota, false, 0},
		{"quota of operations", "Command", soap(2150859174), KindQuota, false, 0},
		{"denied", "Create", soap(5), KindDenied, false, 0},
		{"shutting down", "Create", soap(1115), KindRebooting, false, 0},
		{"profile unloading", "Command", soap(2147943418), KindRebooting, false, 0},
		{"too big", "Command", soap(2150858805), KindTooBig, false, 0},
		{"unknown fault", "Create", soap(87), KindFault, false, 0},
		{"shell gone", "Receive", soap(2150858843), KindShellGone, true, 1},
		{"service stopping", "Receive", soap(995), KindRebooting, true, 1},
		{"service unavailable", "Create", status(503), KindUnreachable, false, 0},
		{"envelope refused", "Command", status(413), KindTooBig, false, 0},
		{"plain body refused", "Create", status(500), KindConfig, false, 0},
		{"cut at create", "Create", wsman.Fault{Kind: wsman.FaultReset}, KindUnreachable, false, 0},
		{"cut at command", "Command", wsman.Fault{Kind: wsman.FaultReset}, KindInterrupted, true, 0},
		{"reply to command lost", "Command", wsman.Fault{Kind: wsman.FaultReset, AfterEffect: true}, KindInterrupted, true, 1},
		{"cut at receive", "Receive", wsman.Fault{Kind: wsman.FaultReset}, KindInterrupted, true, 1},
		{"cut in a reply", "Receive", wsman.Fault{Kind: wsman.FaultTruncate}, KindInterrupted, true, 1},
		{"not XML", "Receive", wsman.Fault{Kind: wsman.FaultUnparsable}, KindBadOutput, true, 1},
		{"not XML at create", "Create", wsman.Fault{Kind: wsman.FaultUnparsable}, KindBadOutput, false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tw := newTwin(t, wsman.Options{Fault: once(tt.action, tt.fault)})
			_, err := tw.Command(t.Context(), "both")
			e := requireKind(t, err, tt.kind)
			require.Equal(t, tt.maybe, e.Maybe, "%v", err)
			tw.requireRan(t, tt.ran)
		})
	}
}

func TestFaultAtSendEndsACommandThatWaitsForInput(t *testing.T) {
	tw := newTwin(t, wsman.Options{Fault: once("Send", wsman.Fault{Kind: wsman.FaultSOAP, Code: 2150859174})},
		func(o *Options) { o.OperationTimeout = 50 * time.Millisecond })
	_, err := tw.Command(t.Context(), "count", strings.NewReader("input"))
	e := requireKind(t, err, KindQuota)
	require.True(t, e.Maybe)
	tw.requireNoShell(t)
}

func TestConnectionCutAtSend(t *testing.T) {
	tw := newTwin(t, wsman.Options{Fault: once("Send", wsman.Fault{Kind: wsman.FaultReset})})
	_, err := tw.Command(t.Context(), "count", strings.NewReader("input"))
	requireKind(t, err, KindInterrupted)
	tw.requireRan(t, 1)
	tw.requireNoShell(t)
}

func TestQuietCommandIsPolled(t *testing.T) {
	polls := make(chan struct{}, 100)
	fault := func(o wsman.Operation) *wsman.Fault {
		if o.Action == "Receive" {
			polls <- struct{}{}
		}
		return nil
	}
	tw := newTwin(t, wsman.Options{Fault: fault}, func(o *Options) { o.OperationTimeout = 10 * time.Millisecond })
	tw.command = func(string, string) (int, string, string) { // says nothing until it was asked three times
		for range 3 {
			<-polls
		}
		return 0, "done", ""
	}
	r, err := tw.Command(t.Context(), "quiet")
	require.NoError(t, err)
	require.Equal(t, "done", r.Stdout)
}

func TestFrozenServerIsBoundedByTheContext(t *testing.T) {
	for _, action := range []string{"Create", "Command", "Receive"} {
		t.Run(action, func(t *testing.T) {
			frozen := make(chan struct{}, 1)
			tw := newTwin(t, wsman.Options{Fault: func(o wsman.Operation) *wsman.Fault {
				if o.Action != action {
					return nil
				}
				select {
				case frozen <- struct{}{}:
				default:
				}
				return &wsman.Fault{Kind: wsman.FaultFreeze}
			}})
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() {
				_, err := tw.Command(ctx, "sleep")
				ended <- err
			}()
			<-frozen
			cancel()
			err := <-ended
			requireKind(t, err, KindInterrupted)
			require.ErrorIs(t, err, context.Canceled)
		})
	}
}

func TestServerThatNeverAnswersIsBoundedByTheContext(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close() // nobody accepts: the handshake is the kernel's
	tw := newTwin(t, wsman.Options{}, func(o *Options) { o.Server.WinRM.Port = l.Addr().(*net.TCPAddr).Port })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = tw.Command(ctx, "both")
	e := requireKind(t, err, KindInterrupted)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.False(t, e.Maybe)
}

func TestUnreachableServer(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	tw.server.Close()
	_, err := tw.Command(t.Context(), "both")
	e := requireKind(t, err, KindUnreachable)
	require.False(t, e.Maybe)
	_, err = tw.Identify(t.Context())
	requireKind(t, err, KindUnreachable)
}

func TestServerThatDiesUnderACommand(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	ended := make(chan error, 1)
	go func() {
		_, err := tw.Command(t.Context(), "sleep")
		ended <- err
	}()
	<-tw.started
	tw.server.Close()
	e := requireKind(t, <-ended, KindInterrupted)
	require.True(t, e.Maybe)
}
