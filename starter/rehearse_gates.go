package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// prompter answers the questions of a rehearsal, or gets them answered.
type prompter struct {
	app     *app
	desk    *desk
	show    display
	approve string
	address string
	pace    float64
	// seen holds what was said or sent already.
	seen map[string]bool
}

// see shows a look at the rollout and does what --approve asks for. It is done when nothing will change any more, or
// only after a person has acted that this command cannot reach.
func (p *prompter) see(ctx context.Context, s snapshot) (bool, error) {
	now := p.app.now()
	if err := p.show.show(s, p.foot(s)); err != nil {
		return false, err
	}
	if s.over() {
		return true, nil
	}
	stuck, busy := false, false
	for _, st := range s.asked() {
		open := st.OpenQuestions()
		busy = busy || st.Outcome == "" && len(open) == 0
		for _, q := range open {
			waits, err := p.question(ctx, view.FromStatus(st, now), q)
			if err != nil {
				return false, err
			}
			stuck, busy = stuck || waits, busy || !waits
		}
	}
	// The others go on first: a farm that needs an operator does not hold them up.
	return stuck && !busy, nil
}

// question deals with one open question. It reports whether only somebody else can answer it.
func (p *prompter) question(ctx context.Context, f view.Farm, q farm.Question) (stuck bool, err error) {
	switch {
	case p.approve == approveNone:
		p.tell(f, q)
		return false, nil
	case p.approve == approveAll && q.Kind == farm.QuestionGate && len(q.Eligible()) >= q.Quorum:
		p.answerAll(ctx, f.Name, q, farm.ChoiceApprove)
		return false, nil
	case p.approve == approveAll && q.Kind == farm.QuestionTask && q.Revision == 1: // asked again, it was not done
		p.answerAll(ctx, f.Name, q, farm.ChoiceDone)
		return false, nil
	case p.app.keyboard():
		return false, p.ask(ctx, f, q)
	default:
		p.tell(f, q)
		return true, nil
	}
}

// answerAll answers a gate or a manual task with as many voices as it needs, each of a person who may, with the digest
// that is shown.
func (p *prompter) answerAll(ctx context.Context, farmName string, q farm.Question, choice farm.Choice) {
	have := len(q.Approvals)
	for _, who := range q.Eligible() {
		if have >= q.Quorum {
			break
		}
		d := farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: who, Choice: choice, Reason: "a rehearsal with --approve all"}
		if q.Check(d) != nil {
			continue // this one has approved already
		}
		have++
		key := fmt.Sprint(farmName, q.ID, q.Revision, who)
		if p.seen[key] {
			continue
		}
		a, err := p.desk.decide(ctx, farmName, d)
		if err != nil {
			p.trouble(err) // asked again with the next look
			continue
		}
		p.seen[key] = a.Accepted || a.Channel == channelSignal
	}
}

// ask takes the decision on this terminal.
func (p *prompter) ask(ctx context.Context, f view.Farm, q farm.Question) error {
	p.show.leave()
	for _, shown := range f.Questions {
		if shown.ID != q.ID || shown.Revision != q.Revision {
			continue
		}
		d, decided, err := p.app.ask(ctx, f, shown)
		if errors.Is(err, io.EOF) {
			return &exitError{code: exitRunning, err: errors.New("nobody is at the terminal any more")}
		}
		if err != nil || !decided {
			return err
		}
		a, err := p.desk.decide(ctx, f.Name, d)
		if err != nil {
			return err
		}
		fmt.Fprintln(p.app.out, a)
	}
	return nil
}

// bundle writes the evidence. A worker that does not answer just now is being started again, or is busy: it is asked until it does.
func (p *prompter) bundle(ctx context.Context, rollout, directory string) error {
	for {
		err := p.app.bundle(ctx, p.desk, rollout, directory)
		if err == nil || !errors.Is(err, errNoWorker) || ctx.Err() != nil {
			return err
		}
		p.trouble(err)
		select {
		case <-time.After(lookEvery):
		case <-ctx.Done():
			return err
		}
	}
}

// tell prints a question once, with the commands that answer it from another terminal.
func (p *prompter) tell(f view.Farm, q farm.Question) {
	key := fmt.Sprint(f.Name, q.ID, q.Revision)
	if p.seen[key] || p.app.terminal() && p.approve == approveNone { // the screen says it
		return
	}
	p.seen[key] = true
	if err := view.Screen(p.app.err, f, p.app.style()); err != nil {
		p.trouble(err)
	}
	for _, line := range p.commands(f) {
		p.app.say("%s", line)
	}
}

// commands are the ways to answer from another terminal.
func (p *prompter) commands(f view.Farm) []string {
	lines := []string{"To decide from another terminal:"}
	for _, q := range f.Questions {
		for _, act := range q.Actions {
			command := os.Args[0] + strings.TrimPrefix(act.Command, "starter")
			lines = append(lines, fmt.Sprintf("  TEMPORAL_ADDRESS=%s %s   # %s", p.address, command, strings.Join(act.Who, ", ")))
		}
	}
	return lines
}

// foot stands below the live screen.
func (p *prompter) foot(s snapshot) []string {
	lines := []string{"", fmt.Sprintf("     a rehearsal at pace %g: estimates are those of real farms", p.pace)}
	for _, st := range s.asked() {
		if p.approve == approveNone && len(st.OpenQuestions()) > 0 {
			return append(lines, "     in another terminal first: export TEMPORAL_ADDRESS="+p.address)
		}
	}
	return lines
}

// trouble says, once per text, what does not answer just now.
func (p *prompter) trouble(err error) {
	if errors.Is(err, errNoWorker) || errors.Is(err, errUnknown) || p.app.terminal() {
		return // a worker is starting; a screen shows its age
	}
	if text := err.Error(); !p.seen[text] {
		p.seen[text] = true
		p.app.say("still trying: %s", text)
	}
}
