package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/workflows"
)

// atOnce is how many farms are asked side by side.
const atOnce = 8

// subject is what a command is about: a rollout with its farms, or one farm.
type subject struct {
	// name of the rollout or farm.
	name    string
	rollout bool
	// whole asks every farm that ever began, as a report needs it; else a large rollout's own word on ended farms is enough.
	whole bool
}

// The prefixes of workflow ids, which people may type too.
var (
	rolloutPrefix = workflows.RolloutID("")
	farmPrefix    = workflows.FarmUpdateID("")
)

// find tells what a name means: a workflow id, a rollout, else a farm.
func (d *desk) find(ctx context.Context, name string) (subject, error) {
	if farmName, ok := strings.CutPrefix(name, farmPrefix); ok {
		return subject{name: farmName}, nil
	}
	plain := strings.TrimPrefix(name, rolloutPrefix)
	_, err := d.describe(ctx, workflows.RolloutID(plain))
	if err == nil {
		return subject{name: plain, rollout: true}, nil
	}
	if !errors.Is(err, errUnknown) || plain != name {
		return subject{}, err
	}
	if _, err := d.describe(ctx, workflows.FarmUpdateID(name)); err != nil {
		return subject{}, fmt.Errorf("%q is neither a rollout nor a farm: %w", name, err)
	}
	return subject{name: name}, nil
}

// snapshot is one look at a subject.
type snapshot struct {
	subject subject
	rollout farm.RolloutStatus // of a rollout
	farms   []farm.Status
	// failed says that the workflow ended without an outcome: terminated, or a defect.
	failed bool
	at     time.Time
	sites  attendance
}

// look asks for everything that is shown. before is the last look: farms that had ended are not asked again.
func (d *desk) look(ctx context.Context, s subject, before snapshot, now time.Time) (snapshot, error) {
	snap := snapshot{subject: s, at: now}
	if !s.rollout {
		st, err := d.farmStatus(ctx, s.name, "")
		if err != nil {
			return before, err
		}
		snap.farms = []farm.Status{st}
		if st.Outcome == "" {
			run, err := d.describe(ctx, workflows.FarmUpdateID(s.name))
			snap.failed = err == nil && run.Failed
		}
		snap.sites = d.attend(ctx, before.sites, []view.Farm{view.FromStatus(st, now)}, now)
		return snap, nil
	}
	if err := d.query(ctx, workflows.RolloutID(s.name), "", &snap.rollout); err != nil {
		return before, err
	}
	if snap.rollout.Outcome == "" {
		run, err := d.describe(ctx, workflows.RolloutID(s.name))
		snap.failed = err == nil && run.Failed
	}
	found := make([]*farm.Status, len(snap.rollout.Farms))
	err := sideBySide(ctx, len(found), func(ctx context.Context, i int) error {
		name := snap.rollout.Farms[i].Farm
		if !s.asks(snap.rollout, snap.rollout.Farms[i]) {
			return nil
		}
		if old := before.ended(name); old != nil {
			found[i] = old
			return nil
		}
		st, err := d.farmStatus(ctx, name, s.name)
		if errors.Is(err, errUnknown) {
			return nil // its child has not been started yet, or never was
		}
		found[i] = &st
		return err
	})
	if err != nil {
		return before, err
	}
	for _, st := range found {
		if st != nil {
			snap.farms = append(snap.farms, *st)
		}
	}
	snap.sites = d.attend(ctx, before.sites, view.FromRollout(snap.rollout, snap.farms, now).Farms, now)
	return snap, nil
}

// fewFarms is how many farms are all asked whenever somebody looks.
const fewFarms = 20

// asks reports whether a farm has something to tell beyond its rollout's own word.
func (s subject) asks(r farm.RolloutStatus, h farm.FarmHandle) bool {
	switch {
	case h.State == farm.RunPending, h.Result != nil && h.Result.Outcome == farm.OutcomeNotStarted:
		return false
	case h.State == farm.RunDone:
		return s.whole || len(r.Farms) <= fewFarms
	}
	return true
}

// ended returns the status of a farm that will not change any more.
func (s snapshot) ended(name string) *farm.Status {
	for i := range s.farms {
		if s.farms[i].Farm == name && s.farms[i].Outcome != "" && !s.farms[i].Finished.IsZero() {
			return &s.farms[i]
		}
	}
	return nil
}

// screen is what is shown of it.
func (s snapshot) screen(now time.Time) view.Screenable {
	if s.subject.rollout {
		return view.FromRollout(s.rollout, s.farms, now).AtSites(s.sites.sites)
	}
	return view.FromStatus(s.farms[0], now).AtSites(s.sites.sites)
}

// code is the exit code that tells where the subject stands.
func (s snapshot) code() int {
	outcome := s.rollout.Outcome
	if !s.subject.rollout && len(s.farms) > 0 {
		outcome = s.farms[0].Outcome
	}
	switch {
	case outcome != "":
		return outcomeCode(outcome)
	case s.failed:
		return exitFailed
	}
	code := exitRunning
	for _, f := range s.asked() {
		switch f.State {
		case farm.RunOperator:
			return exitOperator
		case farm.RunGate:
			code = exitApproval
		default:
		}
	}
	return code
}

// over reports whether nothing will change any more.
func (s snapshot) over() bool {
	c := s.code()
	return c == exitDone || c == exitFailed || c == exitEnded
}

// sideBySide runs do for 0 to n-1, a few at once, and returns the first error, which ends the others' context.
func sideBySide(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i := range n {
		g.Go(func() error { return do(ctx, i) })
	}
	return g.Wait()
}
