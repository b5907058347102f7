package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"farmhand/config"
	"farmhand/internal/farm"
)

// leftovers is how long the processes of a killed rehearsal may take to end.
const leftovers = time.Minute

// Options say what is rehearsed, where, and with which programs.
type Options struct {
	// Dir keeps everything: histories, the simulated world, logs, addresses. It is made when missing.
	Dir     string
	Rollout farm.Rollout
	Release farm.Release
	// Pace divides the durations of the twin; Twin and Journal are files, empty for none.
	Pace    float64
	Twin    string
	Journal string
	// Devserver, Worker and Starter are the programs.
	Devserver, Worker, Starter string
	// Settings are the operator's: receivers of notifications and log level go to the workers.
	Settings config.Settings
}

// Input is what a rehearsal runs: the rollout pointed at the twin, and its release. The simulator reads it from a file.
type Input struct {
	Rollout farm.Rollout `json:"rollout"`
	Release farm.Release `json:"release"`
}

// Rehearsal is a prepared state directory.
type Rehearsal struct {
	opts   Options
	room   room
	place  place
	input  Input
	parent *Lock // against a second rehearsal
	alive  *Lock // shared with the processes: against those of an earlier one
}

// Open prepares the directory. ErrLocked says that another rehearsal runs in it, ErrNoPlace that the machine has no free
// addresses or ports, ErrNoRoom that the disk has too little room.
func Open(ctx context.Context, o Options) (*Rehearsal, error) {
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("state directory: %w", err)
	}
	r := &Rehearsal{opts: o, room: usualRoom}
	var err error
	if r.opts.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	if err := r.room.begin(r.opts.Dir); err != nil {
		return nil, err
	}
	if r.parent, err = Acquire(ctx, r.file("rehearsal.lock"), 0); err != nil {
		return nil, fmt.Errorf("another rehearsal runs in %s: %w", o.Dir, err)
	}
	if err := r.prepare(ctx); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (r *Rehearsal) prepare(ctx context.Context) (err error) {
	if r.alive, err = Acquire(ctx, r.file("processes.lock"), leftovers); err != nil {
		return fmt.Errorf("processes of an earlier rehearsal do not end: %w", err)
	}
	ports := endpointPorts(r.opts.Rollout)
	if r.place, err = readPlace(r.opts.Dir); errors.Is(err, fs.ErrNotExist) {
		err = r.place.findNetwork(ctx, len(ports), func(i int) int { return ports[i] })
	}
	if err != nil {
		return err
	}
	if err := r.place.findPorts(ctx); err != nil {
		return err
	}
	r.input = Input{Rollout: rewrite(r.opts.Rollout, r.place), Release: r.opts.Release}
	// The place is written last: what a kill leaves behind before that is found anew.
	return errors.Join(writeJSON(r.file(inputFile), r.input), writeJSON(r.file(placeFile), r.place))
}

// Close lets go of the directory.
func (r *Rehearsal) Close() {
	if r.alive != nil {
		r.alive.leave() // a process that outlives us keeps the directory
	}
	if r.parent != nil {
		r.parent.Release()
	}
}

// Input is what runs.
func (r *Rehearsal) Input() Input { return r.input }

// Address is where the Temporal server answers, as host:port.
func (r *Rehearsal) Address() string { return r.place.temporal() }

// UI is the address of the Temporal server's web page.
func (r *Rehearsal) UI() string { return r.place.ui() }

func (r *Rehearsal) file(name ...string) string {
	return filepath.Join(append([]string{r.opts.Dir}, name...)...)
}
