package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// event is what the runner reads of a line of the journal.
type event struct {
	Seq   int64     `json:"seq"`
	Time  time.Time `json:"time"`
	Host  string    `json:"host"`
	Event string    `json:"event"`
	Text  string    `json:"text"`
}

// follower reads the journal while it is written.
type follower struct {
	path string

	mu   sync.Mutex
	see  []func(event)
	rest []byte
	at   int64
	last int64 // the newest event's number: a simulator that starts again may write the file anew
}

// watch has see called for every event from now on, in order.
func (f *follower) watch(see func(event)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.see = append(f.see, see)
}

// lookEvery is how often the journal is read: well below the length of a hold, in which most kills fall.
const lookEvery = 4 * time.Millisecond

// follow reads until ctx ends.
func (f *follower) follow(ctx context.Context) error {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if err := f.read(); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return f.read()
		}
	}
}

func (f *follower) read() error {
	info, err := os.Stat(f.path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil // nothing has happened yet
	case err != nil:
		return err
	case info.Size() == f.at:
		return nil
	case info.Size() < f.at:
		f.at, f.rest = 0, nil // it was written anew
	}
	file, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Seek(f.at, io.SeekStart); err != nil {
		return err
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	f.at += int64(len(text))
	f.rest = append(f.rest, text...)
	for {
		line, rest, whole := bytes.Cut(f.rest, []byte("\n"))
		if !whole {
			return nil
		}
		f.rest = rest
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			return err
		}
		if e.Seq <= f.last {
			continue
		}
		f.last = e.Seq
		f.mu.Lock()
		see := f.see
		f.mu.Unlock()
		for _, fn := range see {
			fn(e)
		}
	}
}
