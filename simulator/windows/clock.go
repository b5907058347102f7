package windows

import (
	"time"

	"farmhand/simulator/world"
)

// clock is the document of how far the server's clock is from the right time.
type clock struct{ Off time.Duration }

// Clock is what the server's own clock says, in UTC.
func Clock(tx *world.Tx, server string) time.Time {
	return time.Now().UTC().Add(clockOff(tx, server))
}

// MoveClock moves the server's clock by d, as a time service that corrects it does, and records it.
func MoveClock(tx *world.Tx, server string, d time.Duration) {
	tx.Put(key(server, "clock"), clock{clockOff(tx, server) + d})
	tx.Record(systemEvent(server, "clock", "", d.String()))
}

func clockOff(tx *world.Tx, server string) time.Duration {
	var c clock
	tx.Get(key(server, "clock"), &c)
	return c.Off
}

// toldBoot is when the server says that it was booted: Windows corrects the boot time with its clock, so that the time
// since then stays right.
func toldBoot(tx *world.Tx, server string) time.Time {
	return BootTime(tx, server).Add(clockOff(tx, server))
}

// moveClock is MoveClock for a fault.
func (m *Machine) moveClock(d time.Duration) {
	_ = m.world.Update(func(tx *world.Tx) error { // a closed world has no clocks
		MoveClock(tx, m.name, d)
		return nil
	})
}
