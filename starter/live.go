package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"farmhand/internal/view"
)

// display shows a subject while it changes.
type display interface {
	// show brings what is seen up to date. foot stands below it.
	show(s snapshot, foot []string) error
	// leave ends the showing, so that something else can be printed; show begins it again.
	leave()
}

// live is the display for where the output goes: a screen that is redrawn, or plain lines of what changed.
func (a *app) live(lines io.Writer) display {
	if a.terminal() {
		return &liveScreen{app: a}
	}
	return &liveLines{app: a, out: lines, farms: map[string]view.Farm{}}
}

// Control sequences of every terminal in use: the alternate screen, the cursor, home, clear to the end.
const (
	enterScreen = "\x1b[?1049h\x1b[?25l"
	leaveScreen = "\x1b[?25h\x1b[?1049l"
	home        = "\x1b[H"
	clearLine   = "\x1b[K"
	clearRest   = "\x1b[J"
)

// liveScreen draws on the alternate screen: what was on the terminal before comes back at the end.
type liveScreen struct {
	app *app
	on  bool
}

func (l *liveScreen) show(s snapshot, foot []string) error {
	var b bytes.Buffer
	if err := view.Screen(&b, s.screen(l.app.now()), l.app.style()); err != nil {
		return err
	}
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	height := l.height()
	if room := height - len(foot); len(lines) > room {
		lines = append(lines[:max(0, room-1)], fmt.Sprintf("... %d more lines: a taller terminal shows them", len(lines)-room+1))
	}
	lines = append(lines, foot...)
	var draw strings.Builder
	if !l.on {
		draw.WriteString(enterScreen)
		l.on = true
	}
	draw.WriteString(home)
	draw.WriteString(strings.Join(lines, clearLine+"\n"))
	draw.WriteString(clearLine + clearRest)
	_, err := io.WriteString(l.app.out, draw.String())
	return err
}

func (l *liveScreen) height() int {
	if f, ok := l.app.out.(*os.File); ok {
		if _, height, err := term.GetSize(int(f.Fd())); err == nil && height > 0 {
			return height
		}
	}
	return 24
}

func (l *liveScreen) leave() {
	if l.on {
		l.on = false
		fmt.Fprint(l.app.out, leaveScreen)
	}
}

// liveLines prints a line for each thing that happened.
type liveLines struct {
	app   *app
	out   io.Writer
	farms map[string]view.Farm
	// rollout is the last view of the rollout itself.
	rollout view.Rollout
	sites   []view.Site
}

func (l *liveLines) show(s snapshot, _ []string) error {
	if s.subject.rollout {
		now := view.FromRollout(s.rollout, s.farms, l.app.now())
		for _, line := range view.RolloutChanges(l.rollout, now) {
			if _, err := fmt.Fprintln(l.out, line); err != nil {
				return err
			}
		}
		l.rollout = now
	}
	for _, st := range s.farms {
		now := view.FromStatus(st, l.app.now())
		for _, line := range view.Changes(l.farms[st.Farm], now) {
			if _, err := fmt.Fprintln(l.out, line); err != nil {
				return err
			}
		}
		l.farms[st.Farm] = now
	}
	for _, line := range view.SiteChanges(l.sites, s.sites.sites, l.app.now()) {
		if _, err := fmt.Fprintln(l.out, line); err != nil {
			return err
		}
	}
	l.sites = s.sites.sites
	return nil
}

func (l *liveLines) leave() {}
