package config

import (
	"fmt"

	"farmhand/internal/farm"
	"farmhand/internal/sshsig"
)

// checkKeys checks the SSH keys of people: each can be read, and one person has one key, whatever groups he is in.
func (n *notes) checkKeys(r farm.Rollout) {
	first := map[string]string{} // the key of a person's key, by the name that stands there first
	for i, g := range r.Groups {
		for j, m := range g.Members {
			at := element(element("groups", i)+".members", j) + ".ssh_key"
			if m.SSHKey == "" {
				continue
			}
			if _, err := sshsig.ParseKey(m.SSHKey); err != nil {
				n.wrong(at, "%s", err)
				continue
			}
			if r.SSHKey(m.Name) != m.SSHKey {
				n.wrong(at, "%s has another key at %s: one person has one key", quoted("name", m.Name), first[r.SSHKey(m.Name)])
			}
			if _, ok := first[m.SSHKey]; !ok {
				first[m.SSHKey] = at
			}
		}
	}
}

// checkSigners checks that everybody who may decide at a gate that wants signatures has a key.
func (n *notes) checkSigners(key string, r farm.Rollout, g farm.GatePolicy) {
	if !g.RequireSignatures {
		return
	}
	if _, hidden := n.groupNames(r); hidden {
		return
	}
	var without []string
	for _, name := range voters(r, g.Group, g.Escalate.Group) {
		if r.SSHKey(name) == "" {
			without = append(without, name)
		}
	}
	if len(without) > 0 {
		n.wrong(key+".require_signatures", "%s", fmt.Sprintf("no key is known of %s: add ssh_key to each, or leave them out", list(without)))
	}
}
