package view

import (
	"slices"
	"time"

	"farmhand/internal/farm"
)

// phaseLeft estimates what is left of a phase: all of it before it begins, nothing after it, and within
// it the plan's steps that are not done yet, less the time the running ones have taken.
func phaseLeft(s farm.Status, st farm.PhaseStatus, planned farm.PlannedPhase, now time.Time) Seconds {
	switch st.State {
	case farm.StepPending:
		return secondsOf(planned.Expected)
	case farm.StepRunning:
	default:
		return 0
	}
	var sum, longest time.Duration
	known := false
	for _, target := range stepTargets(planned) {
		var rest time.Duration
		for _, step := range planned.Steps {
			if step.Target != target {
				continue
			}
			left, ok := stepLeft(s, step)
			known = known || ok
			rest += left
		}
		if srv := s.Server(target); srv != nil && srv.Doing != "" {
			rest = max(0, rest-max(0, now.Sub(srv.DoingSince)))
		}
		sum += rest
		longest = max(longest, rest)
	}
	left := sum
	if planned.Parallel {
		left = longest
	}
	if known {
		return secondsOf(left)
	}
	if planned.GateAfter != "" && openGate(s, planned.GateAfter) {
		return 0 // its steps are done: people are waited for
	}
	return secondsOf(left - max(0, now.Sub(workingSince(s, st, now))))
}

// stepLeft is a step's estimate, nothing when the status proves that it is done; known says whether the
// status can tell for steps of this kind.
func stepLeft(s farm.Status, step farm.PlannedStep) (left time.Duration, known bool) {
	srv := s.Server(step.Target)
	done := false
	switch step.Kind {
	case farm.StepInstallPackage:
		known = srv != nil
		done = known && slices.ContainsFunc(srv.Packages, func(p farm.PackageStatus) bool { return p.KB == step.Package && p.State == farm.StepDone })
	case farm.StepRunWizard:
		known = srv != nil
		done = known && srv.Finalized
	case farm.StepVerifyServer:
		// Within finalize-remaining the proof belongs to the wizard's server; elsewhere nobody can tell.
		known = srv != nil && s.Phase == farm.PhaseFinalizeRemaining
		done = known && srv.Finalized
	case farm.StepBackupServer:
		known = srv != nil
		done = known && srv.Backup != nil && srv.Backup.State == farm.StepDone
	case farm.StepBackupDatabase:
		total, rest := 0, 0
		for _, d := range s.Databases {
			if d.Server == step.Target {
				total += d.SizeMB
				if d.BackupState != farm.StepDone {
					rest += d.SizeMB
				}
			}
		}
		if total > 0 {
			return time.Duration(float64(step.Expected) * float64(rest) / float64(total)), true
		}
	default: // the status does not tell whether the others are done
	}
	if done {
		return 0, true
	}
	return step.Expected, known
}

func stepTargets(ph farm.PlannedPhase) []string {
	var out []string
	for _, step := range ph.Steps {
		if !slices.Contains(out, step.Target) {
			out = append(out, step.Target)
		}
	}
	return out
}

// workingSince is when a phase last began to work: its start, or the answer of a question asked since.
// While a question is open the clock of the estimate stands.
func workingSince(s farm.Status, st farm.PhaseStatus, now time.Time) time.Time {
	since := st.Started
	for _, q := range s.Questions {
		switch {
		case q.Open():
			return now
		case q.Answered.After(since):
			since = q.Answered
		}
	}
	return since
}

func openGate(s farm.Status, name farm.GateName) bool {
	return slices.ContainsFunc(s.OpenQuestions(), func(q farm.Question) bool { return q.Kind == farm.QuestionGate && q.ID == string(name) })
}
