package world

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// tick is how often the clock notes on disk that the world still runs; a kill loses at most this much.
const tick = 100 * time.Millisecond

// clock counts the time the world has run. It stands still while no simulator runs, so that whatever was
// under way keeps its remaining duration.
type clock struct {
	base  time.Duration
	start time.Time
	pace  float64
	file  *os.File
	quit  chan struct{}
	wg    sync.WaitGroup
}

func newClock(dir string, last time.Duration, pace float64) (*clock, error) {
	if pace <= 0 {
		pace = 1
	}
	c := &clock{base: last, start: time.Now(), pace: pace, quit: make(chan struct{})}
	if dir == "" {
		return c, nil
	}
	path := filepath.Join(dir, "clock")
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("simulator clock: %w", err)
	}
	if len(b) == 8 {
		c.base = max(c.base, time.Duration(binary.LittleEndian.Uint64(b)))
	}
	if c.file, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600); err != nil {
		return nil, fmt.Errorf("simulator clock: %w", err)
	}
	c.wg.Go(c.run)
	return c, nil
}

func (c *clock) run() {
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		select {
		case <-c.quit:
			c.note() // suspended on purpose: nothing is lost
			return
		case <-t.C:
			c.note()
		}
	}
}

func (c *clock) note() {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], uint64(c.now()))
	_, _ = c.file.WriteAt(b[:], 0) // a missed note costs a tenth of a second of simulated work
}

func (c *clock) now() time.Duration { return c.base + time.Since(c.start) }

func (c *clock) stop() {
	close(c.quit)
	c.wg.Wait()
	if c.file != nil {
		_ = c.file.Close()
	}
}

// Now is how long the world has run, in its own time. Deadlines stored in documents are in this time.
func (w *World) Now() time.Duration { return w.clock.now() }

// After returns the moment, in the world's time, at which something that takes d in life ends; the pace
// makes it earlier.
func (w *World) After(d time.Duration) time.Duration {
	return w.clock.now() + time.Duration(float64(d)*cmp.Or(w.stretch, 1)/w.clock.pace)
}

// WaitUntil waits for a moment in the world's time. It returns early with an error when ctx ends or the
// World closes.
func (w *World) WaitUntil(ctx context.Context, at time.Duration) error {
	t := time.NewTimer(at - w.clock.now())
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-w.done:
		return ErrClosed
	}
}

// Wait is WaitUntil for something that takes d in life, from now.
func (w *World) Wait(ctx context.Context, d time.Duration) error { return w.WaitUntil(ctx, w.After(d)) }
