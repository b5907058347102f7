package world

import (
	"strconv"
	"time"
)

// Fault makes a named step go wrong.
type Fault struct {
	// Farm limits the fault to one farm of a simulator that holds several; empty means any.
	Farm string `yaml:"farm" json:"farm,omitempty"`
	Host string `yaml:"host" json:"host"`
	Step string `yaml:"step" json:"step"`
	// Kind says how, such as exit, reboot, fail, reset, freeze, slow, http, soap, disk-full or power-loss;
	// simulator.Steps lists them by step.
	Kind string `yaml:"kind" json:"kind"`
	// Code is the exit code, HTTP status or fault code of the kinds that have one.
	Code int `yaml:"code" json:"code"`
	// Times is how often the fault strikes; zero means once, -1 always.
	Times int `yaml:"times" json:"times"`
	// Skip lets the first n arrivals pass.
	Skip  int           `yaml:"skip" json:"skip"`
	Delay time.Duration `yaml:"delay" json:"delay"`
	Text  string        `yaml:"text" json:"text"`
}

// Strike returns the fault that hits this arrival at a step, if one does, counts the arrival, and records "struck". Of
// several faults at one step the first that is not used up strikes.
func (w *World) Strike(host, step string) (Fault, bool) {
	for i, f := range w.faults {
		if !w.meets(f.Farm, f.Host, f.Step, host, step) {
			continue
		}
		hit := false
		_ = w.Update(func(tx *Tx) error { // a closed world strikes nobody
			var n int
			tx.Get(faultKey(i), &n)
			hit = n >= f.Skip && (f.Times < 0 || n < f.Skip+max(1, f.Times))
			if hit {
				tx.Record(Event{Host: host, Protocol: ProtocolSystem, Event: "struck", Text: step + ": " + f.Kind})
			}
			if n < f.Skip+max(1, f.Times) { // an exhausted fault needs no count
				tx.Put(faultKey(i), n+1)
			}
			return nil
		})
		if hit {
			return f, true
		}
	}
	return Fault{}, false
}

// faultKey counts the arrivals at the i-th fault of the twin file.
func faultKey(i int) string { return "fault/" + strconv.Itoa(i) }
