package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

const (
	// lookEvery is the pause between two looks of people at what waits for them; looking may take a third of the time.
	lookEvery = time.Second
	// hands is how many people type at once.
	hands = 4
)

// attend is the script that stands for people: it asks `starter gates` what waits and types what they decide, until ctx ends. The error is
// a question that nobody in this fleet expects.
func (p *play) attend(ctx context.Context) error {
	said := &sayings{done: map[string]bool{}}
	for {
		began := time.Now()
		out, _, code := p.command(ctx, "gates", "-o", "json")
		var waits view.Inbox
		if code == 0 && json.Unmarshal([]byte(out), &waits) == nil { // else Temporal or a worker is starting
			if err := p.answerAll(ctx, waits.Waiting, said); err != nil {
				return err
			}
		}
		if !pause(ctx, max(lookEvery, 2*time.Since(began))) {
			return nil
		}
	}
}

// answerAll answers everything that waits, a few people at once.
func (p *play) answerAll(ctx context.Context, waiting []view.Waiting, said *sayings) error {
	if len(waiting) > 0 {
		p.screen.note(ctx, p, waiting)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(hands)
	for _, w := range waiting {
		g.Go(func() error { return p.answer(ctx, w, said) })
	}
	return g.Wait()
}

// answer has people say what they say to one question: two approve at a gate, the operator aborts the farm that cannot be updated.
func (p *play) answer(ctx context.Context, w view.Waiting, said *sayings) error {
	q := w.Question
	switch {
	case q.Kind == farm.QuestionGate:
		have := len(q.Approvals)
		for _, who := range q.Eligible {
			if have++; have > q.Quorum {
				return nil
			}
			p.say(ctx, said, w, who, "approve", w.Farm, q.ID)
		}
		return nil
	case w.Farm == p.fleet.fails && q.Failure != nil && q.Failure.Kind == farm.FailureAbort:
		p.say(ctx, said, w, operator, "decide", w.Farm, q.ID, string(farm.ChoiceLeaveStopped))
		return nil
	case w.Farm == p.fleet.fails && q.Failure != nil && q.Failure.Kind == farm.FailurePackage:
		p.say(ctx, said, w, operator, "decide", w.Farm, q.ID, string(farm.ChoiceAbort))
		return nil
	}
	return fmt.Errorf("%s asks what nobody expects: %s %s; everything about it: starter status %s --state %s", w.Farm, q.ID, q.Title, w.Farm, p.state())
}

// say types one decision, unless that person has said it already. What does not count is said again when the question is seen again.
func (p *play) say(ctx context.Context, said *sayings, w view.Waiting, who string, what ...string) {
	key := fmt.Sprint(w.Farm, w.Question.ID, w.Question.Evidence, who)
	if !said.first(key) {
		return
	}
	_, _, code := p.command(ctx, append(what, "--as", who, "--evidence", w.Question.Evidence, "--reason", "the script of the fleet's rehearsal")...)
	if code != 0 {
		said.forget(key)
	}
}

// sayings are the decisions that were typed and counted.
type sayings struct {
	mu   sync.Mutex
	done map[string]bool
}

func (s *sayings) first(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.done[key]
	s.done[key] = true
	return !was
}

func (s *sayings) forget(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.done, key)
}
