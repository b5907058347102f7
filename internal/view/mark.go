package view

import (
	"strings"

	"farmhand/internal/farm"
)

// Mark is a state as it is shown everywhere: an icon and a word, never a colour alone.
type Mark struct {
	Icon string `json:"icon"`
	Word string `json:"word"`
}

// The marks. Icons are ASCII, so that every terminal and every log shows them.
var (
	MarkDone    = Mark{"ok", "done"}
	MarkRunning = Mark{"run", "running"}
	MarkWaiting = Mark{">>", "waiting"} // a gate: people decide
	MarkPending = Mark{"..", "pending"}
	MarkFailed  = Mark{"!!", "failed"}
	MarkSkipped = Mark{"--", "skipped"}
	MarkPaused  = Mark{"||", "paused"}
	// MarkNeedsOperator is an open intervention.
	MarkNeedsOperator = Mark{"!!", "intervention"}
	MarkWarning       = Mark{"!", "warning"}
	MarkInformation   = Mark{"i", "information"}
	MarkBlocking      = Mark{"!!", "blocking"}
	MarkAborted       = Mark{"--", "aborted"}
	MarkRefused       = Mark{"--", "refused"}
	MarkNotStarted    = Mark{"--", "not-started"}
	MarkNone          = Mark{}
)

func markOfStep(s farm.StepState) Mark {
	switch s {
	case farm.StepDone:
		return MarkDone
	case farm.StepRunning:
		return MarkRunning
	case farm.StepFailed:
		return MarkFailed
	case farm.StepSkipped:
		return MarkSkipped
	default:
		return MarkPending
	}
}

func markOfOutcome(o farm.Outcome) Mark {
	switch o {
	case farm.OutcomeCompleted:
		return Mark{MarkDone.Icon, string(o)}
	case farm.OutcomeCompletedWithExceptions:
		return Mark{MarkWarning.Icon, string(o)}
	case farm.OutcomeAborted:
		return MarkAborted
	case farm.OutcomeRefused:
		return MarkRefused
	case farm.OutcomeNotStarted:
		return MarkNotStarted
	default:
		return Mark{MarkFailed.Icon, string(o)}
	}
}

func markOfSeverity(s farm.Severity) Mark {
	switch s {
	case farm.SeverityBlocking:
		return MarkBlocking
	case farm.SeverityWarning:
		return MarkWarning
	default:
		return MarkInformation
	}
}

// headline is a mark's word as the first line of a screen has it.
func (m Mark) headline() string { return strings.ToUpper(strings.ReplaceAll(m.Word, "-", " ")) }
