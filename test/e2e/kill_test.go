//go:build e2e

package e2e_test

import (
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/test/journal"
)

// kill9 kills the children of a rehearsal whose command line holds a text.
func kill9(t *testing.T, p *process, holds string) {
	t.Helper()
	pids := children(t, p.cmd.Process.Pid, holds)
	require.NotEmpty(t, pids, holds)
	for _, pid := range pids {
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	}
}

// completed checks a rehearsal's end: its result, and every rule on the journal.
func (s *stage) completed(p *process) {
	s.t.Helper()
	require.Zero(s.t, p.wait(), p.err.String())
	require.Equal(s.t, farm.OutcomeCompleted, p.result().Outcome)
	require.Empty(s.t, contoso.Violations(s.events()))
}

func TestWorkerKilledInInstallerAndWizard(t *testing.T) {
	t.Parallel()
	s := newStage(t, `
holds:
  - {host: WFE01, step: package KB951695, for: 3s}
  - {host: APP02, step: wizard, for: 3s}
`)
	p := s.rehearse("all")
	s.awaitHeld(p, "WFE01", "package KB951695")
	kill9(t, p, "bin/worker")
	s.awaitHeld(p, "APP02", "wizard")
	kill9(t, p, "bin/worker")
	s.completed(p)
}

func TestEachProcessKilledInTheWizard(t *testing.T) {
	t.Parallel()
	s := newStage(t, "holds: [{host: APP01, step: wizard, for: 3s}]")
	p := s.rehearse("all")
	s.awaitHeld(p, "APP01", "wizard")
	kill9(t, p, "bin/devserver")
	kill9(t, p, "simulate")
	s.completed(p)
}

func TestEverythingKilledAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, `
holds:
  - {host: WFE01, step: package KB951695}
  - {host: APP01, step: wizard}
`)
	p := s.rehearse("all")
	s.awaitHeld(p, "WFE01", "package KB951695")
	p.killAll()
	p = s.rehearse("all")
	s.awaitHeld(p, "APP01", "wizard")
	p.killAll()
	s.completed(s.rehearse("all"))
}

func TestOperatorKilledAlone(t *testing.T) {
	t.Parallel()
	s := newStage(t, "holds: [{host: APP01, step: package KB951297}]")
	p := s.rehearse("all")
	s.awaitHeld(p, "APP01", "package KB951297")
	p.kill() // the children see their standard input end, and the next rehearsal waits for them
	s.completed(s.rehearse("all"))
}

func TestASecondRehearsalInTheSameDirectoryIsRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t, "holds: [{host: APP01, step: package KB951695}]")
	p := s.rehearse("all")
	s.awaitHeld(p, "APP01", "package KB951695")
	second := s.rehearse("all")
	require.Equal(t, 1, second.wait())
	require.Contains(t, second.err.String(), "another rehearsal runs")
	p.interrupt()
	require.Equal(t, 6, p.wait(), p.err.String())
	require.Empty(t, journal.Find(s.events(), "", "damage", ""))
}
