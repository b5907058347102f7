package sqlserver

import (
	"cmp"
	"context"
	"strings"
	"time"

	"farmhand/simulator/tds"
	"farmhand/simulator/world"
)

// The kinds of world.Fault that stop more than one statement.
const (
	// FaultDown stops the SQL Server's service for Fault.Delay, or for good: connections end, the port refuses.
	FaultDown = "down"
	// FaultFailover has the mirror become the principal in the middle of a backup.
	FaultFailover = "failover"
)

// kinds are the kinds of world.Fault that one connection acts out.
var kinds = map[string]tds.FaultKind{
	"reset": tds.Reset, "reset-after": tds.ResetAfter, "freeze": tds.Freeze, "slow": tds.Delay, "fail": tds.Fail,
	FaultDown: tds.Reset,
}

// Fault is a hook for tds.Options: it asks the world's faults about the steps "sql connect", "sql login" and "sql batch".
// A call is a batch here. Kinds: reset, reset-after, freeze, slow (Delay), down (Delay) and fail (error Code, with Text or
// what SQL Server says).
func (i *Instance) Fault(o tds.Operation) *tds.Fault {
	step := "sql " + strings.Replace(o.Kind, "rpc", "batch", 1)
	f, ok := i.world.Strike(i.name, step)
	if !ok {
		return nil
	}
	if f.Kind == FaultDown {
		i.Stop(f.Delay)
	}
	delay := i.world.After(f.Delay) - i.world.Now() // the pace makes it shorter, as everything that takes time
	return &tds.Fault{Kind: kinds[f.Kind], Delay: delay, Error: faultError(f, o)}
}

// faultError is the error of a fault of kind fail. Its text, when the twin file has none, and its severity are those of
// sys.messages.
func faultError(f world.Fault, o tds.Operation) *tds.Error {
	known := map[int]*tds.Error{
		1205:  sqlError(1205, 13, 51, "Transaction (Process ID 57) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction."),
		1222:  sqlError(1222, 16, 45, "Lock request time out period exceeded."),
		4060:  tds.CannotOpenDatabase(o.Database),
		9002:  sqlError(9002, 17, 2, "The transaction log for database '%s' is full.", cmp.Or(o.Database, "master")),
		17142: sqlError(17142, 14, 1, "SQL Server service has been paused. No new connections will be allowed."),
		18456: tds.LoginFailed(o.User),
		18486: sqlError(18486, 14, 1, "Login failed for user '%s' because the account is currently locked out.", o.User),
	}
	e, ok := known[f.Code]
	if !ok {
		e = sqlError(int32(f.Code), 16, 1, "")
	}
	e.Message = cmp.Or(f.Text, e.Message)
	return e
}

// outage is the document of when a stopped SQL Server is back, in the world's time; zero is never.
type outage struct{ Until time.Duration }

func outageKey(instance string) string { return prefix(instance) + "outage" }

// Stop stops the service for d in life, or for good where d is zero: connections end, and the port refuses.
func (i *Instance) Stop(d time.Duration) {
	o := outage{}
	if d > 0 {
		o.Until = i.world.Stretch(1).After(d) // a stretch is of backups
	}
	_ = i.world.Update(func(tx *world.Tx) error { // a closed world is stopped already
		tx.Put(outageKey(i.name), o)
		tx.Record(world.Event{Host: i.name, Protocol: world.ProtocolSystem, Event: "service-stopped", Text: "MSSQLSERVER"})
		return nil
	})
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.stop != nil {
		i.stop()
	}
}

// Serve lives the service's life: it calls serve while the service runs, whose ctx ends when it stops, and again when it
// is back. It returns when ctx ends or serve does by itself.
func (i *Instance) Serve(ctx context.Context, serve func(context.Context) error) error {
	for {
		var o outage
		var stopped bool
		i.world.View(func(tx *world.Tx) { stopped = tx.Get(outageKey(i.name), &o) })
		if stopped {
			if err := i.awaitStart(ctx, o); err != nil {
				return err
			}
		}
		life, cancel := context.WithCancel(ctx)
		i.mu.Lock()
		i.stop = cancel
		i.mu.Unlock()
		err := serve(life)
		over := life.Err() == nil || ctx.Err() != nil
		cancel()
		if over {
			return err
		}
	}
}

// awaitStart waits for the end of an outage and notes it.
func (i *Instance) awaitStart(ctx context.Context, o outage) error {
	if o.Until == 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-i.world.Done():
			return world.ErrClosed
		}
	}
	if err := i.world.WaitUntil(ctx, o.Until); err != nil {
		return err
	}
	return i.world.Update(func(tx *world.Tx) error {
		tx.Delete(outageKey(i.name))
		tx.Record(world.Event{Host: i.name, Protocol: world.ProtocolSystem, Event: "service-started", Text: "MSSQLSERVER"})
		return nil
	})
}

// Stopped reports whether an instance's service does not run.
func Stopped(w *world.World, instance string) (stopped bool) {
	w.View(func(tx *world.Tx) { stopped = tx.Get(outageKey(instance), new(outage)) })
	return stopped
}
