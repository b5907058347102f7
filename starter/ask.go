package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// lineReader reads lines without holding up whoever waits for them: a command can be stopped at a prompt.
type lineReader struct{ lines chan string }

func newLineReader(in io.Reader) *lineReader {
	r := &lineReader{lines: make(chan string)}
	go func() {
		defer close(r.lines)
		s := bufio.NewScanner(in)
		for s.Scan() {
			r.lines <- s.Text()
		}
	}()
	return r
}

// prompt asks for one line. The error is io.EOF when nobody is there any more, or that of ctx.
func (a *app) prompt(ctx context.Context, format string, args ...any) (string, error) {
	if a.lines == nil {
		a.lines = newLineReader(a.in)
	}
	fmt.Fprintf(a.out, format, args...)
	select {
	case line, ok := <-a.lines.lines:
		if !ok {
			return "", io.EOF
		}
		return strings.TrimSpace(line), nil
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// ask shows a question, whose choices the screen numbers, and takes a person's decision. decided is false when the person would rather wait.
func (a *app) ask(ctx context.Context, f view.Farm, q view.Question) (d farm.Decision, decided bool, err error) {
	f.Questions = []view.Question{q}
	if err := a.print(f); err != nil {
		return d, false, err
	}
	fmt.Fprintln(a.out)
	if q.Stuck != "" {
		fmt.Fprintln(a.out, q.Stuck)
	}
	act, chosen, err := a.choose(ctx, q.Actions)
	if err != nil || !chosen {
		return d, false, err
	}
	d = farm.Decision{Subject: q.ID, Evidence: q.Digest, Choice: act.Choice, Who: a.as}
	if d.Who == "" {
		if d.Who, err = a.prompt(ctx, "Who decides (%s)? [%s] ", strings.Join(act.Who, ", "), first(act.Who)); err != nil {
			return d, false, err
		}
		if d.Who == "" {
			d.Who = first(act.Who)
		}
	}
	d.Reason, err = a.prompt(ctx, "Why? ")
	return d, err == nil, err
}

func (a *app) choose(ctx context.Context, actions []view.Action) (view.Action, bool, error) {
	for {
		line, err := a.prompt(ctx, "Your choice (1-%d; Enter looks again): ", len(actions))
		if err != nil || line == "" {
			return view.Action{}, false, err
		}
		for i, act := range actions {
			if line == strconv.Itoa(i+1) || line == string(act.Choice) {
				return act, true, nil
			}
		}
	}
}

func first(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// String says what became of a decision, in one line.
func (r answer) String() string {
	word := "counts"
	switch {
	case r.Channel == channelSignal:
		word = "was sent"
	case !r.Accepted:
		word = "does not count"
	}
	return fmt.Sprintf("%s: %s %s by %s %s: %s", r.Farm, r.Decision.Choice, r.Decision.Subject, r.Decision.Who, word, r.Why)
}
