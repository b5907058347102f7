package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/world"
)

// story makes events of a second each: a backup and its verification, two packages on two servers, two wizards.
func story() (events []world.Event, at func(seconds int) time.Time) {
	zero := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	at = func(seconds int) time.Time { return zero.Add(time.Duration(seconds) * time.Second) }
	exit := 0
	add := func(seconds int, host, protocol, event, text, task string) {
		e := world.Event{Time: at(seconds), Host: host, Protocol: protocol, Event: event, Text: text, Task: task}
		if event == "exited" || event == "command" {
			e.Exit = &exit
		}
		events = append(events, e)
	}
	job := func(host, program string, begin, end int) {
		folder := `D:\farmhand\jobs\` + host + program
		add(begin, host, world.ProtocolJob, "started", program, `"`+folder+`\run.cmd"`)
		add(end, host, world.ProtocolJob, "exited", program, `"`+folder+`\run.cmd"`)
		add(end+1, host, world.ProtocolWinRM, "command", `cmd /c dir /b "`+folder+`"`, "")
	}
	add(0, "SQL01", world.ProtocolTDS, "batch", "BACKUP DATABASE [A]", "")
	add(4, "SQL01", world.ProtocolTDS, "batch", "SELECT 1", "")
	add(5, "SQL01", world.ProtocolTDS, "batch", "RESTORE VERIFYONLY", "")
	add(7, "SQL01", world.ProtocolTDS, "rpc", "SELECT 2", "")
	job("APP01", "package.exe", 10, 20)
	job("WFE01", "package.exe", 10, 30)
	job("APP01", "psconfig.exe", 40, 60)
	job("WFE01", "psconfig.exe", 70, 80)
	return events, at
}

func TestTheCriticalPathIsTheWorkNobodyCouldDoSooner(t *testing.T) {
	events, at := story()
	jobs, backups := jobsOf(events), backupsOf(events)
	require.Len(t, jobs, 4)
	require.Equal(t, []time.Duration{4 * time.Second, 2 * time.Second}, []time.Duration{backups[0].length(), backups[1].length()})
	require.Equal(t, 56*time.Second, criticalPath(jobs, backups))
	seen, found := noticed(jobs[0], events)
	require.True(t, found)
	require.Equal(t, at(21), seen)
	_, found = noticed(stretch{host: "APP01", end: at(0), folder: `D:\farmhand\jobs\another`}, events)
	require.False(t, found)

	figures := map[string]float64{}
	for _, f := range share(100*time.Second, events) {
		figures[f.Metric] = f.Value
	}
	require.Equal(t, 44.0, figures["engine cost"])
	require.Equal(t, 10.0, figures["poll latency of a job, worst"], "a second after ten")
	require.Equal(t, 7.5, figures["poll latency of a job, median"])
}
