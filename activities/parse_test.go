package activities

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
	"farmhand/internal/mssql"
	"farmhand/internal/winhost"
)

// The offset is what is left when the time that the call itself took is taken off, and never more than the truth.
func TestClockOffset(t *testing.T) {
	base := time.Date(2008, 7, 22, 20, 15, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		took := time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(t, "took"))
		at := time.Duration(rapid.Int64Range(0, int64(took)).Draw(t, "at")) // when the server looked at its clock
		truth := time.Duration(rapid.Int64Range(-int64(30*time.Hour), int64(30*time.Hour)).Draw(t, "truth"))
		server := base.Add(at).Add(truth).Truncate(time.Second) // scripts print whole seconds
		got := clockOffset(base, base.Add(took), server)
		if truth == 0 {
			require.Zero(t, got, "a right clock is right however long the call takes")
		}
		require.LessOrEqual(t, (got - truth).Abs(), took+2*time.Second)
		require.GreaterOrEqual(t, int64(got)*int64(truth.Round(time.Minute)/time.Minute), int64(0), "never of the other sign")
	})
}

func FuzzTail(f *testing.F) {
	f.Add("one\r\ntwo\n\n  three  ", 2)
	f.Add("", 20)
	f.Add("\r\r\r", 1)
	f.Add("a\rb\rc", 0)
	f.Fuzz(func(t *testing.T, output string, n int) {
		if n < 0 || n > 1000 {
			return
		}
		got := tail(output, n)
		require.LessOrEqual(t, len(got), n)
		rest := output
		for _, line := range got {
			require.Equal(t, strings.TrimSpace(line), line)
			require.NotEmpty(t, line)
			require.NotContains(t, line, "\n")
			require.NotContains(t, line, "\r")
			i := strings.Index(rest, line)
			require.GreaterOrEqual(t, i, 0, "a line that was not printed, or not in this order")
			rest = rest[i+len(line):]
		}
		if last := strings.TrimSpace(output); last != "" && n > 0 {
			require.NotEmpty(t, got)
			line := last[strings.LastIndexAny(last, "\r\n")+1:]
			require.True(t, strings.HasPrefix(strings.TrimSpace(line), got[len(got)-1]), "the end counts most")
			require.LessOrEqual(t, len(got[len(got)-1]), maxTailLine)
		}
	})
}

func FuzzStartMode(f *testing.F) {
	for _, s := range []string{"Auto", "Auto Delayed", "Manual", "Disabled", "Boot", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, word string) {
		switch mode := parseStartMode(word); mode {
		case farm.StartAutomatic, farm.StartDelayed, farm.StartManual, farm.StartDisabled:
			if word != string(mode) {
				require.Equal(t, winhost.StartMode(word), startMode(mode), "a service goes back to exactly what it was")
			}
		default:
			require.Equal(t, word, string(mode), "what is not known is shown as it is")
		}
	})
}

// Every kind a client knows has a kind of the domain: none falls through to a defect.
func TestEveryKindIsTranslated(t *testing.T) {
	for _, k := range []winhost.Kind{
		winhost.KindAuth, winhost.KindUnreachable, winhost.KindRebooting, winhost.KindQuota, winhost.KindDenied, winhost.KindTooBig, winhost.KindConfig,
		winhost.KindShellGone, winhost.KindInterrupted, winhost.KindBadOutput, winhost.KindFault, winhost.KindFailed, winhost.KindNotStarted,
	} {
		f := FailureOf(fail("APP01", farm.StepInspectServer, &winhost.Error{Kind: k, Op: "sc query", Message: "what", Advice: "do"}))
		require.NotEqual(t, farm.FailureDefect, f.Kind, k)
		require.Equal(t, "sc query: what", f.Message)
	}
	for _, k := range []mssql.Kind{
		mssql.KindAuth, mssql.KindUnreachable, mssql.KindDenied, mssql.KindConfig, mssql.KindTooOld, mssql.KindNotFound, mssql.KindBackupFailed,
		mssql.KindVerifyFailed, mssql.KindDiskFull, mssql.KindDeadlock, mssql.KindCancelled, mssql.KindFailed,
	} {
		f := FailureOf(fail("SQL01", farm.StepBackupDatabase, &mssql.Error{Kind: k, Doing: "back up PWA_Draft", Number: 3013, Message: "what"}))
		require.NotEqual(t, farm.FailureDefect, f.Kind, k)
		require.Equal(t, "back up PWA_Draft: what (3013)", f.Message)
		if k != mssql.KindAuth && k != mssql.KindConfig && k != mssql.KindTooOld && k != mssql.KindDenied { // these always have the client's own
			require.NotEmpty(t, f.Advice, k)
		}
	}
	require.Equal(t, farm.FailureDefect, kindOf(hostKinds, "a kind of the future"))
}

// The worker answers a cancellation that was asked for only where it finds context.Canceled.
func TestACancelledCall(t *testing.T) {
	for _, err := range []error{
		context.Canceled, fmt.Errorf("waiting: %w", context.Canceled), &mssql.Error{Kind: mssql.KindCancelled, Message: "stopped", Err: context.Canceled},
	} {
		got := fail("APP01", farm.StepRunWizard, err)
		require.ErrorIs(t, got, context.Canceled)
		f := FailureOf(got)
		require.Equal(t, farm.FailureInterrupted, f.Kind)
		require.Equal(t, farm.StepRunWizard, f.Step)
		require.NotEmpty(t, f.Advice)
	}
}
