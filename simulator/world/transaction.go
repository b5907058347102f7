package world

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// View runs fn with the documents as they are; they cannot change meanwhile. fn must not call View or
// Update: it would wait for itself.
func (w *World) View(fn func(tx *Tx)) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	fn(w.tx())
}

// tx is a view; the caller holds the lock.
func (w *World) tx() *Tx { return &Tx{c: w.core, farm: w.farm, prefix: w.prefix(), loans: w.loans} }

// Update runs fn alone; what it put, deleted and recorded becomes one line of the log before Update
// returns. An error from fn, or from writing the log, drops all of it. An error from writing the journal
// does not: the journal is made again from the log at the next start. Either error of a file suspends the
// world (Failure). fn must not call View, Update, Point or Strike.
func (w *World) Update(fn func(tx *Tx) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.done:
		return ErrClosed
	default:
	}
	tx := w.tx()
	tx.put, tx.del, tx.write = map[string]json.RawMessage{}, map[string]bool{}, true
	if err := fn(tx); err != nil {
		return err
	}
	if len(tx.put) == 0 && len(tx.del) == 0 && len(tx.events) == 0 {
		return nil
	}
	r := record{World: w.clock.now(), Put: tx.put, Events: tx.events}
	for k := range tx.del {
		r.Del = append(r.Del, k)
	}
	slices.Sort(r.Del)
	now := time.Now().UTC()
	for i := range r.Events {
		r.Events[i].Seq, r.Events[i].Time = w.seq+int64(i)+1, now
	}
	if err := w.append(r); err != nil {
		return w.suspend(err)
	}
	w.apply(r)
	if len(r.Events) > 0 {
		close(w.watch)
		w.watch = make(chan struct{})
	}
	if err := w.writeJournal(r.Events); err != nil {
		return w.suspend(err)
	}
	return nil
}

// Record appends events without a change of state.
func (w *World) Record(events ...Event) {
	_ = w.Update(func(tx *Tx) error { // only a closed world or a full disk can refuse; a client then gets no reply either
		for _, e := range events {
			tx.Record(e)
		}
		return nil
	})
}

// Tx is one transaction or view, of the whole world or of one scope of it.
type Tx struct {
	c            *core
	farm, prefix string
	loans        []loan
	write        bool
	put          map[string]json.RawMessage
	del          map[string]bool
	events       []Event
}

// Get decodes the document under key into v and reports whether there is one. It panics when the document
// is not of v's type: that is a defect of the simulator.
func (tx *Tx) Get(key string, v any) bool {
	key = tx.prefixOf(key) + key
	raw, ok := tx.put[key]
	if !ok {
		if tx.del[key] {
			return false
		}
		if raw, ok = tx.c.docs[key]; !ok {
			return false
		}
	}
	if err := json.Unmarshal(raw, v); err != nil {
		panic(fmt.Sprintf("simulator document %s: %v", key, err))
	}
	return true
}

// Revision is a number that changes whenever a document of the scope, or one of no scope, does: what follows from
// documents alone need not be worked out again while it stays. It does not outlive this simulator.
func (tx *Tx) Revision() int64 {
	n := tx.c.revisions[""]
	if tx.prefix != "" {
		n += tx.c.revisions[tx.prefix]
	}
	return n
}

// Keys returns the keys that begin with prefix, sorted.
func (tx *Tx) Keys(prefix string) []string {
	var out []string
	scope := tx.prefixOf(prefix)
	prefix = scope + prefix
	for _, k := range tx.c.keys(prefix) {
		if !tx.del[k] {
			out = append(out, k[len(scope):])
		}
	}
	for k := range tx.put {
		if _, known := tx.c.docs[k]; !known && strings.HasPrefix(k, prefix) {
			out = append(out, k[len(scope):])
		}
	}
	slices.Sort(out)
	return out
}

// Put stores v under key.
func (tx *Tx) Put(key string, v any) {
	tx.mustWrite()
	key = tx.prefixOf(key) + key
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("simulator document %s: %v", key, err))
	}
	delete(tx.del, key)
	tx.put[key] = raw
}

// Delete removes the document under key, if there is one.
func (tx *Tx) Delete(key string) {
	tx.mustWrite()
	key = tx.prefixOf(key) + key
	delete(tx.put, key)
	if _, known := tx.c.docs[key]; known {
		tx.del[key] = true
	}
}

// Record adds an event to the transaction.
func (tx *Tx) Record(e Event) {
	tx.mustWrite()
	if tx.farm != "" {
		e.Farm = tx.farm
	}
	tx.events = append(tx.events, e)
}

func (tx *Tx) mustWrite() {
	if !tx.write {
		panic("simulator: write in a view")
	}
}
