package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// change is one thing that happened between two views of a farm.
type change struct {
	at   time.Time
	text string
}

// Changes returns what happened between two views of a farm as plain lines, in the order it happened: for
// logs and for output that is no terminal. Each line is the time in UTC, the farm and what happened. The
// zero Farm as the old one tells everything so far.
func Changes(old, current Farm) []string {
	var c []change
	add := func(at time.Time, format string, args ...any) {
		if at.IsZero() {
			at = current.Now
		}
		c = append(c, change{at, fmt.Sprintf(format, args...)})
	}
	phaseChanges(old, current, add)
	for _, s := range current.Servers {
		serverChanges(oldServer(old, s.Name), s, add)
	}
	backupChanges(old, current, add)
	usersOffChanges(old, current, add)
	windowChanges(old, current, add)
	for _, q := range current.Questions {
		if !slices.ContainsFunc(old.Questions, func(o Question) bool { return o.ID == q.ID && o.Revision == q.Revision }) {
			add(q.Asked, "%s %s opened: %s; %s; evidence %s", q.Kind, q.ID, q.Title, q.needs(), q.Evidence)
		}
	}
	for _, d := range current.Decisions[min(len(old.Decisions), len(current.Decisions)):] {
		word := "counts"
		if !d.Accepted {
			word = "changes nothing"
		}
		add(d.At, "decision by %s: %s %s, %s (%s)", d.Who, d.Choice, d.Subject, word, d.Why)
	}
	if current.Paused && !old.Paused {
		add(current.Now, "paused by %s", current.PausedBy)
	} else if old.Paused && !current.Paused {
		add(current.Now, "resumed")
	}
	if current.Outcome != "" && old.Outcome == "" {
		text := string(current.Outcome) + " after " + current.Elapsed.String()
		if current.Why != "" {
			text += ": " + current.Why
		}
		add(endOr(current.Finished, current.Now), "outcome %s", text)
	}
	return linesOf(current.Name, c)
}

// linesOf are changes as plain lines, in the order they happened.
func linesOf(name string, c []change) []string {
	slices.SortStableFunc(c, func(a, b change) int { return a.at.Compare(b.at) })
	out := make([]string, len(c))
	for i, x := range c {
		out[i] = x.at.UTC().Format(time.RFC3339) + " " + name + " " + clean(x.text)
	}
	return out
}

type adder func(at time.Time, format string, args ...any)

func phaseChanges(old, current Farm, add adder) {
	for i, ph := range current.Phases {
		var was Phase
		if i < len(old.Phases) {
			was = old.Phases[i]
		}
		if was.Started.IsZero() && !ph.Started.IsZero() {
			add(ph.Started, "phase %s began", ph.Name)
		}
		if was.Finished.IsZero() && !ph.Finished.IsZero() {
			text := fmt.Sprintf("phase %s %s after %s", ph.Name, endWord(ph.Mark), ph.Elapsed)
			if ph.Detail != "" {
				text += ": " + ph.Detail
			}
			add(ph.Finished, "%s", text)
		}
	}
	if old.NoReturn.IsZero() && !current.NoReturn.IsZero() {
		add(current.NoReturn, "point of no return: the first package or wizard is started")
	}
}

func endWord(m Mark) string {
	if m == MarkDone {
		return "ended"
	}
	return "ended early"
}

func oldServer(f Farm, name string) Server {
	i := slices.IndexFunc(f.Servers, func(s Server) bool { return s.Name == name })
	if i < 0 {
		return Server{}
	}
	return f.Servers[i]
}

func serverChanges(was, s Server, add adder) {
	for i, p := range s.Packages {
		var before Package
		if i < len(was.Packages) {
			before = was.Packages[i]
		}
		if !p.Started.IsZero() && !p.Started.Equal(before.Started) {
			add(p.Started, "%s: %s started%s", s.Name, p.KB, laterTry(p.Try))
		}
		ended := p.Mark == MarkDone || p.Mark == MarkFailed
		if ended && (before.Mark != p.Mark || !p.Finished.Equal(before.Finished)) {
			text := fmt.Sprintf("%s: %s %s", s.Name, p.KB, orWord(p.Outcome, p.Mark.Word))
			text += exitText(p.Exit)
			if p.Elapsed > 0 {
				text += " after " + p.Elapsed.String()
			}
			add(p.Finished, "%s", text)
		}
	}
	if s.Reboots > was.Reboots {
		add(time.Time{}, "%s: rebooted (%s so far)", s.Name, rebootsText(s.Reboots))
	}
	if s.Doing != "" && s.Doing != was.Doing && !strings.HasPrefix(s.Doing, "install ") {
		add(time.Time{}, "%s: %s", s.Name, s.Doing)
	}
	for _, w := range s.Wizards[min(len(was.Wizards), len(s.Wizards)):] {
		add(w.Finished, "%s: configuration wizard ended%s after %s%s", s.Name, exitText(w.Exit), w.Elapsed, laterTry(w.Try))
	}
	if s.Finalized && !was.Finalized {
		add(s.FinalizedAt, "%s: finalized at %s", s.Name, s.Version)
	}
}

func laterTry(try int) string {
	if try < 2 {
		return ""
	}
	return fmt.Sprintf(", try %d", try)
}

func orWord(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func backupChanges(old, current Farm, add adder) {
	var done []Database
	finished := map[string]bool{}
	for i, d := range current.Databases {
		var was Database
		if i < len(old.Databases) {
			was = old.Databases[i]
		}
		finished[d.Server+"/"+d.Name] = was.Backup == MarkDone
		if d.Backup == MarkDone {
			done = append(done, d)
		} else if d.Backup == MarkFailed && was.Backup != MarkFailed {
			add(time.Time{}, "backup of %s on %s failed", d.Name, d.Server)
		}
	}
	slices.SortStableFunc(done, func(a, b Database) int { return a.BackedUpAt.Compare(b.BackedUpAt) })
	for i, d := range done {
		if finished[d.Server+"/"+d.Name] {
			continue
		}
		verified := "verified"
		if !d.Verified {
			verified = "not verified"
		}
		add(d.BackedUpAt, "backup %d/%d: %s on %s, %s, %s", i+1, len(current.Databases), d.Name, d.Server, sizeText(d.SizeMB), verified)
	}
}

func usersOffChanges(old, current Farm, add adder) {
	u := current.UsersOff
	if old.UsersOff.Since.IsZero() && !u.Since.IsZero() {
		add(u.Since, "users off: W3SVC stopped and manual on %s", strings.Join(u.Servers, ", "))
	}
	for _, v := range u.Violations[min(len(old.UsersOff.Violations), len(u.Violations)):] {
		add(time.Time{}, "users-off violation: %s", v)
	}
	if old.UsersOff.Until.IsZero() && !u.Until.IsZero() {
		add(u.Until, "users back after %s", u.Elapsed)
	}
}

// FindingLines are preflight's findings as plain lines, worst first.
func FindingLines(fs []farm.Finding) []string {
	var out []string
	for _, f := range foldFindings(fs) {
		line := fmt.Sprintf("%s %s: %s", f.Mark.Word, strings.Join(f.Servers, ", "), f.What)
		if f.Do != "" {
			line += "; " + f.Do
		}
		out = append(out, clean(line))
	}
	return out
}
