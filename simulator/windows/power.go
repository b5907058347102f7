package windows

import (
	"context"
	"time"

	"farmhand/simulator/world"
)

// Reboot restarts the server now: every process dies without an exit code, WinRM refuses connections, and
// after Spec.BootDuration Windows is back with a new boot time and its automatic services. It does nothing
// on a server that is down already. It does not wait, and must not be called inside a transaction.
func (m *Machine) Reboot(reason string) { m.goDown(reason, true) }

// PowerLoss is Reboot without an orderly shutdown.
func (m *Machine) PowerLoss() { m.goDown("power loss", true) }

// goDown ends everything alive and notes that a boot follows, or that the server stays off.
func (m *Machine) goDown(reason string, restart bool) {
	err := m.world.Update(func(tx *world.Tx) error {
		b := getBoot(tx, m.name)
		if !b.Up {
			return nil
		}
		tx.Record(systemEvent(m.name, "shutdown", "", reason))
		for _, p := range processes(tx, m.name) {
			endProcess(tx, m.name, p, nil)
		}
		for _, s := range Services(tx, m.name) {
			s.State, s.PID = Stopped, 0
			PutService(tx, m.name, s)
		}
		b = boot{Since: b.Since}
		if restart {
			b.Half, b.Ready = m.bootTimes(tx)
		}
		tx.Put(key(m.name, "boot"), b)
		return nil
	})
	if err != nil {
		return // the world is closed: the server was suspended, not shut down
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.life != nil {
		m.life.cancel()
	}
}

// bootTimes returns when a boot that begins now is half done and done.
func (m *Machine) bootTimes(tx *world.Tx) (half, ready time.Duration) {
	now, ready := m.world.Now(), m.world.After(getSystem(tx, m.name).BootDuration)
	return now + (ready-now)/2, ready
}

// finishBoot waits for the end of the boot under way and starts Windows. Half way it meets the hold and
// the fault of the step "boot": FaultSlow makes it longer, FaultReboot and FaultPowerLoss begin it anew, FaultClock moves
// the clock, and the others leave trouble for the time after it.
func (m *Machine) finishBoot(ctx context.Context) error {
	var b boot
	m.world.View(func(tx *world.Tx) { b = getBoot(tx, m.name) })
	if b.Ready == 0 { // switched off: nobody will switch it on
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-m.world.Done():
			return world.ErrClosed
		}
	}
	if !b.Met {
		if err := m.world.WaitUntil(ctx, b.Half); err != nil {
			return err
		}
		if err := m.world.Point(ctx, m.name, "boot"); err != nil {
			return err
		}
		f, struck := m.world.Strike(m.name, "boot")
		return m.world.Update(func(tx *world.Tx) error {
			b.Met, b.Ready = true, max(b.Ready, m.world.Now()+b.Ready-b.Half)
			switch {
			case struck && f.Kind == FaultSlow:
				b.Ready += m.world.After(f.Delay) - m.world.Now()
			case struck && (f.Kind == FaultReboot || f.Kind == FaultPowerLoss):
				b.Met = false
				b.Half, b.Ready = m.bootTimes(tx)
			case struck && f.Kind == FaultClock:
				MoveClock(tx, m.name, f.Delay)
			case struck:
				b.aftermath = m.aftermath(f)
			}
			tx.Put(key(m.name, "boot"), b)
			return nil
		})
	}
	if err := m.world.WaitUntil(ctx, b.Ready); err != nil {
		return err
	}
	return m.world.Update(func(tx *world.Tx) error {
		if b.Again > 0 {
			b.Shutdown = &shutdown{At: m.world.Now() + b.Again, Restart: true, Reason: "second restart of an update"}
		}
		if b.Unready > 0 {
			b.Unready += m.world.Now()
		}
		startWindows(tx, m.name, b)
		return nil
	})
}

// betweenBoots lies at least between two boot times, in seconds that scripts print whole. Windows takes longer to start, so
// that clients may take what differs by less for one boot whose time was corrected; a paced boot must not look like none.
const betweenBoots = 3 * time.Second

// startWindows is the end of a boot: a new boot time, no pending reboot, the automatic services.
func startWindows(tx *world.Tx, server string, b boot) {
	now := time.Now().UTC().Truncate(time.Second)
	if earliest := b.Since.Add(betweenBoots); now.Before(earliest) {
		now = earliest
	}
	tx.Put(key(server, "boot"), boot{Up: true, Since: now, aftermath: b.aftermath, Shutdown: b.Shutdown})
	for _, k := range tx.Keys(key(server, "pending") + "/") {
		tx.Delete(k)
	}
	tx.Record(systemEvent(server, "boot", "", ""))
	for _, s := range Services(tx, server) {
		if s.Start == Automatic {
			StartService(tx, server, s.Name, "")
		}
	}
}

// awaitShutdown carries out the restart or shutdown that was asked for, when its time has come.
func (m *Machine) awaitShutdown(ctx context.Context) {
	var s *shutdown
	m.world.View(func(tx *world.Tx) { s = getBoot(tx, m.name).Shutdown })
	if s == nil || m.world.WaitUntil(ctx, s.At) != nil {
		return
	}
	var still *shutdown
	m.world.View(func(tx *world.Tx) { still = getBoot(tx, m.name).Shutdown })
	if still != nil && *still == *s { // not aborted, nor asked for anew, meanwhile
		m.goDown(s.Reason, s.Restart)
	}
}
