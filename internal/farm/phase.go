package farm

// Phase is a named stage of a farm's update.
type Phase string

// The phases of a farm in order (design of the runbook; each carries the article's words).
const (
	PhasePreflight           Phase = "preflight"
	PhaseDisconnectUsers     Phase = "disconnect-users"
	PhaseBackup              Phase = "backup"
	PhaseInstall             Phase = "install"
	PhaseStopProjectServices Phase = "stop-project-services"
	PhaseFinalizeCentral     Phase = "finalize-central-administration"
	PhaseVerifyCentral       Phase = "verify-central-administration"
	PhaseFinalizeRemaining   Phase = "finalize-remaining"
	PhaseVerifyFarm          Phase = "verify-farm"
	PhaseReconnectUsers      Phase = "reconnect-users"
)

// Phases lists every phase in the order it runs.
func Phases() []Phase {
	return []Phase{
		PhasePreflight, PhaseDisconnectUsers, PhaseBackup, PhaseInstall, PhaseStopProjectServices,
		PhaseFinalizeCentral, PhaseVerifyCentral, PhaseFinalizeRemaining, PhaseVerifyFarm, PhaseReconnectUsers,
	}
}

// Outcome is how a farm's update ended.
type Outcome string

// The outcomes of a farm and of a rollout.
const (
	OutcomeCompleted               Outcome = "completed"
	OutcomeCompletedWithExceptions Outcome = "completed-with-exceptions"
	OutcomeRefused                 Outcome = "refused" // preflight found what must not be passed
	OutcomeAborted                 Outcome = "aborted" // a person ended it
	OutcomeFailed                  Outcome = "failed"  // the engine, or a defect of farmhand
	// OutcomeNotStarted is a farm's whose turn never came: the failure budget was spent, or people took it out.
	OutcomeNotStarted Outcome = "not-started"
)

// Failed reports whether an outcome counts against a failure budget: the farm was begun, and is not updated.
func (o Outcome) Failed() bool {
	return o == OutcomeRefused || o == OutcomeAborted || o == OutcomeFailed
}
