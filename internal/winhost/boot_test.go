package winhost

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/scripts"
	"farmhand/simulator/wsman"
)

var firstBoot = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

// bootScript answers boot-time.ps1 with one boot after the other, the last for ever.
func bootScript(boots ...time.Time) func(scripts.Script, map[string]string, string) (string, int) {
	return func(scripts.Script, map[string]string, string) (string, int) {
		boot := boots[0]
		if len(boots) > 1 {
			boots = boots[1:]
		}
		if boot.IsZero() {
			return "error\ttext=RPC server is unavailable\r\n", 1
		}
		layout := "2006-01-02T15:04:05Z"
		return "boot\ttime=" + boot.Format(layout) + "\tnow=" + boot.Add(time.Hour).Format(layout) + "\r\n", 0
	}
}

func TestBootTime(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	tw.scripts = bootScript(firstBoot)
	boot, now, err := tw.BootTime(t.Context())
	require.NoError(t, err)
	require.Equal(t, firstBoot, boot)
	require.Equal(t, firstBoot.Add(time.Hour), now)
}

func TestRebootActsOncePerBoot(t *testing.T) {
	for name, tt := range map[string]struct {
		boot   time.Time
		exit   int
		reboot bool
		kind   Kind
	}{
		"same boot":            {firstBoot, 0, true, ""},
		"clock corrected":      {firstBoot.Add(2 * time.Second), 0, true, ""},
		"restarted already":    {firstBoot.Add(3 * time.Second), 0, false, ""},
		"shutdown in progress": {firstBoot, 1115, true, ""},
		"not allowed":          {firstBoot, 5, true, KindDenied},
		"another refusal":      {firstBoot, 21, true, KindFailed},
	} {
		t.Run(name, func(t *testing.T) {
			tw := newTwin(t, wsman.Options{})
			tw.scripts = bootScript(tt.boot)
			tw.command = func(line, _ string) (int, string, string) {
				require.Equal(t, "shutdown /r /f /t 0", line)
				return tt.exit, "", "the server's own words.(" + line + ")"
			}
			err := tw.Reboot(t.Context(), firstBoot)
			if tt.kind == "" {
				require.NoError(t, err)
			} else {
				requireKind(t, err, tt.kind)
				require.ErrorContains(t, err, "own words")
			}
			require.Equal(t, tt.reboot, len(tw.ran()) == 2)
		})
	}
}

func TestRebootOfAServerThatIsShuttingDown(t *testing.T) {
	tw := newTwin(t, wsman.Options{Fault: once("Create", wsman.Fault{Kind: wsman.FaultSOAP, Code: 1115})})
	require.NoError(t, tw.Reboot(t.Context(), firstBoot))
	require.Empty(t, tw.ran())
}

func TestWaitForBootWantsTwoReadingsThatAgree(t *testing.T) {
	tw := newTwin(t, wsman.Options{Fault: once("Create", wsman.Fault{Kind: wsman.FaultReset})})
	second, third := firstBoot.Add(5*time.Minute), firstBoot.Add(9*time.Minute)
	tw.scripts = bootScript(firstBoot, time.Time{}, second, third, time.Time{}, third, third)
	var details []string
	boot, err := tw.WaitForBoot(t.Context(), firstBoot, func(d string) { details = append(details, d) })
	require.NoError(t, err)
	require.Equal(t, third, boot)
	all := strings.Join(details, "\n")
	require.Contains(t, all, "not restarted yet")
	require.Contains(t, all, "RPC server is unavailable")
	require.Contains(t, all, "reading once more")
	require.Len(t, details, 7)
}

func TestWaitForBootForgivesTwoRefusedLogons(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	tw.scripts = bootScript(firstBoot.Add(time.Hour))
	tw.refuse = logonFlaps
	_, err := tw.WaitForBoot(t.Context(), firstBoot, nil)
	require.NoError(t, err)
	tw.refuse = logonFlaps + 1
	_, err = tw.WaitForBoot(t.Context(), firstBoot, nil)
	requireKind(t, err, KindAuth)
	require.Equal(t, 2*logonFlaps+1, tw.count(wsman.EventAuthFailed))
}

func TestWaitForBootEndsWithTheContext(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	tw.scripts = bootScript(firstBoot)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := tw.WaitForBoot(ctx, firstBoot, func(string) { cancel() })
	requireKind(t, err, KindInterrupted)
	require.ErrorIs(t, err, ctx.Err())
}

func TestPollDelay(t *testing.T) {
	for elapsed, want := range map[time.Duration]time.Duration{
		0: 100 * time.Millisecond, 10 * time.Second: 100 * time.Millisecond, time.Minute: 600 * time.Millisecond,
		10 * time.Minute: 6 * time.Second, 5 * time.Hour: 10 * time.Second,
	} {
		require.Equal(t, want, pollDelay(elapsed))
	}
}

// A reading of a boot time tells a restart from a clock that was set right: what the server says it has been up for.
func TestBootedBefore(t *testing.T) {
	at := time.Date(2026, time.November, 1, 3, 0, 0, 0, time.UTC)
	read := at.Add(5 * time.Hour)
	began := Booted{At: at, Read: read}
	now := read.Add(20 * time.Minute)
	for name, tc := range map[string]struct {
		began           Booted
		boot, serverNow time.Time
		want            bool
	}{
		"the same boot":                         {began, at.Add(time.Second), now, false},
		"a restart":                             {began, now.Add(-10 * time.Minute), now, true},
		"the clock was set back":                {began, at.Add(-2 * time.Hour), now.Add(-2 * time.Hour), false},
		"the clock was set forward":             {began, at.Add(3 * time.Minute), now.Add(3 * time.Minute), false},
		"a restart, and the clock was set back": {began, now.Add(-130 * time.Minute), now.Add(-2 * time.Hour), true},
		"a restart just after the reading":      {began, read.Add(time.Second), now, true},
		"nobody noted when it was read":         {Booted{At: at}, at.Add(-2 * time.Hour), now.Add(-2 * time.Hour), true},
		"nobody asked when the job was started": {Booted{Read: read}, at, now, false},
		"nobody asked now":                      {began, time.Time{}, time.Time{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.want, tc.began.before(tc.boot, tc.serverNow, now))
		})
	}
}
