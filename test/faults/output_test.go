package faults

import (
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/simulator/world"
)

func command(name, kind string) []world.Fault {
	return []world.Fault{{Host: wfe01, Step: "command " + name, Kind: kind}}
}

// scripted is a fault of a script's answer that a reading recovers from, after a failure of that kind.
func scripted(id string, kind farm.FailureKind, faults []world.Fault) row {
	return row{id: id, faults: faults, run: func(s *scene) { s.recovers(s.readBoot(wfe01), wfe01, kind, nil) }}
}

// ofOutput are the faults of what a command prints or does not do.
func ofOutput() []row {
	const script = "boot-time.ps1"
	return []row{
		scripted("output-cut", farm.FailureBadOutput, command(script, "cut")),
		scripted("output-no-sentinel", farm.FailureBadOutput, command(script, "no-sentinel")),
		askedOfScript("output-never-whole", farm.FailureBadOutput, always(command(script, "no-sentinel")), "by hand"),
		scripted("output-silent", farm.FailureBadOutput, command(script, "silent")),
		scripted("output-utf8", "", coded(65001, command(script, "code-page"))),
		scripted("output-utf16", "", coded(1200, command(script, "code-page"))),
		{id: "output-command-cut", faults: command("sc query", "cut"), run: func(s *scene) {
			s.recovers(s.read(wfe01), wfe01, farm.FailureBadOutput, nil)
		}},
		{id: "command-silent", faults: command("net stop", "silent"), run: func(s *scene) {
			s.asks(s.stopWeb(), wfe01, farm.FailureCommand, "W3SVC is Running and should be Stopped")
			s.recovers(s.stopWeb(), wfe01, "", nil)
			s.times(1, wfe01, "service-stopped", "W3SVC")
		}},
		{id: "command-fails", faults: []world.Fault{{Host: wfe01, Step: "command sc config", Kind: "exit", Code: 5, Text: "[SC] OpenService FAILED 5:", Times: -1}}, run: func(s *scene) {
			s.asks(s.stopWeb(), wfe01, farm.FailureDenied, "Administrators")
			s.times(0, wfe01, "service-start-mode", "W3SVC")
		}},
		{id: "command-hangs", faults: command("sc query", "hang"), run: func(s *scene) { s.outlasts(s.read(wfe01), nil) }},
		{id: "command-slow", faults: []world.Fault{{Host: wfe01, Step: "command net stop", Kind: "slow", Delay: 5 * time.Minute}}, run: func(s *scene) {
			s.recovers(s.stopWeb(), wfe01, "", nil)
			s.times(1, wfe01, "service-stopped", "W3SVC")
		}},
		{id: "reboot-mid-command", faults: command("net stop", "reboot"), run: func(s *scene) {
			s.recovers(s.stopWeb(), wfe01, farm.FailureInterrupted, nil)
			s.times(1, wfe01, "boot", "")
		}},
		{id: "reboot-after-command", faults: []world.Fault{{Host: wfe01, Step: "after net stop", Kind: "reboot"}}, run: func(s *scene) {
			var state farm.ServiceState
			s.recovers(s.stopWeb(), wfe01, farm.FailureInterrupted, &state)
			require.False(s, state.Running)
			require.Equal(s, farm.StartManual, state.StartMode)
			s.times(1, wfe01, "service-start-mode", "W3SVC manual")
		}},
		{id: "power-loss-mid-command", faults: command("sc config", "power-loss"), run: func(s *scene) {
			s.recovers(s.stopWeb(), wfe01, farm.FailureInterrupted, nil)
			s.times(1, wfe01, "service-start-mode", "W3SVC manual")
		}},
	}
}
