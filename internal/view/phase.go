package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// Phase is one phase of a farm's update as it is shown.
type Phase struct {
	Name     farm.Phase `json:"name"`
	Mark     Mark       `json:"mark"`
	Started  time.Time  `json:"started,omitzero"`
	Finished time.Time  `json:"finished,omitzero"`
	Elapsed  Seconds    `json:"elapsed_seconds"`
	// Expected is the plan's estimate of the whole phase, Left of what is still to be done of it.
	Expected Seconds `json:"expected_seconds"`
	Left     Seconds `json:"left_seconds"`
	// Detail counts what is done, in words.
	Detail     string        `json:"detail,omitempty"`
	GateBefore farm.GateName `json:"gate_before,omitempty"`
	GateAfter  farm.GateName `json:"gate_after,omitempty"`
	// NoReturn marks the phase that begins with the point of no return.
	NoReturn bool `json:"no_return,omitempty"`
	// GateWithin is asked when the phase's first front-end is back.
	GateWithin farm.GateName `json:"gate_within,omitempty"`
	// TasksBefore and TasksAfter are the manual tasks at the phase, by name.
	TasksBefore []string `json:"tasks_before,omitempty"`
	TasksAfter  []string `json:"tasks_after,omitempty"`
	// Targets are the servers the plan foresees for the phase, in the order it takes them.
	Targets []string `json:"targets,omitempty"`
}

func phasesOf(s farm.Status, now time.Time) []Phase {
	var out []Phase
	for _, st := range s.Phases {
		planned, _ := s.Plan.Phase(st.Phase)
		ph := Phase{
			Name: st.Phase, Mark: markOfStep(st.State), Started: st.Started, Finished: st.Finished,
			Expected: secondsOf(planned.Expected), GateBefore: planned.GateBefore, GateAfter: planned.GateAfter,
			GateWithin: planned.GateWithin, TasksBefore: taskNames(planned.TasksBefore), TasksAfter: taskNames(planned.TasksAfter),
			NoReturn: planned.NoReturn, Targets: targetsOf(planned, s), Detail: phaseDetail(s, st.Phase),
		}
		ph.Elapsed = between(st.Started, endOr(st.Finished, now))
		if st.State == farm.StepRunning {
			if s.Outcome != "" {
				ph.Mark = MarkSkipped // the run ended inside it
			} else if open := s.OpenQuestions(); len(open) > 0 {
				ph.Mark = MarkWaiting
				if slices.ContainsFunc(open, func(q farm.Question) bool { return q.Kind == farm.QuestionIntervention }) {
					ph.Mark = MarkNeedsOperator
				}
			}
		}
		if s.Outcome == "" {
			ph.Left = phaseLeft(s, st, planned, now)
		}
		out = append(out, ph)
	}
	return out
}

// targetsOf lists the farm's servers among a planned phase's targets.
func targetsOf(ph farm.PlannedPhase, s farm.Status) []string {
	var out []string
	if kind, ok := targetKinds[ph.Phase]; ok {
		ph = only(ph, kind)
	}
	for _, step := range ph.Steps {
		if s.Server(step.Target) != nil && !slices.Contains(out, step.Target) {
			out = append(out, step.Target)
		}
	}
	return out
}

// phaseDetail counts what a phase has done so far.
func phaseDetail(s farm.Status, name farm.Phase) string {
	p := progressOf(s)
	switch name {
	case farm.PhasePreflight:
		return preflightDetail(s)
	case farm.PhaseDisconnectUsers:
		if len(s.UsersOff.Servers) == 0 && len(s.Queue.Readings) > 0 && s.Queue.Drained.IsZero() {
			return "Project queue: " + queueText(s.Queue.Readings)
		}
		if len(s.UsersOff.Servers) > 0 {
			return "W3SVC stopped and manual on " + strings.Join(s.UsersOff.Servers, " ")
		}
	case farm.PhaseBackup:
		if p.Databases > 0 {
			return fmt.Sprintf("%d/%d databases verified, %s of %s", p.Verified, p.Databases, sizeText(p.BackedUpMB), sizeText(p.SizeMB)) + backupWaits(s)
		}
	case farm.PhaseInstall:
		d := fmt.Sprintf("%d/%d packages on %d servers", p.PackagesDone, p.Packages, p.Servers)
		if p.Reboots > 0 {
			d += ", " + rebootsText(p.Reboots)
		}
		return d
	case farm.PhaseStopProjectServices:
		if n := projectServices(s); n > 0 {
			return fmt.Sprintf("%d services stopped", n)
		}
	case farm.PhaseFinalizeCentral:
		if ca := centralAdministration(s); ca != nil {
			return finalizedText(*ca)
		}
	case farm.PhaseVerifyCentral:
		if ca := centralAdministration(s); ca != nil && ca.Finalized {
			return fmt.Sprintf("%s, %d/%d Project databases at version", witnessesText(ca.Witnesses), p.ProjectOK, p.Project)
		}
	case farm.PhaseFinalizeRemaining:
		if p.Servers > 0 {
			rest, done := max(0, p.Servers-1), p.Finalized
			if ca := centralAdministration(s); ca != nil && ca.Finalized {
				done--
			}
			return fmt.Sprintf("%d/%d servers, one at a time", done, rest)
		}
	case farm.PhaseVerifyFarm:
		if st := s.PhaseStatus(name); st != nil && st.State != farm.StepPending {
			return fmt.Sprintf("%d/%d witnesses agree, %d/%d databases at version", p.WitnessesGood, p.WitnessesAsk, p.AtVersion, p.Databases)
		}
	case farm.PhaseReconnectUsers:
		if n := p.ServicesBack + p.ServicesDown; n > 0 {
			return fmt.Sprintf("%d/%d services back as they were", p.ServicesBack, n)
		}
	}
	return ""
}

// backupWaits says what backups wait for: each SQL Server once.
func backupWaits(s farm.Status) (text string) {
	for _, d := range s.Databases {
		if d.Waits != "" && !strings.Contains(text, d.Waits) {
			text += "; waits for " + d.Waits
		}
	}
	return text
}

func preflightDetail(s farm.Status) string {
	st := s.PhaseStatus(farm.PhasePreflight)
	if st == nil || st.State == farm.StepPending || st.State == farm.StepRunning && len(s.Findings) == 0 {
		return fmt.Sprintf("%d servers", len(s.Servers))
	}
	var n [2]int
	for _, f := range s.Findings {
		switch f.Severity {
		case farm.SeverityBlocking:
			n[0]++
		case farm.SeverityWarning:
			n[1]++
		case farm.SeverityInformation:
		}
	}
	return fmt.Sprintf("%d servers, %d databases; %d blocking, %d warnings", len(s.Servers), len(s.Databases), n[0], n[1])
}

func finalizedText(s farm.ServerStatus) string {
	if !s.Finalized || s.Version.IsZero() {
		return s.Name
	}
	if s.VersionBefore.IsZero() {
		return s.Name + " " + s.Version.String()
	}
	return fmt.Sprintf("%s %s -> %s", s.Name, s.VersionBefore, s.Version)
}

func witnessesText(ws []farm.WitnessResult) string {
	good, all := 0, 0
	for _, w := range ws {
		if w.Mandatory {
			all++
			if w.Agrees {
				good++
			}
		}
	}
	return fmt.Sprintf("%d/%d witnesses agree", good, all)
}

func centralAdministration(s farm.Status) *farm.ServerStatus {
	i := slices.IndexFunc(s.Servers, func(v farm.ServerStatus) bool { return slices.Contains(v.Roles, farm.RoleCentralAdministration) })
	if i < 0 {
		return nil
	}
	return &s.Servers[i]
}

func projectServices(s farm.Status) int {
	n := 0
	for _, v := range s.Services {
		if !strings.EqualFold(v.Name, farm.ServiceWebPublishing) && v.Step != farm.StepPauseCrawls && !v.StoppedAt.IsZero() {
			n++
		}
	}
	return n
}

// sizeText is a size as people say it.
func sizeText(mb int) string {
	if mb < 1024 {
		return fmt.Sprintf("%d MB", mb)
	}
	if mb < 10*1024 {
		return fmt.Sprintf("%.1f GB", float64(mb)/1024)
	}
	return fmt.Sprintf("%d GB", mb/1024)
}
