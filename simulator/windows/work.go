package windows

import (
	"errors"
	"strconv"
	"time"

	"farmhand/simulator/world"
)

// ErrKilled is what Work and Commit return once the process no longer exists: it was ended, its shell is
// gone, or its server went down. The program then returns; nothing it does counts any more.
var ErrKilled = errors.New("the process was ended")

// step is the progress of one piece of work, in its process's document. Its times are the world's, so that
// a suspended world keeps what remains.
type step struct {
	Half, End time.Duration
	Met       bool // the hold and fault of half way lie behind it
	Done      bool
}

// Work takes the time d, made shorter by the world's pace, as the named step. Half way it meets the step's
// hold and fault: FaultReboot and FaultPowerLoss take the server down (ErrKilled), FaultSlow makes it
// longer, FaultClock moves the clock, and any other fault is returned as a *FaultError, which ends the step: a program that retries
// calls Work again. The same name may be used for several pieces of work; they are told apart by their order.
func (p *Process) Work(name string, d time.Duration) error {
	id := p.occurrence("work", name)
	var s step
	err := p.change(func(_ *world.Tx, doc *process) error {
		var known bool
		if s, known = doc.Steps[id]; !known {
			now, end := p.Machine.world.Now(), p.Machine.world.After(d)
			s = step{Half: now + (end-now)/2, End: end}
			doc.setStep(id, s)
		}
		return nil
	})
	if err != nil || s.Done {
		return err
	}
	if !s.Met {
		if err := p.meet(name, id, &s); err != nil {
			return err
		}
	}
	if err := p.Machine.world.WaitUntil(p.ctx, s.End); err != nil {
		return ErrKilled
	}
	s.Done = true
	return p.change(func(_ *world.Tx, doc *process) error { doc.setStep(id, s); return nil })
}

// meet waits for half way, for the hold that names the step, and acts out its fault.
func (p *Process) meet(name, id string, s *step) error {
	w, m := p.Machine.world, p.Machine
	if w.WaitUntil(p.ctx, s.Half) != nil || w.Point(p.ctx, m.name, name) != nil {
		return ErrKilled
	}
	s.Met = true
	s.End = max(s.End, w.Now()+s.End-s.Half) // a hold stops the work, it does not shorten it
	f, struck := w.Strike(m.name, name)
	if struck {
		switch f.Kind {
		case FaultReboot:
			m.Reboot("fault at step " + name)
			return ErrKilled
		case FaultPowerLoss:
			m.PowerLoss()
			return ErrKilled
		case FaultSlow:
			s.End += w.After(f.Delay) - w.Now()
			struck = false
		case FaultClock:
			m.moveClock(f.Delay)
			struck = false
		default:
			s.Done = true
		}
	}
	if err := p.change(func(_ *world.Tx, doc *process) error { doc.setStep(id, *s); return nil }); err != nil {
		return err
	}
	if struck {
		return &FaultError{Step: name, Fault: f}
	}
	return nil
}

// Commit changes the world for this process exactly once: fn and the note that it ran are one transaction,
// and a process that goes on after a restart of the simulator skips it. It returns ErrKilled when the
// process is dead, so that nothing is installed by a process that a reboot ended, and fn's own error. The
// same name may be used several times; the calls are told apart by their order.
func (p *Process) Commit(name string, fn func(tx *world.Tx) error) error {
	id := p.occurrence("commit", name)
	return p.change(func(tx *world.Tx, doc *process) error {
		if doc.Steps[id].Done {
			return nil
		}
		if err := fn(tx); err != nil {
			return err
		}
		doc.setStep(id, step{Done: true})
		return nil
	})
}

// occurrence makes the key of a step that a program, run again from its beginning, comes to again.
func (p *Process) occurrence(kind, name string) string {
	if p.met == nil {
		p.met = map[string]int{}
	}
	id := kind + " " + name
	p.met[id]++
	return id + " #" + strconv.Itoa(p.met[id])
}

// change runs fn with the process's document and stores it. It returns ErrKilled when there is none.
func (p *Process) change(fn func(tx *world.Tx, doc *process) error) error {
	if p.ctx.Err() != nil {
		return ErrKilled
	}
	return p.Machine.world.Update(func(tx *world.Tx) error {
		doc, ok := getProcess(tx, p.Machine.name, p.PID)
		if !ok {
			return ErrKilled
		}
		if err := fn(tx, &doc); err != nil {
			return err
		}
		// fn may have ended this very process, as shutting the server down does.
		if _, ok := getProcess(tx, p.Machine.name, p.PID); ok {
			putProcess(tx, p.Machine.name, doc)
		}
		return nil
	})
}
