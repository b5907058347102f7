package config

import (
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// checkWaves checks that every farm has its turn in exactly one wave, and the limits of waves and rollout.
func (n *notes) checkWaves(r farm.Rollout) {
	if len(r.Farms) > farm.MaxFarms {
		n.wrong("farms", "%d farms are more than one rollout carries; want at most %d: split the change", len(r.Farms), farm.MaxFarms)
	}
	if r.MaxParallel < 1 || r.MaxParallel > farm.MaxParallelFarms {
		n.wrong("max_parallel", "%d is out of range; want 1 to %d farms at once", r.MaxParallel, farm.MaxParallelFarms)
	}
	n.checkBudget("stop_after_failures", r.StopAfterFailures)
	n.checkOneOf("busy_farms", string(r.BusyFarms), busyPolicies...)

	var keys, names []string
	for i, w := range r.Waves {
		key := element("waves", i)
		keys, names = append(keys, key+".name"), append(names, w.Name)
		n.checkName(key+".name", w.Name)
		if w.MaxParallel < 0 || w.MaxParallel > farm.MaxParallelFarms {
			n.wrong(key+".max_parallel", "%d is out of range; want 1 to %d farms at once, or leave it out", w.MaxParallel, farm.MaxParallelFarms)
		}
		n.checkBudget(key+".stop_after_failures", w.StopAfterFailures)
	}
	n.checkUnique("wave", keys, names)
	n.checkWaveFarms(r)
}

// checkBudget checks a failure budget.
func (n *notes) checkBudget(key string, b farm.FailureBudget) {
	if err := b.Check(); err != nil {
		n.wrong(key, "%s cannot be read; %s", quoted(key, string(b)), err)
	}
}

// checkWaveFarms checks which farms the waves take.
func (n *notes) checkWaveFarms(r farm.Rollout) {
	var known, keys, names []string
	for _, f := range r.Farms {
		known = append(known, f.Name)
	}
	hidden := n.brokenNames("farms", "name") || n.brokenNames("farms", "site")
	waves, left := r.InWaves()
	for i, w := range r.Waves {
		key := element("waves", i)
		for j, name := range w.Farms {
			at := element(key+".farms", j)
			keys, names = append(keys, at), append(names, name)
			if n.require(at, name, "name a farm") {
				n.checkReference(at, name, "farm", known, hidden)
			}
		}
		switch {
		case n.isBroken(key+".farms") || n.isBroken(key+".match"):
			continue
		case len(w.Farms) > 0 && !w.Match.IsZero():
			n.wrong(key+".match", "the wave names its farms, too; keep one of the two")
		case len(w.Farms) == 0 && w.Match.IsZero():
			n.wrong(key, "the wave takes no farm; want farms: [name, …] or match: {name: 'emea-*', site: emea}")
			continue
		case w.Match.Check() != nil:
			n.wrong(key+".match", "the pattern cannot be read: * stands for any characters, ? for one, [ab] for one of these")
			continue
		case len(w.Farms) == 0 && len(waves[i].Farms) == 0 && !hidden:
			n.wrong(key+".match", "no farm is left that matches; a match takes the farms that no wave names and no earlier one took")
			continue
		}
		if w.Canary != "" && !hidden && !slices.Contains(waves[i].Farms, w.Canary) {
			n.wrong(key+".canary", "%s is no farm of this wave, which has %s%s", quoted(key+".canary", w.Canary), list(firstOf(waves[i].Farms, 10)), didYouMean(w.Canary, waves[i].Farms))
		}
	}
	n.checkUnique("farm", keys, names)
	if len(left) > 0 && !hidden && !n.wavesHidden() {
		n.wrong("waves", "%s in no wave: %s; name them in a wave, or end with one that takes the rest: - {name: rest, match: {name: '*'}}",
			areFarms(len(left)), list(firstOf(left, 10)))
	}
}

// wavesHidden reports whether some wave has a mistake: which farms are left follows from it, then.
func (n *notes) wavesHidden() bool {
	return slices.ContainsFunc(n.found, func(m Mistake) bool { return strings.HasPrefix(m.Key, "waves[") })
}

func areFarms(n int) string {
	if n == 1 {
		return "1 farm is"
	}
	return farm.Count(n) + " are"
}

// firstOf is at most so many names of a list, and that there are more.
func firstOf(names []string, most int) []string {
	if len(names) <= most {
		return names
	}
	return append(slices.Clone(names[:most]), "…")
}
