package config

import (
	"fmt"
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// gateNames lists the gates a rollout file may ask, in the order they are met.
var gateNames = []string{string(farm.GateStart), string(farm.GateInstall), string(farm.GateContinue), string(farm.GateReconnect), string(farm.GateNextWave)}

// checkGates checks that each gate exists, is asked once and can be passed by somebody.
func (n *notes) checkGates(r farm.Rollout) {
	var keys, names []string
	for i, g := range r.Gates {
		key := element("gates", i)
		keys, names = append(keys, key+".name"), append(names, string(g.Name))
		if n.require(key+".name", string(g.Name), "gates are "+list(gateNames)) && !slices.Contains(gateNames, string(g.Name)) {
			n.wrong(key+".name", "unknown gate %s; gates are %s%s", quoted(key, string(g.Name)), list(gateNames), didYouMean(string(g.Name), gateNames))
		}
		n.checkQuorum(key, r, g)
		n.checkEscalation(key, r, g)
		n.checkExpiry(key, g)
		n.checkSigners(key, r, g)
	}
	n.checkUnique("gate", keys, names)
	n.checkDifferent(r)
	// An unknown name may have been meant to be this one: that mistake is said already.
	unknown := slices.ContainsFunc(names, func(s string) bool { return nearest(s, gateNames) == string(farm.GateContinue) })
	if _, ok := r.Gate(farm.GateContinue); !ok && !unknown && !n.brokenNames("gates", "name") {
		n.wrong("gates", "the gate %q is missing: it is where people look at the updated Central Administration server before the others follow; add - {name: continue, group: …}",
			farm.GateContinue)
	}
}

// groupNames lists the groups of the file; hidden says that some cannot be read, so that nobody can say what is missing.
func (n *notes) groupNames(r farm.Rollout) (names []string, hidden bool) {
	for _, known := range r.Groups {
		names = append(names, known.Name)
	}
	return names, n.brokenNames("groups", "name") || n.brokenNames("groups", "members")
}

// checkQuorum checks that the gate's group can reach the quorum without the requester.
func (n *notes) checkQuorum(key string, r farm.Rollout, g farm.GatePolicy) {
	if !n.require(key+".group", g.Group, "name the group that decides") {
		return
	}
	groups, hidden := n.groupNames(r)
	n.checkReference(key+".group", g.Group, "group", groups, hidden)
	group, ok := r.Group(g.Group)
	if g.Quorum < 1 {
		n.wrong(key+".quorum", "want at least 1: somebody has to approve")
		return
	}
	if !ok || hidden || len(group.Members) == 0 {
		return
	}
	others := len(voters(r, g.Group))
	switch {
	case g.Quorum > len(group.Members):
		n.wrong(key+".quorum", "want %d approvals, but the group %q has %d members", g.Quorum, g.Group, len(group.Members))
	case others == 0:
		n.wrong(key+".group", "the group %q has no member besides %s, who requested the rollout and cannot approve it: add members",
			g.Group, r.RequestedBy)
	case g.Quorum > others:
		n.wrong(key+".group", "the group %q has, besides %s who requested the rollout and cannot approve it, %d to approve; the gate wants %d: add members",
			g.Group, r.RequestedBy, others, g.Quorum)
	}
}

// voters are the members of groups who may approve: not who requested the rollout, and each person once.
func voters(r farm.Rollout, groups ...string) []string {
	var out []string
	for _, g := range groups {
		for _, name := range r.People(g) {
			if !samePerson(name, r.RequestedBy) && !slices.ContainsFunc(out, func(o string) bool { return samePerson(o, name) }) {
				out = append(out, name)
			}
		}
	}
	return out
}

func samePerson(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

// checkEscalation checks that an escalation asks somebody who was not asked before.
func (n *notes) checkEscalation(key string, r farm.Rollout, g farm.GatePolicy) {
	at := key + ".escalate"
	if g.Escalate == (farm.Escalation{}) {
		return
	}
	if !n.require(at+".group", g.Escalate.Group, "name the group that may decide, too, when nobody of the first one does") {
		return
	}
	groups, hidden := n.groupNames(r)
	n.checkReference(at+".group", g.Escalate.Group, "group", groups, hidden)
	if g.Escalate.After <= 0 {
		n.wrong(at+".after", "want how long the gate waits before that, like 30m")
	}
	if _, ok := r.Group(g.Escalate.Group); !ok || hidden {
		return
	}
	switch first := voters(r, g.Group); {
	case g.Escalate.Group == g.Group:
		n.wrong(at+".group", "is the group that is asked already: name another one")
	case len(voters(r, g.Group, g.Escalate.Group)) == len(first):
		n.wrong(at+".group", "nobody of the group %q may approve who is not asked already as one of %q", g.Escalate.Group, g.Group)
	}
}

// checkExpiry checks that a gate does not end before people were reminded and the second group was asked, and that time
// alone approves nothing.
func (n *notes) checkExpiry(key string, g farm.GatePolicy) {
	at, known := key+".expire", expiries
	if g.Expire == (farm.Expiry{}) {
		return
	}
	switch {
	case g.Expire.Then == "approve":
		n.wrong(at+".then", "a gate never approves itself: want %s", list(known))
	case !slices.Contains(known, string(g.Expire.Then)):
		n.wrong(at+".then", "%s is not known here; want %s%s", quoted(at+".then", string(g.Expire.Then)), list(known), didYouMean(string(g.Expire.Then), known))
	}
	switch {
	case g.Expire.After <= 0:
		n.wrong(at+".after", "want how long the gate may wait, like 8h")
	case g.Remind > 0 && g.Expire.After <= g.Remind:
		n.wrong(at+".after", "the gate expires after %s, before people are reminded after %s (remind): want more", g.Expire.After, g.Remind)
	case g.Escalate.After > 0 && g.Expire.After <= g.Escalate.After:
		n.wrong(at+".after", "the gate expires after %s, before the group %q is asked after %s (escalate): want more", g.Expire.After, g.Escalate.Group, g.Escalate.After)
	}
}

// checkDifferent checks that gates which must have different people are met one after the other in one farm, and that there
// are enough people for them together.
func (n *notes) checkDifferent(r farm.Rollout) {
	for i, g := range r.Gates {
		key := element("gates", i) + ".different_from"
		for j, other := range g.DifferentFrom {
			at := element(key, j)
			switch {
			case slices.Contains(g.DifferentFrom[:j], other):
				n.wrong(at, "the gate %q is listed twice", other)
			case other == g.Name:
				n.wrong(at, "is this gate itself: one person has one voice at a gate anyway")
			case !slices.Contains(gateNames, string(other)):
				n.wrong(at, "unknown gate %s; gates are %s%s", quoted(at, string(other)), list(gateNames), didYouMean(string(other), gateNames))
			case other == farm.GateNextWave || g.Name == farm.GateNextWave:
				n.wrong(at, "%q is asked for the whole rollout, and the others for one farm: they cannot be told apart by person", farm.GateNextWave)
			case slices.Index(farm.FarmGates(), other) > slices.Index(farm.FarmGates(), g.Name):
				n.wrong(at, "%q is asked later than %q: write it at that gate", other, g.Name)
			default:
				n.checkApart(at, r, g, other)
			}
		}
	}
}

// checkApart checks that two gates which must have different people can have them.
func (n *notes) checkApart(at string, r farm.Rollout, g farm.GatePolicy, other farm.GateName) {
	before, asked := r.Gate(other)
	if !asked {
		n.wrong(at, "the gate %q is not asked: add it, or take it out here", other)
		return
	}
	if _, hidden := n.groupNames(r); hidden {
		return
	}
	people := voters(r, g.Group, g.Escalate.Group, before.Group, before.Escalate.Group)
	if want := g.Quorum + before.Quorum; len(people) > 0 && len(people) < want {
		n.wrong(at, "%s", fmt.Sprintf("%q wants %d and %q wants %d different people, and there are %d besides %s: add members",
			before.Name, before.Quorum, g.Name, g.Quorum, len(people), r.RequestedBy))
	}
}
