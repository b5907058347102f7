package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

const (
	// columns and lines are what the screen of a folded fleet may take. A person sees it without scrolling far, whatever happens.
	columns, lines = 100, 45
	// looks is how often a screen that cannot be had just now is asked for again.
	looks = 20
)

// screens are looks at the rollout's screen at the moments that matter.
type screens struct {
	shown []string // the moments
	wrong []string
}

// note looks at the screen when something waits for people that has not been looked at before: the first gates of farms, each gate
// between waves, and the intervention.
func (s *screens) note(ctx context.Context, p *play, waiting []view.Waiting) {
	for _, w := range waiting {
		moment := "farms wait at the gate " + w.Question.ID
		switch {
		case w.Farm == farm.RolloutPrefix+p.fleet.name:
			moment = w.Question.Title
		case w.Question.Kind == farm.QuestionIntervention:
			moment = w.Farm + " needs an operator"
		}
		if !slices.Contains(s.shown, moment) {
			s.shown = append(s.shown, moment)
			s.show(ctx, p, moment)
			return
		}
	}
}

// show prints the screen as it is now.
func (s *screens) show(ctx context.Context, p *play, moment string) {
	out, bad, code := p.command(ctx, "status", p.fleet.name)
	for range looks { // a worker was killed, perhaps the one that answers
		if out != "" || !pause(ctx, time.Second) {
			break
		}
		out, bad, code = p.command(ctx, "status", p.fleet.name)
	}
	if out == "" {
		s.wrong = append(s.wrong, fmt.Sprintf("the screen when %s: code %d, %s", moment, code, bad))
		return
	}
	fmt.Fprintf(p.out, "\n--- %s ---\n%s", moment, out)
	s.wrong = append(s.wrong, readable(moment, out)...)
}

// readable says what keeps a screen from being read: too many lines, or lines that are too long.
func readable(moment, screen string) []string {
	var wrong []string
	all := strings.Split(strings.TrimRight(screen, "\n"), "\n")
	if len(all) > lines {
		wrong = append(wrong, fmt.Sprintf("the screen when %s has %d lines, want at most %d", moment, len(all), lines))
	}
	for _, line := range all {
		if n := utf8.RuneCountInString(line); n > columns {
			wrong = append(wrong, fmt.Sprintf("the screen when %s has a line of %d columns, want at most %d: %s", moment, n, columns, line))
		}
	}
	return wrong
}
