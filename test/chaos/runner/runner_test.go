package runner

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/types/known/timestamppb"

	"farmhand/test/chaos/scenario"
)

// behave makes the test binary play a program: TestMain hands over when it is set.
const behave = "CHAOS_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(behave) == "" {
		os.Exit(m.Run())
	}
	_, _ = os.Stdout.WriteString("{\"ready\":true}\n")
	_, _ = os.Stdin.Read(make([]byte, 1)) // until the parent ends, or kills
}

func TestAKilledProcessIsStartedAgain(t *testing.T) {
	t.Parallel()
	me, err := os.Executable()
	require.NoError(t, err)
	p := &process{name: "one", path: me, env: []string{behave + "=1"}, dir: t.TempDir(), ready: `{"ready":true`}
	ctx, cancel := context.WithCancel(t.Context())
	ups, ended := make(chan struct{}, 10), make(chan error, 1)
	go func() { ended <- p.keep(ctx, func() { ups <- struct{}{} }) }()
	<-ups
	p.Die(ctx, time.Millisecond)
	<-ups // a second life
	cancel()
	require.NoError(t, <-ended)
}

func TestAProcessThatDoesNotStayUpIsAnError(t *testing.T) {
	t.Parallel()
	p := &process{name: "none", path: filepath.Join(t.TempDir(), "nothing"), dir: t.TempDir()}
	require.ErrorIs(t, p.keep(t.Context(), func() {}), os.ErrNotExist)
}

func TestTheJournalIsReadOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	f := &follower{path: path}
	var seen []int64
	f.watch(func(e event) { seen = append(seen, e.Seq) })
	require.NoError(t, f.read(), "nothing has happened yet")
	write := func(text string) {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		require.NoError(t, f.read())
	}
	write(`{"seq":1}` + "\n" + `{"seq":2}` + "\n" + `{"se`)
	require.Equal(t, []int64{1, 2}, seen)
	write(`{"seq":1}` + "\n" + `{"seq":2}` + "\n" + `{"seq":3}` + "\n")
	require.Equal(t, []int64{1, 2, 3}, seen)
	write(`{"seq":1}` + "\n") // begun anew
	write(`{"seq":1}` + "\n" + `{"seq":4}` + "\n")
	require.Equal(t, []int64{1, 2, 3, 4}, seen)
}

func TestEachMomentComesOnce(t *testing.T) {
	t.Parallel()
	e := event{Host: "APP01", Event: "command", Text: "schtasks /run"}
	m := &moments{}
	var third, gate, never atomic.Int32
	m.at(scenario.Moment{Host: "APP01", Event: "command", Text: "SCHTASKS", Nth: 3}, func() { third.Add(1) })
	m.at(scenario.Moment{Question: "continue"}, func() { gate.Add(1) })
	m.at(scenario.Moment{Host: "APP01", Event: "command", Text: "schtasks", Nth: 99}, func() { never.Add(1) })
	m.see(e)
	m.see(event{Host: "APP02", Event: "command", Text: "schtasks /run"})
	m.see(event{Host: "APP01", Event: "script", Text: "schtasks"})
	m.see(e)
	m.asked("install")
	m.running.Wait()
	require.Zero(t, third.Load()+gate.Load())
	for range 5 {
		m.see(e)
		m.asked("continue")
	}
	m.end()
	m.see(e)
	require.Equal(t, []int32{1, 1, 0}, []int32{third.Load(), gate.Load(), never.Load()})
}

func TestAKillMayFallTwice(t *testing.T) {
	t.Parallel()
	fell := 0
	k := &killer{command: func() { fell++ }}
	k.kill(t.Context(), scenario.Kill{Target: scenario.Command})
	k.kill(t.Context(), scenario.Kill{Target: scenario.Command, Again: time.Millisecond})
	require.Equal(t, 3, fell)
	require.Len(t, k.kills(), 3)
}

func TestProgressIsTheNextMoveOfAHistory(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var h historypb.History
	for i, kind := range []enumspb.EventType{
		enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED, enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED, enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
	} {
		h.Events = append(h.Events, &historypb.HistoryEvent{EventType: kind, EventTime: timestamppb.New(at.Add(time.Duration(i) * time.Second))})
	}
	kills := []Killed{{At: at.Add(500 * time.Millisecond)}, {At: at.Add(time.Hour)}}
	progress(kills, []*historypb.History{&h})
	require.Equal(t, []time.Duration{2500 * time.Millisecond, 0}, []time.Duration{kills[0].Progress, kills[1].Progress})
}

func TestPlacesAreFreeAndApart(t *testing.T) {
	t.Parallel()
	var seen []place
	for range 5 {
		p, err := findPlace(t.Context())
		require.NoError(t, err)
		require.False(t, slices.Contains(seen, p))
		seen = append(seen, p)
	}
}

func TestFaultsThatStruckAreCounted(t *testing.T) {
	t.Parallel()
	r := Run{Dir: t.TempDir()}
	met, err := r.Struck()
	require.NoError(t, err)
	require.Empty(t, met)
	text := `{"seq":1,"event":"struck","text":"winrm Create: reset"}` + "\n" + `{"seq":2,"event":"boot"}` + "\n" + `{"seq":3,"event":"struck","text":"package KB951695: exit"}` + "\n"
	require.NoError(t, os.WriteFile(r.Journal(), []byte(text), 0o600))
	met, err = r.Struck()
	require.NoError(t, err)
	require.Equal(t, map[string]int{"winrm reset": 1, "package exit": 1}, met)
}
