package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrNoRoom says that the disk of the state directory is full, or nearly.
var ErrNoRoom = errors.New("too little room on the disk")

// room says how much of a disk a rehearsal leaves alone, in bytes. A Temporal server whose disk is full answers nothing and
// says nothing that an operator understands, so that the rehearsal ends in order before that.
type room struct {
	// first is wanted when it begins, least as long as it runs.
	first, least uint64
	// every is the pause between two looks.
	every time.Duration
	// free asks the operating system; tests have an answer of their own.
	free func(dir string) (uint64, error)
}

// usualRoom: the example's four servers need about 8 MB, each further server less than 2, and the Temporal server writes
// some MB ahead.
var usualRoom = room{first: 64 << 20, least: 16 << 20, every: time.Second, free: freeBytes}

// begin refuses to begin on a disk without room.
func (r room) begin(dir string) error { return r.check(dir, r.first) }

// watch looks until ctx ends, which is no error, or until there is too little room.
func (r room) watch(ctx context.Context, dir string) error {
	tick := time.NewTicker(r.every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
		if err := r.check(dir, r.least); err != nil {
			return err
		}
	}
}

// check compares; a disk that cannot be asked stops nobody.
func (r room) check(dir string, want uint64) error {
	free, err := r.free(dir)
	if err != nil || free >= want {
		return nil //nolint:nilerr // there are file systems that do not tell
	}
	return fmt.Errorf("%w: %s has %d MB left, a rehearsal wants %d MB to begin and %d MB to go on; nothing is lost: make room, then the same command goes on",
		ErrNoRoom, dir, free>>20, r.first>>20, r.least>>20)
}
