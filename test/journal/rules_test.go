package journal_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/test/journal"
)

var small = journal.Farm{Wizards: []string{"APP01", "WFE01"}, Web: []string{"WFE01"}, Packages: []string{"KB000001", "KB000002"}}

// good is the journal of an update that broke no rule.
func good() []journal.Event {
	zero := 0
	system := func(event, text string) journal.Event {
		return journal.Event{Host: "WFE01", Protocol: "system", Event: event, Text: text}
	}
	run := func(host, command string) []journal.Event {
		return []journal.Event{
			{Host: host, Protocol: "job", Event: "started", Text: command},
			{Host: host, Protocol: "job", Event: "exited", Text: command, Exit: &zero},
		}
	}
	events := slices.Concat(
		[]journal.Event{system("service-start-mode", "W3SVC manual"), system("service-stopped", "W3SVC")},
		run("APP01", `C:\a-kb000001-x64.exe`), run("WFE01", `C:\a-kb000001-x64.exe`),
		run("APP01", `C:\b-kb000002-x64.exe`), run("WFE01", `C:\b-kb000002-x64.exe`),
		run("APP01", `C:\BIN\psconfig.exe -cmd upgrade`), run("APP01", `C:\BIN\stsadm.exe -o x`), run("WFE01", `C:\BIN\psconfig.exe -cmd upgrade`),
		[]journal.Event{system("service-start-mode", "W3SVC auto"), system("service-started", "W3SVC")},
	)
	return number(events)
}

func number(events []journal.Event) []journal.Event {
	for i := range events {
		events[i].Seq = int64(i + 1)
	}
	return events
}

// move takes the event at from out and puts it in at to.
func move(events []journal.Event, from, to int) []journal.Event {
	e := events[from]
	return number(slices.Insert(slices.Delete(events, from, from+1), to, e))
}

func TestViolations(t *testing.T) {
	t.Parallel()
	require.Empty(t, small.Violations(good()))
	for name, c := range map[string]struct {
		events func(e []journal.Event) []journal.Event
		says   string
	}{
		"a package twice":          {func(e []journal.Event) []journal.Event { return number(slices.Insert(e, 4, e[2], e[3])) }, "KB000001 on APP01: 2 started"},
		"a package never":          {func(e []journal.Event) []journal.Event { return number(slices.Delete(e, 2, 4)) }, "KB000001 on APP01: 0 started"},
		"a package failed":         {func(e []journal.Event) []journal.Event { one := 1; e[3].Exit = &one; return e }, "0 of them successful"},
		"packages out of order":    {func(e []journal.Event) []journal.Event { return move(move(e, 6, 2), 7, 3) }, "KB000002 on APP01 began before KB000001"},
		"the wizard too early":     {func(e []journal.Event) []journal.Event { return move(e, 10, 8) }, "KB000002 on WFE01 ended after the first wizard"},
		"two wizards at once":      {func(e []journal.Event) []journal.Event { return move(e, 14, 11) }, "while it ran on APP01"},
		"the wrong wizard first":   {func(e []journal.Event) []journal.Event { return move(move(e, 14, 10), 15, 11) }, "the wizards ran on WFE01, APP01"},
		"users on":                 {func(e []journal.Event) []journal.Event { return move(e, 1, 9) }, "was not stopped"},
		"users back too early":     {func(e []journal.Event) []journal.Event { return move(e, 17, 13) }, "or came back before"},
		"the start mode forgotten": {func(e []journal.Event) []journal.Event { return number(slices.Delete(e, 16, 17)) }, "start mode"},
		"damage": {func(e []journal.Event) []journal.Event {
			return number(append(e, journal.Event{Host: "WFE01", Event: "damage", Text: "broken"}))
		}, "damage on WFE01: broken"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := ""
			for _, v := range small.Violations(c.events(good())) {
				all += v + "\n"
			}
			require.Contains(t, all, c.says)
		})
	}
}

func TestReadLeavesOutALineThatIsStillWritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal")
	require.NoError(t, os.WriteFile(path, []byte(`{"seq":1,"event":"boot"}`+"\n"+`{"seq":2,"ev`), 0o600))
	events, err := journal.Read(path)
	require.NoError(t, err)
	require.Len(t, events, 1)

	require.NoError(t, os.WriteFile(path, []byte("no json\n"), 0o600))
	_, err = journal.Read(path)
	require.ErrorContains(t, err, "journal:1")
}
