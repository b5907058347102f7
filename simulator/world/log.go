package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"time"
)

// record is one line of the event log: one transaction.
type record struct {
	World  time.Duration              `json:"world"`
	Events []Event                    `json:"events,omitempty"`
	Put    map[string]json.RawMessage `json:"put,omitempty"`
	Del    []string                   `json:"del,omitempty"`
}

// load replays the log file and leaves it open for appending. A last line that a kill cut short is cut off.
func (c *core) load(path string) (time.Duration, error) {
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, fmt.Errorf("simulator event log: %w", err)
	}
	good, last := 0, time.Duration(0)
	for good < len(data) {
		end := slices.Index(data[good:], '\n')
		if end < 0 {
			break
		}
		var r record
		if err := json.Unmarshal(data[good:good+end], &r); err != nil {
			return 0, fmt.Errorf("simulator event log %s: byte %d: %w", path, good, err)
		}
		c.apply(r)
		last = max(last, r.World)
		good += end + 1
	}
	if c.log, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600); err != nil {
		return 0, fmt.Errorf("simulator event log: %w", err)
	}
	c.size = int64(good)
	return last, c.rewind()
}

// rewind cuts off whatever follows the last whole line.
func (c *core) rewind() error {
	if err := c.log.Truncate(c.size); err != nil {
		return fmt.Errorf("simulator event log: %w", err)
	}
	if _, err := c.log.Seek(c.size, 0); err != nil {
		return fmt.Errorf("simulator event log: %w", err)
	}
	return nil
}

// append writes one line. A line that could not be written whole (a full disk) is taken back, so that the
// next one does not stick to its rest.
func (c *core) append(r record) error {
	if c.log == nil {
		return nil
	}
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("simulator event log: %w", err)
	}
	line = append(line, '\n')
	if _, err := c.log.Write(line); err != nil {
		return errors.Join(fmt.Errorf("simulator event log: %w", err), c.rewind())
	}
	c.size += int64(len(line))
	return nil
}

// apply makes a transaction true.
func (c *core) apply(r record) {
	for k, v := range r.Put {
		if _, known := c.docs[k]; !known {
			keys := c.index[scopeOf(k)]
			c.index[scopeOf(k)] = slices.Insert(keys, sort.SearchStrings(keys, k), k)
		}
		c.docs[k] = v
		c.revisions[scopeOf(k)]++
	}
	for _, k := range r.Del {
		if _, known := c.docs[k]; known {
			keys := c.index[scopeOf(k)]
			i := sort.SearchStrings(keys, k)
			c.index[scopeOf(k)] = slices.Delete(keys, i, i+1)
			delete(c.docs, k)
			c.revisions[scopeOf(k)]++
		}
	}
	c.events = append(c.events, r.Events...)
	if n := len(r.Events); n > 0 {
		c.seq = r.Events[n-1].Seq
	}
}

// scopeOf returns the prefix of the scope that a whole key belongs to, empty for what belongs to none.
func scopeOf(key string) string {
	if !strings.HasPrefix(key, farmPrefix) {
		return ""
	}
	name, _, ok := strings.Cut(key[len(farmPrefix):], "/")
	if !ok {
		return ""
	}
	return key[:len(farmPrefix)+len(name)+1]
}

// keys returns the whole keys that begin with prefix, in no particular order.
func (c *core) keys(prefix string) (out []string) {
	within := func(keys []string) {
		for i := sort.SearchStrings(keys, prefix); i < len(keys) && strings.HasPrefix(keys[i], prefix); i++ {
			out = append(out, keys[i])
		}
	}
	if scope := scopeOf(prefix); scope != "" {
		within(c.index[scope])
		return out
	}
	for _, keys := range c.index { // the whole world: nobody asks often
		within(keys)
	}
	return out
}

// project writes the journal anew from the events known.
func (c *core) project(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	c.journal = f
	return c.writeJournal(c.events)
}

func (c *core) writeJournal(events []Event) error {
	if c.journal == nil || len(events) == 0 {
		return nil
	}
	var b []byte
	for _, e := range events {
		line, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		b = append(append(b, line...), '\n')
	}
	if _, err := c.journal.Write(b); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}
