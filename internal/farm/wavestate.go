package farm

import "time"

// Note keeps in the waves what a schedule says of them at a time: which has ended, which is at work, and what a wave waits for.
func (s *RolloutStatus) Note(plan Schedule, now time.Time) {
	for i := range s.Waves {
		w := &s.Waves[i]
		farms := s.Of(w.Name)
		w.note(farms, now)
		w.Waits = ""
		switch {
		case w.State == StepDone, w.State == StepSkipped:
		case i == plan.Wave:
			w.Waits = plan.Waits
		case i > plan.Wave && plan.Wave >= 0:
			w.Waits = "wave " + s.Waves[plan.Wave].Name + " goes first"
		}
	}
}

// note works out a wave's state from its farms'.
func (w *WaveStatus) note(farms []*FarmHandle, now time.Time) {
	begun, pending := false, false
	for _, h := range farms {
		switch {
		case h.State == RunPending:
			pending = true
		case h.State == RunRunning:
			begun, pending = true, true
		case h.Result != nil && h.Result.Outcome != OutcomeNotStarted:
			begun = true
		}
	}
	if begun && w.Started.IsZero() {
		w.Started = now
	}
	switch {
	case pending && begun:
		w.State, w.Finished = StepRunning, time.Time{}
	case pending:
		w.State = StepPending
	case begun && w.Finished.IsZero():
		w.State, w.Finished = StepDone, now
	case !begun:
		w.State = StepSkipped
	}
}
