package world

import (
	"context"
	"strings"
	"time"
)

// Hold stops the world at a named step, so that a kill can land inside it. It ends when the simulator is
// started again, when Release is called, or after For. Each hold is met once.
type Hold struct {
	// Farm limits the hold to one farm of a simulator that holds several; empty means any.
	Farm string `yaml:"farm" json:"farm,omitempty"`
	Host string `yaml:"host" json:"host"`
	// Step is a name such as "package KB951695", "wizard", "backup PWA_Draft" or "boot".
	Step string `yaml:"step" json:"step"`
	// Skip lets the first n arrivals pass.
	Skip int `yaml:"skip" json:"skip"`
	// For limits the hold, in wall time; zero holds until the simulator is started again.
	For time.Duration `yaml:"for" json:"for"`
}

// met is the document of a hold that somebody has met.
type met struct {
	Event      // the one that released it
	Open  bool `json:"open"`
	// Passed counts the arrivals that Skip let pass.
	Passed int `json:"passed,omitempty"`
}

const holdPrefix = "hold/"

// holdKey is one spelling for whatever case the twin file and the callers use.
func holdKey(host, step string) string { return holdPrefix + strings.ToLower(host+"/"+step) }

// Point is called by the simulator at a named step. It returns at once unless a hold names the step.
// A hold records the event "held" so that whoever waits for it can see it.
func (w *World) Point(ctx context.Context, host, step string) error {
	h, ok := w.hold(host, step)
	if !ok {
		return nil
	}
	key := holdKey(host, step)
	stopped := false
	if err := w.Update(func(tx *Tx) error {
		var m met
		if tx.Get(key, &m); m.Passed > h.Skip {
			return nil
		}
		if m.Passed++; m.Passed <= h.Skip {
			tx.Put(key, m)
			return nil
		}
		stopped = true
		tx.Put(key, met{Open: true, Passed: m.Passed, Event: Event{Farm: w.farm, Host: host, Protocol: ProtocolSystem, Event: "released", Text: step}})
		tx.Record(Event{Host: host, Protocol: ProtocolSystem, Event: "held", Text: step})
		return nil
	}); err != nil || !stopped {
		return err
	}
	var limit <-chan time.Time
	if h.For > 0 {
		t := time.NewTimer(h.For)
		defer t.Stop()
		limit = t.C
	}
	for {
		var m met
		w.mu.RLock()
		changed := w.watch
		w.tx().Get(key, &m)
		w.mu.RUnlock()
		if !m.Open {
			return nil
		}
		select {
		case <-changed:
		case <-limit:
			w.Release(host, step)
		case <-ctx.Done():
			return ctx.Err()
		case <-w.done:
			return ErrClosed
		}
	}
}

// Release ends a hold that is being met.
func (w *World) Release(host, step string) {
	_ = w.Update(func(tx *Tx) error { // a closed world holds nothing
		tx.release(holdKey(host, step))
		return nil
	})
}

// endHolds lets every hold pass that a former simulator was killed in.
func (w *World) endHolds() error {
	return w.Update(func(tx *Tx) error {
		for _, k := range tx.Keys("") {
			if strings.HasPrefix(k, holdPrefix) || strings.HasPrefix(k, farmPrefix) && strings.Contains(k, "/"+holdPrefix) {
				tx.release(k)
			}
		}
		return nil
	})
}

func (tx *Tx) release(key string) {
	var m met
	if tx.Get(key, &m) && m.Open {
		m.Open = false
		tx.Put(key, m)
		tx.Record(m.Event)
	}
}

func (w *World) hold(host, step string) (Hold, bool) {
	for _, h := range w.holds {
		if w.meets(h.Farm, h.Host, h.Step, host, step) {
			return h, true
		}
	}
	return Hold{}, false
}

// meets compares what the twin file names with what is happening, as Windows compares names.
func (w *World) meets(farm, host, step, atHost, atStep string) bool {
	return (farm == "" || strings.EqualFold(farm, w.farm)) && strings.EqualFold(host, atHost) && strings.EqualFold(step, atStep)
}
