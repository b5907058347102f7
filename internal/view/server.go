package view

import (
	"fmt"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// Server is one server of a farm and what it does now.
type Server struct {
	Name  string      `json:"name"`
	Roles []farm.Role `json:"roles"`
	Mark  Mark        `json:"mark"`
	// Doing is the step under way, empty when none is; Elapsed is how long it has run.
	Doing   string  `json:"doing,omitempty"`
	Elapsed Seconds `json:"elapsed_seconds,omitempty"`
	// Stands says how far the server is, in words: "2/2 packages, not finalized".
	Stands        string               `json:"stands"`
	Packages      []Package            `json:"packages,omitempty"`
	Reboots       int                  `json:"reboots,omitempty"`
	VersionBefore farm.Version         `json:"version_before,omitzero"`
	Version       farm.Version         `json:"version,omitzero"`
	Wizards       []Wizard             `json:"wizards,omitempty"`
	Witnesses     []farm.WitnessResult `json:"witnesses,omitempty"`
	Finalized     bool                 `json:"finalized"`
	FinalizedAt   time.Time            `json:"finalized_at,omitzero"`
}

// Package is one package on one server.
type Package struct {
	KB       string    `json:"kb"`
	Mark     Mark      `json:"mark"`
	Outcome  string    `json:"outcome,omitempty"`
	Exit     *int      `json:"exit,omitempty"`
	Try      int       `json:"try,omitempty"`
	Started  time.Time `json:"started,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
	Elapsed  Seconds   `json:"elapsed_seconds,omitempty"`
}

// Wizard is one try of the configuration wizard on a server.
type Wizard struct {
	Try       int       `json:"try"`
	AllowedBy string    `json:"allowed_by,omitempty"`
	Exit      *int      `json:"exit,omitempty"`
	Started   time.Time `json:"started,omitzero"`
	Finished  time.Time `json:"finished,omitzero"`
	Elapsed   Seconds   `json:"elapsed_seconds,omitempty"`
}

// Database is one database of the farm.
type Database struct {
	Name    string `json:"name"`
	Server  string `json:"server"`
	SizeMB  int    `json:"size_mb"`
	Project bool   `json:"project,omitempty"`
	Backup  Mark   `json:"backup"`
	File    string `json:"file,omitempty"`
	// Sets bring the database back, in this order; Earlier is extra.
	Sets          []farm.BackupSet `json:"sets,omitempty"`
	Earlier       *farm.BackupSet  `json:"earlier,omitempty"`
	BackedUpAt    time.Time        `json:"backed_up_at,omitzero"`
	Verified      bool             `json:"verified"`
	VersionBefore string           `json:"version_before,omitempty"`
	VersionAfter  string           `json:"version_after,omitempty"`
	OK            bool             `json:"ok"`
}

func serverOf(s farm.ServerStatus, now time.Time) Server {
	v := Server{
		Name: s.Name, Roles: s.Roles, Mark: MarkPending, Doing: s.Doing, Reboots: s.Reboots, VersionBefore: s.VersionBefore,
		Version: s.Version, Witnesses: s.Witnesses, Finalized: s.Finalized, FinalizedAt: s.FinalizedAt, Stands: standing(s),
	}
	failed := false
	for _, p := range s.Packages {
		failed = failed || p.State == farm.StepFailed
		end := p.Finished
		if p.State == farm.StepRunning {
			end = now
		}
		v.Packages = append(v.Packages, Package{
			KB: p.KB, Mark: markOfStep(p.State), Outcome: p.Outcome, Exit: p.Exit, Try: p.Try,
			Started: p.Started, Finished: p.Finished, Elapsed: between(p.Started, end),
		})
	}
	for _, w := range s.Wizards {
		v.Wizards = append(v.Wizards, Wizard{
			Try: w.Try, AllowedBy: w.AllowedBy, Exit: w.Exit, Started: w.Started, Finished: w.Finished, Elapsed: between(w.Started, w.Finished),
		})
	}
	switch {
	case s.Doing != "":
		v.Mark, v.Elapsed = MarkRunning, between(s.DoingSince, now)
	case s.Finalized:
		v.Mark = MarkDone
	case failed || len(s.Wizards) > 0:
		v.Mark = MarkFailed
	}
	return v
}

func databaseOf(d farm.DatabaseStatus) Database {
	return Database{
		Name: d.Name, Server: d.Server, SizeMB: d.SizeMB, Project: d.Project, Backup: markOfStep(d.BackupState), File: d.File, BackedUpAt: d.BackedUpAt,
		Verified: d.Verified, VersionBefore: d.VersionBefore, VersionAfter: d.VersionAfter, OK: d.OK,
		Sets: d.Sets, Earlier: d.Earlier,
	}
}

// standing is a server in a few words.
func standing(s farm.ServerStatus) string {
	done := 0
	for _, p := range s.Packages {
		switch p.State {
		case farm.StepDone:
			done++
		case farm.StepFailed:
			if p.Exit != nil {
				return fmt.Sprintf("%s failed, exit %d", p.KB, *p.Exit)
			}
			return p.KB + " failed"
		default: // pending, running or skipped: not done
		}
	}
	switch {
	case s.Finalized && !s.Version.IsZero():
		return "finalized, " + s.Version.String()
	case s.Finalized:
		return "finalized"
	case len(s.Wizards) > 0:
		return "wizard ran, not proven" + exitText(s.Wizards[len(s.Wizards)-1].Exit)
	case len(s.Packages) == 0:
		return "gets no packages"
	case done == len(s.Packages):
		return fmt.Sprintf("%d/%d packages, not finalized", done, done)
	case done > 0:
		return fmt.Sprintf("%d/%d packages", done, len(s.Packages))
	}
	return "not touched"
}

func exitText(exit *int) string {
	if exit == nil {
		return ""
	}
	return fmt.Sprintf(", exit %d", *exit)
}

// reboots is a number of reboots in words.
func rebootsText(n int) string {
	if n == 1 {
		return "1 reboot"
	}
	return fmt.Sprintf("%d reboots", n)
}

// rolesText lists roles with commas.
func rolesText(roles []farm.Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, ", ")
}
