package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"sync"
	"time"
)

// Options say where a World lives and how fast its durations run.
type Options struct {
	// Dir holds the event log; empty keeps it in memory, for tests.
	Dir string
	// Journal is the file that gets one JSON object per event; empty writes none.
	Journal string
	// Pace divides every duration; zero means 1. Clocks stay wall clocks.
	Pace float64
	// Holds and Faults are the twin file's.
	Holds  []Hold
	Faults []Fault
}

// World is the state of everything simulated. It is safe for concurrent use.
type World struct {
	*core
	farm    string  // the scope's name, empty for the whole world
	stretch float64 // makes durations longer; zero means 1
	loans   []loan  // documents of other scopes
}

// core is what all scopes of one world share.
type core struct {
	mu    sync.RWMutex
	docs  map[string]json.RawMessage
	index map[string][]string // the sorted keys of each scope, so that a thousand farms cost each what one does
	// revisions counts the changes of each scope's documents since this simulator began.
	revisions map[string]int64
	seq       int64
	log       *os.File
	size      int64 // of the log's whole lines
	journal   *os.File
	events    []Event
	watch     chan struct{} // closed and replaced at each event

	clock   *clock
	holds   []Hold
	faults  []Fault
	done    chan struct{}
	once    sync.Once
	failure error // why it was suspended, when nobody asked for it
}

// ErrClosed is returned by Update after Close.
var ErrClosed = errors.New("the simulator is closed")

// Open reads the event log of a directory, or begins a new one; fresh reports that it began a new one.
// What a former simulator was doing goes on from its documents; holds it was killed in have passed.
func Open(o Options) (w *World, fresh bool, err error) {
	c := &core{
		docs: map[string]json.RawMessage{}, index: map[string][]string{}, revisions: map[string]int64{}, watch: make(chan struct{}), done: make(chan struct{}),
		holds: o.Holds, faults: o.Faults,
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.closeFiles())
		}
	}()
	var last time.Duration
	if o.Dir != "" {
		if err := os.MkdirAll(o.Dir, 0o700); err != nil {
			return nil, false, fmt.Errorf("simulator state: %w", err)
		}
		if last, err = c.load(filepath.Join(o.Dir, "events.jsonl")); err != nil {
			return nil, false, err
		}
	}
	if o.Journal != "" {
		if err := c.project(o.Journal); err != nil {
			return nil, false, err
		}
	}
	fresh = len(c.docs) == 0
	if c.clock, err = newClock(o.Dir, last, o.Pace); err != nil {
		return nil, false, err
	}
	w = &World{core: c}
	if err := w.endHolds(); err != nil {
		c.clock.stop()
		return nil, false, err
	}
	return w, fresh, nil
}

// Scope returns the part of the world that belongs to one farm: its documents, its holds and faults. Two
// farms may have servers of the same name and share nothing but the log, the clock and the journal.
// Events recorded through a scope carry its name.
func (w *World) Scope(farm string) *World {
	return &World{core: w.core, farm: farm, stretch: w.stretch}
}

// Stretch returns the same world where everything takes factor times as long, for a part of it that is
// slower or faster than usual.
func (w *World) Stretch(factor float64) *World {
	return &World{core: w.core, farm: w.farm, stretch: factor, loans: w.loans}
}

func (w *World) prefix() string {
	if w.farm == "" {
		return ""
	}
	return farmPrefix + w.farm + "/"
}

const farmPrefix = "farm/"

// Close stops the clock and every wait. Documents on disk stay as they are: the world is suspended.
func (w *World) Close() error {
	var err error
	w.once.Do(func() {
		close(w.done)
		w.clock.stop()
		w.mu.Lock()
		defer w.mu.Unlock()
		err = w.closeFiles()
	})
	return err
}

func (c *core) closeFiles() error {
	var errs []error
	for _, f := range []*os.File{c.log, c.journal} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}

// Done is closed when the World is.
func (w *World) Done() <-chan struct{} { return w.done }

// Events returns the events with a sequence number above after, and a channel that closes at the next one.
func (w *World) Events(after int64) ([]Event, <-chan struct{}) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	i := sort.Search(len(w.events), func(i int) bool { return w.events[i].Seq > after })
	return slices.Clone(w.events[i:]), w.watch
}
