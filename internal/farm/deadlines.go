package farm

import "time"

// Deadlines are the moments by which something must have begun so that it still fits a window. They rest on the
// plan's estimates and on the file's restore_needs; zero where the window has no end.
type Deadlines struct {
	// Begin is the last moment to disconnect users.
	Begin time.Time `json:"begin,omitzero"`
	// Start is when the first installer runs at the latest: the wizards are done when a back-out must start, and users
	// are back before the window closes.
	Start time.Time `json:"start,omitzero"`
	// BackOut is when a back-out must start at the latest.
	BackOut time.Time `json:"back_out,omitzero"`
	// Close is when the window closes.
	Close time.Time `json:"close,omitzero"`
}

// Deadlines counts back from the close of a window. Whether the update went well is known when the last wizard has
// run, so that a back-out has to fit behind it; going forward takes the verification and the reconnect instead.
func (p Plan) Deadlines(closes time.Time, restoreNeeds time.Duration) Deadlines {
	if closes.IsZero() {
		return Deadlines{}
	}
	start := closes.Add(-p.fromInstaller(restoreNeeds))
	return Deadlines{
		Begin: start.Add(-p.Between(PhaseDisconnectUsers, PhaseBackup)), Start: start,
		BackOut: closes.Add(-restoreNeeds), Close: closes,
	}
}

// Room is how long a window must be for the whole plan, with a back-out at its end.
func (p Plan) Room(restoreNeeds time.Duration) time.Duration {
	return p.Between(PhaseDisconnectUsers, PhaseBackup) + p.fromInstaller(restoreNeeds)
}

// fromInstaller is the work from the first installer to the end of the window: back, or forward.
func (p Plan) fromInstaller(restoreNeeds time.Duration) time.Duration {
	return max(p.Between(PhaseInstall, PhaseFinalizeRemaining)+restoreNeeds, p.Between(PhaseInstall, PhaseReconnectUsers))
}

// Between is the estimate of the phases from one to another, both of them included.
func (p Plan) Between(first, last Phase) time.Duration {
	var d time.Duration
	within := false
	for _, ph := range p.Phases {
		if within = within || ph.Phase == first; within {
			d += ph.Expected
		}
		if ph.Phase == last {
			break
		}
	}
	return d
}
