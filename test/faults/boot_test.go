package faults

import (
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/simulator/world"
)

func boot(kind string, delay time.Duration) []world.Fault {
	return []world.Fault{{Host: wfe01, Step: "boot", Kind: kind, Delay: delay}}
}

// restarts reboots a server and requires that it was told to once, and was up again after so many boots.
func restarts(id string, boots int, faults []world.Fault) row {
	return row{id: id, faults: faults, run: func(s *scene) {
		before := s.bootTime(wfe01)
		var after time.Time
		s.recovers(s.restart(wfe01, before), wfe01, "", &after)
		require.True(s, after.After(before))
		require.Equal(s, after, s.bootTime(wfe01), "it is the boot that stays")
		s.times(1, wfe01, "command", "shutdown")
		s.times(boots, wfe01, "boot", "")
	}}
}

// ofBoots are the faults of a restart.
func ofBoots() []row {
	return []row{
		restarts("boot-slow", 1, boot("slow", time.Hour)),
		restarts("boot-reboot", 1, boot("reboot", 0)),
		restarts("boot-power-loss", 1, boot("power-loss", 0)),
		restarts("boot-unready", 1, boot("unready", 10*time.Minute)),
		restarts("boot-twice", 2, boot("twice", 4*time.Minute)),
		restarts("boot-refuses-logon", 1, coded(1, boot("refuse", 0))),
		{id: "boot-refuses-for-good", faults: always(winrm("Logon", "refuse")), run: func(s *scene) {
			s.asks(s.readBoot(wfe01), wfe01, farm.FailureAuth, "not locked")
		}},
		{id: "boot-loop", faults: always(boot("reboot", 0)), run: func(s *scene) {
			c := s.restart(wfe01, s.bootTime(wfe01))
			f := s.runsOut(c, time.Second) // the policy's hour
			require.Contains(s, f.Advice, "look whether the server")
			s.ends(intervention(f.Kind))
			s.times(1, wfe01, "command", "shutdown")
			s.times(0, wfe01, "boot", "")
		}},
		restarts("boot-clock", 1, boot("clock", 3*time.Hour)),
	}
}
