package config

import "farmhand/internal/farm"

// defaultWaveBudget stops at the first farm that fails: whoever takes farms in turns wants to look before the next.
const defaultWaveBudget = "1"

// fillWaves sets what a rollout file left out about the turns of its farms.
func fillWaves(rollout plain) {
	setDefault(rollout, "max_parallel", farm.DefaultMaxParallel)
	setDefault(rollout, "busy_farms", string(farm.BusyRefuse))
	if _, own := rollout["stop_after_failures"]; own {
		return
	}
	for _, wave := range mappings(rollout, "waves") {
		setDefault(wave, "stop_after_failures", defaultWaveBudget)
	}
}
