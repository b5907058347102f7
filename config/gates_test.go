package config_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

// gatesOf is the valid file with other gates, and with the groups two (alice, bob) and leads (dan, erin).
func gatesOf(t *testing.T, gates ...string) (farm.Rollout, error) {
	t.Helper()
	text := valid(t, "- {name: continue, group: change}", "- "+strings.Join(gates, "\n  - "))
	text = strings.Replace(text, "gates:", "  - {name: two, members: [{name: Alice}, {name: bob}]}\n  - {name: leads, members: [{name: dan}, {name: erin}]}\ngates:", 1)
	r, _, err := config.Decode("rollout.yaml", []byte(text), "")
	return r, err
}

func TestGateDefaultsSuitNights(t *testing.T) {
	r, err := gatesOf(t, "{name: continue, group: change, escalate: {group: leads}, expire: {after: 8h}}")
	require.NoError(t, err)
	require.Equal(t, farm.GatePolicy{
		Name: farm.GateContinue, Group: "change", Quorum: 1, Remind: 10 * time.Minute,
		Escalate: farm.Escalation{After: 30 * time.Minute, Group: "leads"}, Expire: farm.Expiry{After: 8 * time.Hour, Then: farm.ExpiryHold},
	}, r.Gates[0])
}

// TestGateMistakes: everything wrong with a gate's policy is said at once, and nothing that only follows from it. The requester
// is alice; change are bob and carol.
func TestGateMistakes(t *testing.T) {
	const good = "{name: continue, group: change}"
	for name, tt := range map[string]struct {
		gates []string
		want  []string
	}{
		"all of it":             {[]string{"{name: start, group: change}", "{name: install, group: change}", "{name: continue, group: leads, quorum: 2, remind: 5m, escalate: {after: 1h, group: change}, expire: {after: 4h, then: reject}, different_from: [start, install]}", "{name: reconnect, group: two}", "{name: next-wave, group: leads}"}, nil},
		"approves itself":       {[]string{"{name: continue, group: change, expire: {after: 1h, then: approve}}"}, []string{"expire.then: a gate never approves itself: want hold, reject"}},
		"unknown expiry":        {[]string{"{name: continue, group: change, expire: {after: 1h, then: holt}}"}, []string{`expire.then: "holt" is not known here; want hold, reject; did you mean "hold"?`}},
		"expires never":         {[]string{"{name: continue, group: change, expire: {then: hold}}"}, []string{"expire.after: want how long the gate may wait"}},
		"expires before remind": {[]string{"{name: continue, group: change, expire: {after: 10m}}"}, []string{"expire.after: the gate expires after 10m0s, before people are reminded after 10m0s"}},
		"expires before escalate": {[]string{"{name: continue, group: change, escalate: {after: 2h, group: leads}, expire: {after: 1h}}"},
			[]string{`expire.after: the gate expires after 1h0m0s, before the group "leads" is asked after 2h0m0s`}},
		"escalates to nobody new":  {[]string{"{name: continue, group: change, escalate: {group: two}}"}, []string{`escalate.group: nobody of the group "two" may approve who is not asked already as one of "change"`}},
		"escalates to itself":      {[]string{"{name: continue, group: change, escalate: {group: change}}"}, []string{"escalate.group: is the group that is asked already"}},
		"escalates to unknown":     {[]string{"{name: continue, group: change, escalate: {group: lead}}"}, []string{`escalate.group: group "lead" does not exist; did you mean "leads"?`}},
		"escalates to no group":    {[]string{"{name: continue, group: change, escalate: {after: 1h}}"}, []string{"escalate.group: missing; name the group"}},
		"escalates at once":        {[]string{"{name: continue, group: change, escalate: {after: 0s, group: leads}}"}, []string{"escalate.after: want how long"}},
		"the requester is no help": {[]string{"{name: continue, group: two, quorum: 2}"}, []string{`group: the group "two" has, besides alice who requested the rollout and cannot approve it, 1 to approve; the gate wants 2`}},
		"different from itself":    {[]string{"{name: continue, group: change, different_from: [continue]}"}, []string{"different_from[0]: is this gate itself"}},
		"different from a later":   {[]string{"{name: install, group: change, different_from: [continue]}", good}, []string{`different_from[0]: "continue" is asked later than "install"`}},
		"different from unasked":   {[]string{"{name: continue, group: change, different_from: [install]}"}, []string{`different_from[0]: the gate "install" is not asked`}},
		"different from unknown":   {[]string{"{name: continue, group: change, different_from: [instal]}"}, []string{`different_from[0]: unknown gate "instal"; gates are start, install, continue, reconnect, next-wave; did you mean "install"?`}},
		"different twice":          {[]string{"{name: install, group: leads}", "{name: continue, group: change, different_from: [install, install]}"}, []string{`different_from[1]: the gate "install" is listed twice`}},
		"different over farms":     {[]string{good, "{name: next-wave, group: change, different_from: [continue]}"}, []string{`different_from[0]: "next-wave" is asked for the whole rollout`}},
		"not enough people apart": {[]string{"{name: install, group: change, quorum: 1}", "{name: continue, group: change, quorum: 2, different_from: [install]}"},
			[]string{`different_from[0]: "install" wants 1 and "continue" wants 2 different people, and there are 2 besides alice`}},
		"enough after escalation": {[]string{"{name: install, group: change}", "{name: continue, group: change, quorum: 2, different_from: [install], escalate: {group: leads}}"}, nil},
		"everything at once": {[]string{"{name: continue, group: chang, escalate: {group: leeds}, expire: {after: 1m, then: aprove}, different_from: [install]}"}, []string{
			`group: group "chang" does not exist`, `escalate.group: group "leeds" does not exist`, `expire.then: "aprove" is not known here`,
			"expire.after: the gate expires after 1m0s", `different_from[0]: the gate "install" is not asked`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := gatesOf(t, tt.gates...)
			if len(tt.want) == 0 {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			require.Len(t, strings.Split(err.Error(), "\n"), len(tt.want), err.Error())
			for _, want := range tt.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

// Public keys of nobody.
const (
	oneKey   = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEjQkCUPrVBQUCISVy3f9Zkh9PyKDwHGFlt6hEMmTDLJ one"
	otherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f other"
)

// TestKeyMistakes: keys that cannot be read, people with two, and gates that want signatures of people without one.
func TestKeyMistakes(t *testing.T) {
	for name, tt := range map[string]struct {
		bob, more string
		gate      string
		want      []string
	}{
		"a key":                  {oneKey, "", "", nil},
		"a key in two groups":    {oneKey, "  - {name: two, members: [{name: BOB, ssh_key: '" + oneKey + "'}]}\n", "", nil},
		"two keys":               {oneKey, "  - {name: two, members: [{name: BOB, ssh_key: '" + otherKey + "'}]}\n", "", []string{`groups[1].members[0].ssh_key: "BOB" has another key at groups[0].members[0].ssh_key`}},
		"no key":                 {"id_ed25519.pub", "", "", []string{"groups[0].members[0].ssh_key: not a public SSH key; want one line"}},
		"a private key":          {"-----BEGIN OPENSSH PRIVATE KEY-----", "", "", []string{"groups[0].members[0].ssh_key: not a public SSH key"}},
		"a key with options":     {`no-pty ` + oneKey, "", "", []string{"groups[0].members[0].ssh_key: options stand before the key (no-pty)"}},
		"somebody without a key": {oneKey, "", ", require_signatures: true", []string{"gates[0].require_signatures: no key is known of carol"}},
		"nobody without a key":   {oneKey, "  - {name: two, members: [{name: carol, ssh_key: '" + otherKey + "'}]}\n", ", require_signatures: true", nil},
	} {
		t.Run(name, func(t *testing.T) {
			text := valid(t, "{name: bob}", "{name: bob, ssh_key: '"+tt.bob+"'}")
			text = strings.Replace(text, "gates:", tt.more+"gates:", 1)
			text = strings.Replace(text, "{name: continue, group: change}", "{name: continue, group: change"+tt.gate+"}", 1)
			_, _, err := config.Decode("rollout.yaml", []byte(text), "")
			if len(tt.want) == 0 {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			require.Len(t, strings.Split(err.Error(), "\n"), len(tt.want), err.Error())
			for _, want := range tt.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}
