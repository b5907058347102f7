package winhost

import (
	"context"
	"errors"
	"time"

	"farmhand/scripts"
)

const (
	// bootTolerance is how far two readings of one boot may differ: Windows derives the boot time from its clock, which
	// is corrected now and then.
	bootTolerance = 2 * time.Second
	// exitShutdownInProgress is ERROR_SHUTDOWN_IN_PROGRESS: a reboot is under way already.
	exitShutdownInProgress = 1115
	// logonFlaps is how many refused logons a starting server is forgiven: before NETLOGON runs it refuses everybody.
	logonFlaps = 2
)

// SameBoot reports whether two readings of a boot time mean the same boot.
func SameBoot(a, b time.Time) bool { return a.Sub(b).Abs() <= bootTolerance }

// Booted is a reading of when a server had started.
type Booted struct {
	// At is when it started, by the server's clock, in UTC; zero where nobody asked.
	At time.Time
	// Read is when that was read, by the clock of this program; zero where nobody noted it.
	Read time.Time
}

// before reports whether the server has restarted since the reading, as another reading has it. Windows corrects its boot
// time with its clock, so a clock that was set right looks like a restart; but then the server has been up for longer
// than it is since the reading, and what is the difference of two of its own times is right whatever its clock says.
func (b Booted) before(boot, serverNow, now time.Time) bool {
	switch {
	case b.At.IsZero(), boot.IsZero(), SameBoot(b.At, boot):
		return false
	case b.Read.IsZero():
		return true
	}
	return serverNow.Sub(boot) <= now.Sub(b.Read)+bootTolerance // scripts print whole seconds
}

// BootTime returns when the server started and what its clock says now, both in UTC.
func (h *Host) BootTime(ctx context.Context) (boot, now time.Time, err error) {
	r, err := h.record(ctx, scripts.BootTime, nil, nil, "boot")
	if err != nil {
		return time.Time{}, time.Time{}, err
	}
	return h.bootRecord(scripts.BootTime, r)
}

// BootOf is BootTime for an answer of boot-time.ps1 that came with others.
func (h *Host) BootOf(records []scripts.Record) (boot, now time.Time, err error) {
	r, err := h.find(scripts.BootTime, records, "boot")
	if err != nil {
		return time.Time{}, time.Time{}, err
	}
	return h.bootRecord(scripts.BootTime, r)
}

func (h *Host) bootRecord(s scripts.Script, r scripts.Record) (boot, now time.Time, err error) {
	boot, bootErr := r.Time("time")
	now, nowErr := r.Time("now")
	if err := errors.Join(bootErr, nowErr); err != nil {
		return time.Time{}, time.Time{}, h.fail(s.Name, KindBadOutput, "%v", err)
	}
	return boot, now, nil
}

// Reboot tells the server to restart if it has not since bootBefore, and returns at once: WaitForBoot follows. It can be
// repeated after any error: a server that restarted, or is about to, is left alone.
func (h *Host) Reboot(ctx context.Context, bootBefore time.Time) error {
	boot, _, err := h.BootTime(ctx)
	switch {
	case IsKind(err, KindRebooting):
		return nil
	case err != nil:
		return err
	case !SameBoot(boot, bootBefore):
		return nil
	}
	r, err := h.Command(ctx, "shutdown /r /f /t 0")
	switch {
	case IsKind(err, KindRebooting):
		return nil
	case err != nil:
		return err
	case r.Exit == 0 || r.Exit == exitShutdownInProgress:
		return nil
	}
	return h.refusedCommand("shutdown", r)
}

// WaitForBoot waits until the server has started again since bootBefore and two readings agree, and returns the new boot
// time. heartbeat, which may be nil, is told what is going on. Only a logon that stays refused, settings that do not fit
// and the end of ctx are errors: everything else is what a restarting server looks like (WMI, for one, starts late).
func (h *Host) WaitForBoot(ctx context.Context, bootBefore time.Time, heartbeat func(detail string)) (time.Time, error) {
	started := time.Now()
	flaps := 0
	var last time.Time
	for {
		h.kept.drop() // a server that is up lets us log on, too
		boot, _, err := h.BootTime(ctx)
		delay, detail := pollDelay(time.Since(started)), ""
		switch {
		case err == nil && SameBoot(boot, bootBefore):
			last, detail = time.Time{}, "not restarted yet"
		case err == nil && !last.IsZero() && SameBoot(boot, last):
			return boot, nil
		case err == nil:
			last, detail, delay = boot, "started at "+boot.Format(time.RFC3339)+", reading once more", h.waits.settle
		case ctx.Err() != nil:
			return time.Time{}, err
		case IsKind(err, KindAuth) && flaps < logonFlaps:
			flaps++
			last, detail, delay = time.Time{}, "logon refused while it starts", h.waits.flap
		case IsKind(err, KindAuth), IsKind(err, KindConfig):
			return time.Time{}, err
		default:
			last, detail = time.Time{}, err.Error()
		}
		if heartbeat != nil {
			heartbeat(detail)
		}
		if err := h.sleep(ctx, "boot", delay); err != nil {
			return time.Time{}, err
		}
	}
}

const (
	shortestPoll = 100 * time.Millisecond
	longestPoll  = 10 * time.Second
)

// pollDelay is 1 % of the elapsed time: what is waited for is noticed at most that much late, and a long wait costs little.
func pollDelay(elapsed time.Duration) time.Duration {
	return max(shortestPoll, min(longestPoll, elapsed/100))
}

// sleep waits, or returns an error when ctx ends first.
func (h *Host) sleep(ctx context.Context, op string, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		err := h.fail(op, KindInterrupted, "the wait was stopped: %v", context.Cause(ctx))
		err.cause = ctx.Err()
		return err
	}
}
