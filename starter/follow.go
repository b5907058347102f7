package main

import (
	"context"
	"errors"
	"time"
)

const (
	// lookEvery is the pause between two looks at a rollout. Many farms are looked at less often: looking may take no
	// more than a fifth of the time.
	lookEvery = 400 * time.Millisecond
	lookShare = 4
)

// follower looks at a subject again and again.
type follower struct {
	desk    *desk
	subject subject
	now     func() time.Time
	// patient says to go on when nobody answers: a rehearsal starts its worker again, and people start theirs.
	patient bool
	// trouble is told of each look that failed, when patient.
	trouble func(error)
}

// follow calls see with each look until it is done, and returns the last look. An error of see or of ctx ends it, too;
// so does a look that fails, unless the follower is patient.
func (f follower) follow(ctx context.Context, see func(snapshot) (done bool, err error)) (snapshot, error) {
	var last snapshot
	for {
		began := time.Now()
		snap, err := f.desk.look(ctx, f.subject, last, f.now())
		took := time.Since(began)
		switch {
		case ctx.Err() != nil:
			return last, context.Cause(ctx)
		case err == nil:
			last = snap
			if done, err := see(snap); done || err != nil {
				return snap, err
			}
		case !f.patient && !errors.Is(err, errNoWorker):
			return last, err
		case f.trouble != nil:
			f.trouble(err)
		}
		select {
		case <-time.After(max(lookEvery, lookShare*took)):
		case <-ctx.Done():
			return last, context.Cause(ctx)
		}
	}
}
