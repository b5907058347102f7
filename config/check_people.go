package config

import (
	"slices"

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
	n.checkKeys(r)
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
