package config

import "farmhand/internal/farm"

// Defaults of a gate suit nights: people are reminded within minutes, a second group soon after, and who does not answer
// stops nothing and approves nothing.
const (
	defaultQuorum   = 1
	defaultRemind   = "10m"
	defaultEscalate = "30m" // where a group is named
	defaultExpiry   = string(farm.ExpiryHold)
)

// fillGates sets what the gates of a rollout file left out.
func fillGates(rollout plain) {
	for _, gate := range mappings(rollout, "gates") {
		setDefault(gate, "quorum", defaultQuorum)
		setDefault(gate, "remind", defaultRemind)
		if escalate, ok := gate["escalate"].(plain); ok {
			setDefault(escalate, "after", defaultEscalate)
		}
		if expire, ok := gate["expire"].(plain); ok {
			setDefault(expire, "then", defaultExpiry)
		}
	}
}
