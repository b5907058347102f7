package faults

import (
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/world"
	"farmhand/test/journal"
)

func ofJob(step, kind string) []world.Fault {
	return []world.Fault{{Host: wfe01, Step: step, Kind: kind}}
}

// jobEnds is a fault that takes a server down under a package: the job is gone, and nothing starts it again by itself. A
// person's retry is another job, and ends well.
func jobEnds(id, kind string) row {
	return row{id: id, faults: ofJob("package "+wss, kind), twin: unhurried, run: func(s *scene) {
		_, end, failed := s.installs(s.install(wfe01, wss, "fh-try-1"))
		require.True(s, end.Gone)
		require.True(s, end.Rebooted)
		require.NotEmpty(s, failed)
		started, succeeded := s.runs(wfe01, wss)
		require.Equal(s, 1, started)
		require.Zero(s, succeeded)
		s.ends(intervention(farm.FailureJobGone))
		_, end, _ = s.installs(s.install(wfe01, wss, "fh-try-2"))
		require.False(s, end.Gone)
		_, succeeded = s.runs(wfe01, wss)
		require.Equal(s, 1, succeeded)
	}}
}

// unhurried makes a restart long enough to be noticed, as every real one is.
func unhurried(t *simulator.Twin) { t.Durations.Reboot = 20 * time.Minute }

// stops is a fault of a package or a wizard that ends in one intervention of the farm's update, where it is given up.
func stops(id string, faults []world.Fault, host string, kind farm.FailureKind, words ...string) row {
	return row{id: id, faults: faults, run: func(s *scene) { s.says(s.aborts(), host, kind, words...) }}
}

// ofJobs are the faults of what runs detached: packages and the wizard.
func ofJobs() []row {
	return []row{
		jobEnds("job-reboot", "reboot"),
		jobEnds("job-power-loss", "power-loss"),
		{id: "reboot-between-jobs", faults: []world.Fault{{Host: wfe01, Step: "command schtasks /run", Kind: "reboot", Skip: 1}}, run: func(s *scene) {
			_, end, failed := s.installs(s.install(wfe01, wss, "fh-first"))
			require.Empty(s, failed)
			require.False(s, end.Gone)
			_, end, failed = s.installs(s.install(wfe01, office, "fh-second"))
			require.NotEmpty(s, failed)
			require.False(s, end.Gone)
			s.ends(recovered)
			s.once(wfe01, wss)
			s.once(wfe01, office)
		}},
		{id: "job-clock", faults: []world.Fault{
			{Host: wfe01, Step: "package " + wss, Kind: "slow", Delay: 2 * time.Hour},
			{Host: wfe01, Step: "after schtasks /run", Kind: "clock", Delay: -2 * time.Hour},
		}, run: func(s *scene) {
			_, end, failed := s.installs(s.install(wfe01, wss, "fh-clock"))
			require.Empty(s, failed)
			require.False(s, end.Gone, "a clock that was corrected is no restart")
			s.ends(unnoticed)
			s.once(wfe01, wss)
		}},
		stops("job-exit", coded(1603, ofJob("package "+wss, "exit")), wfe01, farm.FailurePackage, wss, "1603"),
		stops("job-disk-full", ofJob("package "+wss, "disk-full"), wfe01, farm.FailureEnvironment, wss),
		{id: "wizard-reboot", faults: []world.Fault{{Host: app01, Step: "wizard", Kind: "reboot"}}, twin: unhurried, run: func(s *scene) {
			end := s.wizard("fh-wizard")
			require.True(s, end.Gone)
			require.True(s, end.Rebooted)
			s.ends(intervention(farm.FailureWizard))
			started, succeeded := s.runs(app01, journal.Wizard)
			require.Equal(s, 1, started, "nothing starts it again without a decision")
			require.Zero(s, succeeded)
		}},
	}
}
