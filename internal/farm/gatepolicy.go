package farm

import "time"

// GatePolicy says who decides at a gate, and what happens while nobody does. A gate the file does not name is not
// asked, except GateContinue, which every rollout has. Who requested the rollout never approves it.
type GatePolicy struct {
	Name   GateName `json:"name" mapstructure:"name"`
	Group  string   `json:"group" mapstructure:"group"`
	Quorum int      `json:"quorum" mapstructure:"quorum"`
	// Remind is how long a gate waits before people are reminded; zero never. NextReminder says when it is done again.
	Remind time.Duration `json:"remind" mapstructure:"remind"`
	// Escalate asks a second group, too, when a gate has waited for long.
	Escalate Escalation `json:"escalate,omitzero" mapstructure:"escalate"`
	// Expire ends the waiting. A gate never approves itself.
	Expire Expiry `json:"expire,omitzero" mapstructure:"expire"`
	// DifferentFrom are gates asked before, whoever approved which may not approve this one.
	DifferentFrom []GateName `json:"different_from,omitempty" mapstructure:"different_from"`
	// RequireSignatures refuses the decision of a member without a key; every one of the gate's groups must have one.
	RequireSignatures bool `json:"require_signatures,omitempty" mapstructure:"require_signatures"`
}

// Escalation says after how long which group may decide besides the gate's own. Its members count like those.
type Escalation struct {
	After time.Duration `json:"after" mapstructure:"after"`
	Group string        `json:"group" mapstructure:"group"`
}

// Expiry says after how long a gate that nobody decided does what.
type Expiry struct {
	After time.Duration `json:"after" mapstructure:"after"`
	Then  ExpiryPolicy  `json:"then" mapstructure:"then"`
}

// ExpiryPolicy says what becomes of a gate that nobody decided in time.
type ExpiryPolicy string

// What an expired gate may do. None of it approves.
const (
	// ExpiryHold keeps the gate open and calls the operators: ask again, or abort.
	ExpiryHold ExpiryPolicy = "hold"
	// ExpiryReject rejects the gate.
	ExpiryReject ExpiryPolicy = "reject"
)

// FarmGates are the gates of one farm, in the order they are met.
func FarmGates() []GateName { return []GateName{GateStart, GateInstall, GateContinue, GateReconnect} }

// NextReminder is when people are reminded of a question that was asked and of which they heard last at told. At night
// soon; later ones come further apart, at an eighth of the time that has passed, so that weeks of waiting stay a short history.
func NextReminder(asked, told time.Time, remind time.Duration) time.Time {
	return told.Add(max(remind, told.Sub(asked)/8))
}
