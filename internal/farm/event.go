package farm

// Event is what people are told of. Its name is what a receiver's `events` choose by, and what a template is called.
type Event string

// The events. Those of a question are told by the workflow that asks it: a farm's, or for next-wave the rollout's.
const (
	// EventRolloutStarted: a rollout begins; no farm has been looked at yet.
	EventRolloutStarted Event = "rollout-started"
	// EventWaveStarted: the first farm of a wave starts, in rollouts with waves.
	EventWaveStarted Event = "wave-started"
	// EventRolloutEnded: every farm has an outcome.
	EventRolloutEnded Event = "rollout-ended"

	// EventFarmStarted: the update of a farm begins with preflight; users work.
	EventFarmStarted Event = "farm-started"
	// EventFarmEnded: a farm has an outcome, good or bad.
	EventFarmEnded Event = "farm-ended"

	// EventGateOpened: people are asked at a gate.
	EventGateOpened Event = "gate-opened"
	// EventGateReminder: they are asked still.
	EventGateReminder Event = "gate-reminder"
	// EventGateRenewed: what they are asked about has changed; what was approved is void.
	EventGateRenewed Event = "gate-renewed"
	// EventGateEscalated: a second group may decide, too.
	EventGateEscalated Event = "gate-escalated"
	// EventGateExpired: nobody decided in time.
	EventGateExpired Event = "gate-expired"
	// EventTaskOpened: somebody is asked to do something outside farmhand.
	EventTaskOpened Event = "task-opened"
	// EventInterventionOpened: a step failed for good, and an operator decides.
	EventInterventionOpened Event = "intervention-opened"

	// EventWindowAwaited: a farm waits for its next window.
	EventWindowAwaited Event = "window-awaited"
	// EventWindowMissed: a window was given up before the first package.
	EventWindowMissed Event = "window-missed"
	// EventWindowAtRisk: an update past the first package is not expected to fit its window.
	EventWindowAtRisk Event = "window-at-risk"
	// EventWindowClosed: the window has closed, and the update finishes forward.
	EventWindowClosed Event = "window-closed"

	// EventTest: somebody tries the receivers (worker --test-notifications). Every receiver gets it, whatever events it wants.
	EventTest Event = "test"
)

// Events lists every event, in the order of a rollout; EventTest is last.
func Events() []Event {
	return []Event{
		EventRolloutStarted, EventWaveStarted, EventFarmStarted,
		EventGateOpened, EventGateReminder, EventGateRenewed, EventGateEscalated, EventGateExpired,
		EventTaskOpened, EventInterventionOpened,
		EventWindowAwaited, EventWindowMissed, EventWindowAtRisk, EventWindowClosed,
		EventFarmEnded, EventRolloutEnded, EventTest,
	}
}

// OpenedEvent is told when a question is asked.
func OpenedEvent(k QuestionKind) Event {
	switch k {
	case QuestionIntervention:
		return EventInterventionOpened
	case QuestionTask:
		return EventTaskOpened
	case QuestionGate:
	}
	return EventGateOpened
}
