package tds

import (
	"context"
	"errors"
	"io"
	"time"
)

// Operation is something a client asks for, as a Fault hook sees it.
type Operation struct {
	Kind     string // "connect", "login", "batch" or "rpc"
	User     string
	Database string
	Text     string // the statement
}

// FaultKind says how an operation goes wrong.
type FaultKind int

const (
	// Reset drops the connection before anything is done.
	Reset FaultKind = iota + 1
	// ResetAfter does the work and drops the connection instead of replying.
	ResetAfter
	// Freeze does nothing and never replies; the connection stays until either side gives up.
	Freeze
	// Delay waits, then goes on.
	Delay
	// Fail answers with an error and does nothing.
	Fail
)

// Fault is what a Fault hook orders for one operation.
type Fault struct {
	Kind  FaultKind
	Delay time.Duration // for Delay, wall time
	Error *Error        // for Fail
}

// errDropped ends a connection by order of a fault.
var errDropped = errors.New("tds: connection dropped by a fault")

// strike asks the hook and carries out what comes before the work. It returns the fault when something is left to do after.
// A frozen server does not even notice an attention: only the end of the connection ends that wait.
func (c *conn) strike(ctx context.Context, o Operation) (*Fault, error) {
	if c.server.options.Fault == nil {
		return nil, nil
	}
	f := c.server.options.Fault(o)
	if f == nil {
		return nil, nil
	}
	switch f.Kind {
	case Reset:
		return nil, errDropped
	case Freeze:
		if o.Kind == "connect" || o.Kind == "login" {
			_, _ = io.Copy(io.Discard, c.raw) // nothing else reads yet; ends when either side closes
		} else {
			<-c.ctx.Done()
		}
		return nil, errDropped
	case Delay:
		t := time.NewTimer(f.Delay)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
		}
	}
	return f, nil
}
