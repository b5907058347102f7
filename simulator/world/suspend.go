package world

// suspend ends a world whose files cannot be written any more, by a full disk for instance: going on, it would do things
// that nobody could learn of afterwards. It is as if the process had been killed: connections drop, and the next start
// goes on from what was written. The caller holds the lock.
func (w *World) suspend(err error) error {
	if w.failure == nil {
		w.failure = err
		go func() { _ = w.Close() }() // Close takes the lock; its error adds nothing to why
	}
	return err
}

// Failure is why the world was suspended although nobody asked for it: its log or its journal could not be written. It is
// nil while the world runs, and after a Close that was asked for.
func (w *World) Failure() error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.failure
}
