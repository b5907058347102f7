package faults

import (
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/simulator/world"
)

func winrm(action, kind string) []world.Fault {
	return []world.Fault{{Host: wfe01, Step: "winrm " + action, Kind: kind}}
}

// always makes a fault strike whenever its step comes.
func always(faults []world.Fault) []world.Fault {
	for i := range faults {
		faults[i].Times = -1
	}
	return faults
}

// coded gives a fault its code.
func coded(code int, faults []world.Fault) []world.Fault {
	for i := range faults {
		faults[i].Code = code
	}
	return faults
}

// retried is a fault that a reading recovers from, after a failure of that kind.
func retried(id string, kind farm.FailureKind, faults []world.Fault) row {
	return row{id: id, faults: faults, run: func(s *scene) { s.recovers(s.read(wfe01), wfe01, kind, nil) }}
}

// asked is a fault that ends a reading in a failure for people.
func asked(id string, kind farm.FailureKind, faults []world.Fault, words ...string) row {
	return row{id: id, faults: faults, run: func(s *scene) { s.asks(s.read(wfe01), wfe01, kind, words...) }}
}

// askedOfScript is asked for a reading that sends a script.
func askedOfScript(id string, kind farm.FailureKind, faults []world.Fault, words ...string) row {
	return row{id: id, faults: faults, run: func(s *scene) { s.asks(s.readBoot(wfe01), wfe01, kind, words...) }}
}

// ofWinRM are the faults of WinRM's own messages (wire.md 1.5).
func ofWinRM() []row {
	return []row{
		retried("winrm-reset", farm.FailureInterrupted, winrm("Receive", "reset")),
		retried("winrm-reset-before", farm.FailureUnreachable, winrm("Create", "reset")),
		{id: "winrm-lost-reply", faults: winrm("Command", "lost-reply"), run: func(s *scene) {
			s.recovers(s.stopWeb(), wfe01, farm.FailureInterrupted, nil)
			s.times(1, wfe01, "service-stopped", "W3SVC")
		}},
		{id: "winrm-frozen", faults: winrm("Receive", "freeze"), run: func(s *scene) { s.outlasts(s.read(wfe01), nil) }},
		{id: "winrm-slow", faults: []world.Fault{{Host: wfe01, Step: "winrm Create", Kind: "slow", Delay: 5 * time.Minute}}, run: func(s *scene) {
			s.recovers(s.read(wfe01), wfe01, "", nil)
		}},
		retried("winrm-503", farm.FailureUnreachable, coded(503, winrm("Create", "http"))),
		{id: "winrm-401", faults: always(winrm("Logon", "refuse")), run: func(s *scene) {
			s.asks(s.read(wfe01), wfe01, farm.FailureAuth, `CONTOSO\sp-setup`, "not locked")
			s.times(1, wfe01, "auth-failed", "") // a second try counts towards a lockout
		}},
		retried("winrm-401-midway", "", coded(401, winrm("Command", "http"))),
		asked("winrm-clear-text", farm.FailureConfig, always(coded(500, winrm("Create", "http"))), "winrm"),
		retried("winrm-shells", farm.FailureQuota, coded(2150859173, winrm("Create", "soap"))),
		retried("winrm-operations", farm.FailureQuota, coded(2150859174, winrm("Command", "soap"))),
		retried("winrm-shell-gone", farm.FailureInterrupted, winrm("Receive", "shell-gone")),
		retried("winrm-service-stops", farm.FailureRebooting, coded(995, winrm("Receive", "soap"))),
		retried("winrm-shutdown", farm.FailureRebooting, coded(1115, winrm("Create", "soap"))),
		retried("winrm-profile-unloads", farm.FailureRebooting, coded(2147943418, winrm("Command", "soap"))),
		asked("winrm-denied", farm.FailureDenied, coded(5, winrm("Create", "soap")), "Administrators"),
		asked("winrm-envelope", farm.FailureTooBig, coded(2150858805, winrm("Command", "soap")), "MaxEnvelopeSizekb"),
		askedOfScript("winrm-413", farm.FailureTooBig, coded(413, winrm("Send", "http")), "MaxEnvelopeSizekb"),
		asked("winrm-schema", farm.FailureCommand, coded(2150858817, winrm("Create", "soap")), "winrm helpmsg"),
		retried("winrm-truncated", farm.FailureInterrupted, winrm("Receive", "truncate")),
		retried("winrm-garbage", farm.FailureBadOutput, winrm("Receive", "garbage")),
		{id: "winrm-signal", faults: append(winrm("Receive", "freeze"), winrm("Signal", "reset")...), run: func(s *scene) {
			s.outlasts(s.read(wfe01), nil) // a command that ended needs no Signal
		}},
		{id: "winrm-delete", faults: winrm("Delete", "freeze"), run: func(s *scene) { s.recovers(s.read(wfe01), wfe01, "", nil) }},
		{id: "winrm-identify", faults: winrm("Identify", "reset"), run: func(s *scene) {
			_, end, failed := s.installs(s.install(wfe01, wss, "fh-identify"))
			require.True(s, farm.PackageExit(end.Exit).Class.Succeeded())
			require.Empty(s, failed, "a question that changes nothing is asked again at once")
			s.ends(unnoticed)
			s.once(wfe01, wss)
		}},
		{id: "winrm-reboot", faults: winrm("Command", "reboot"), run: func(s *scene) {
			s.recovers(s.stopWeb(), wfe01, farm.FailureInterrupted, nil)
			s.times(1, wfe01, "boot", "")
		}},
		{id: "winrm-power-loss", faults: winrm("Receive", "power-loss"), run: func(s *scene) {
			s.recovers(s.read(wfe01), wfe01, farm.FailureInterrupted, nil)
			s.times(1, wfe01, "boot", "")
		}},
	}
}
