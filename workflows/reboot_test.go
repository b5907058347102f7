package workflows_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// requireHeldAfter: users were proven off on the server between a boot and the next phase.
func (w *world) requireHeldAfter(what, server string) {
	w.t.Helper()
	at := w.index(what)
	require.NotEqual(w.t, -1, at)
	require.Less(w.t, at, w.index("find APP01"))
	require.Contains(w.t, w.calls[at:w.index("find APP01")], "read W3SVC "+server)
}

// TestOneRebootPerServer, after its packages, however many of them ask.
func TestOneRebootPerServer(t *testing.T) {
	for name, ends := range map[string]map[string][]ending{
		"the first asks":  {"KB951695 WFE01": {exits(3010)}},
		"the second asks": {"KB951297 WFE01": {exits(17022)}},
		"both ask":        {"KB951695 WFE01": {exits(3010)}, "KB951297 WFE01": {exits(3010)}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.ends = ends
			w.approveEvery()
			s := w.completes()
			require.Equal(t, 1, w.count("reboot WFE01"))
			require.Greater(t, w.index("reboot WFE01"), w.index("install KB951297 WFE01"))
			require.Equal(t, 1, s.Server("WFE01").Reboots)
			require.Zero(t, s.Server("WFE02").Reboots)
			require.Empty(t, s.UsersOff.Violations, "W3SVC is manual and does not come back with the boot")
			w.requireHeldAfter("reboot WFE01", "WFE01")
		})
	}
}

// TestRebootByAnInstaller is waited for, and serves what an earlier package asked for.
func TestRebootByAnInstaller(t *testing.T) {
	for name, ends := range map[string]map[string][]ending{
		"first package":                     {"KB951695 WFE01": {exits(1641)}},
		"second, and the first asked":       {"KB951695 WFE01": {exits(3010)}, "KB951297 WFE01": {exits(1641)}},
		"first asked and the server booted": {"KB951695 WFE01": {func() ending { e := exits(3010); e.Rebooted = true; return e }()}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.ends = ends
			w.approveEvery()
			s := w.completes()
			require.Zero(t, w.count("reboot WFE01"))
			require.Equal(t, 1, w.count("await boot WFE01"))
			require.Equal(t, 1, s.Server("WFE01").Reboots)
			require.Equal(t, 1, w.count("install KB951695 WFE01"))
			w.requireHeldAfter("await boot WFE01", "WFE01")
		})
	}
}

// TestLateBootIsNotRepeated: the server came up after the operator was asked; a retry finds it booted.
func TestLateBootIsNotRepeated(t *testing.T) {
	w := newWorld(t)
	w.ends["KB951297 WFE01"] = []ending{exits(3010)}
	w.on["reboot WFE01"] = func(n int) error {
		if n > 1 {
			return nil
		}
		w.boot("WFE01")
		return fails(farm.FailureDenied, "WFE01", "it was told to boot, and then refused to answer")
	}
	w.approveEvery()
	w.answer("i-1", farm.ChoiceRetry)
	s := w.completes()
	require.Equal(t, 1, s.Server("WFE01").Reboots)
	require.Equal(t, w.boots["APP01"].Add(hour), w.boots["WFE01"], "one boot")
}

// TestUsersThatABootLetIn are put out again: something had set W3SVC to automatic.
func TestUsersThatABootLetIn(t *testing.T) {
	w := newWorld(t)
	w.ends["KB951297 WFE01"] = []ending{exits(3010)}
	w.on["reboot WFE01"] = func(int) error { w.manual["WFE01/W3SVC"] = false; return nil }
	w.approveEvery()
	s := w.completes()
	require.Len(t, s.UsersOff.Violations, 1)
	require.Contains(t, s.UsersOff.Violations[0], "WFE01: W3SVC was found running or not manual after a reboot")
	at := w.index("reboot WFE01")
	require.Contains(t, w.calls[at:], "stop W3SVC WFE01")
	require.Less(t, at+slices.Index(w.calls[at:], "stop W3SVC WFE01"), w.index("find APP01"))
}
