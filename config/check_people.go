package config

import (
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// checkPeople checks who asked for the rollout, who may answer when a step fails, and the groups.
func (n *notes) checkPeople(r farm.Rollout) {
	if n.require("requested_by", r.RequestedBy, "name who asks for this rollout; that person cannot approve it") {
		n.checkPerson("requested_by", r.RequestedBy)
	}
	if len(r.Operators) == 0 {
		n.wrong("operators", "missing; name at least one person who decides when a step fails")
	}
	var keys []string
	for i, o := range r.Operators {
		keys = append(keys, element("operators", i))
		n.checkPerson(keys[i], o)
	}
	n.checkUnique("operator", keys, r.Operators)

	var groupKeys, groups []string
	for i, g := range r.Groups {
		key := element("groups", i)
		groupKeys, groups = append(groupKeys, key+".name"), append(groups, g.Name)
		n.checkName(key+".name", g.Name)
		if len(g.Members) == 0 {
			n.wrong(key+".members", "missing; a group needs at least one member")
		}
		var memberKeys, members []string
		for j, m := range g.Members {
			memberKeys, members = append(memberKeys, element(key+".members", j)+".name"), append(members, m.Name)
			n.checkPerson(memberKeys[j], m.Name)
		}
		n.checkUnique("member", memberKeys, members)
	}
	n.checkUnique("group", groupKeys, groups)
}

// gateNames lists the gates a rollout file may ask, in the order they are met.
var gateNames = []string{string(farm.GateInstall), string(farm.GateContinue), string(farm.GateReconnect), string(farm.GateNextWave)}

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
	}
	n.checkUnique("gate", keys, names)
	// An unknown name may have been meant to be this one: that mistake is said already.
	unknown := slices.ContainsFunc(names, func(s string) bool { return nearest(s, gateNames) == string(farm.GateContinue) })
	if _, ok := r.Gate(farm.GateContinue); !ok && !unknown && !n.brokenNames("gates", "name") {
		n.wrong("gates", "the gate %q is missing: it is where people look at the updated Central Administration server before the others follow; add - {name: continue, group: …}",
			farm.GateContinue)
	}
}

// checkQuorum checks that the gate's group can reach the quorum without the requester.
func (n *notes) checkQuorum(key string, r farm.Rollout, g farm.GatePolicy) {
	if !n.require(key+".group", g.Group, "name the group that decides") {
		return
	}
	var groups []string
	for _, known := range r.Groups {
		groups = append(groups, known.Name)
	}
	hidden := n.brokenNames("groups", "name") || n.brokenNames("groups", "members")
	n.checkReference(key+".group", g.Group, "group", groups, hidden)
	group, ok := r.Group(g.Group)
	if g.Quorum < 1 {
		n.wrong(key+".quorum", "want at least 1: somebody has to approve")
		return
	}
	if !ok || hidden || len(group.Members) == 0 {
		return
	}
	others := 0
	for _, m := range group.Members {
		if !strings.EqualFold(m.Name, r.RequestedBy) {
			others++
		}
	}
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

// checkLicenseTerms checks that somebody accepted the license terms of every package (the article: the License Terms screen of each installer).
func (n *notes) checkLicenseTerms(r farm.Rollout, rel farm.Release) {
	var packages, keys, accepted []string
	for _, p := range rel.InstallOrder() {
		if !slices.Contains(packages, p.KB) { // a language pack's package has the KB in common with other languages
			packages = append(packages, p.KB)
		}
	}
	for i, t := range r.LicenseTerms {
		key := element("license_terms", i)
		keys, accepted = append(keys, key+".package"), append(accepted, t.Package)
		if n.require(key+".package", t.Package, "packages of the release are "+list(packages)) {
			n.checkReference(key+".package", t.Package, "package", packages, false)
		}
		if n.require(key+".accepted_by", t.AcceptedBy, "name who read and accepted the license terms") {
			n.checkPerson(key+".accepted_by", t.AcceptedBy)
		}
	}
	n.checkUnique("package", keys, accepted)
	if n.brokenNames("license_terms", "package") {
		return
	}
	for _, kb := range packages {
		if !slices.Contains(accepted, kb) {
			n.wrong("license_terms", "nobody accepted the license terms of %s; add - {package: %s, accepted_by: …}", kb, kb)
		}
	}
}
