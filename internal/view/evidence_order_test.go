package view_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// order is what auditors are promised, and the key of each section in the JSON.
var order = []struct{ title, key string }{
	{"Verdict, exceptions, owners", "verdict"},
	{"Change record, window, extensions", "change"},
	{"Plan, rollout file, release, program and script hashes", "plan"},
	{"What it was rehearsed on", "rehearsed_on"},
	{"Preflight findings and who accepted each", "preflight_findings"},
	{"Licence and package hashes per server", "licences_and_packages"},
	{"Restore points and their verification", "restore_points"},
	{"Decisions: who, role, reason, digest, what was shown, signature", "decisions"},
	{"Timeline in UTC and local time, clock offsets", "timeline"},
	{"Per server: commands, accounts, exit codes, reboots, versions, services before and after", "servers"},
	{"Per database, Web application and PWA: raw VERSIONS before and after", "versions"},
	{"Users-off proofs, outage minutes", "users_off"},
	{"Interventions, work done by hand, notes", "interventions"},
	{"Clients", "clients"},
	{"Smoke tests", "smoke_tests"},
	{"Residual work: what is still stopped, what people must do", "residual_work"},
	{"Logs with hashes", "logs"},
}

func TestReportsKeepTheOrderOfAnAudit(t *testing.T) {
	var titles []string
	var keys []string
	for i, s := range order {
		titles, keys = append(titles, fmt.Sprintf("%d. %s", i+1, s.title)), append(keys, s.key)
	}
	nothing := farm.RolloutStatus{Rollout: "empty"}
	for name, e := range map[string]view.Evidence{
		"completed": evidence(completed(contoso)), "gate": evidence(waiting(contoso)), "refused": evidence(refused(contoso)),
		"farms": evidence(renamed(completed(contoso), "alpha"), renamed(stuck(contoso), "bravo")), "nothing": view.Report(nothing, nil, view.ReportOptions{Printed: at(0)}),
	} {
		t.Run(name, func(t *testing.T) {
			var md, html, js bytes.Buffer
			require.NoError(t, e.Markdown(&md))
			require.NoError(t, e.HTML(&html))
			require.NoError(t, e.JSON(&js))
			require.Equal(t, titles, headings(`(?m)^## (.*)$`, md.String()))
			require.Equal(t, titles, headings(`<h2>(.*?)</h2>`, html.String()))
			found := objectKeys(t, js.Bytes())
			require.Equal(t, keys, found[slices.Index(found, keys[0]):], "the keys of the JSON")
		})
	}
}

func headings(pattern, text string) []string {
	var out []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}

// objectKeys are the keys of a JSON object as they follow each other.
func objectKeys(t *testing.T, text []byte) []string {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	_, err := dec.Token()
	require.NoError(t, err)
	var keys []string
	for dec.More() {
		key, err := dec.Token()
		require.NoError(t, err)
		keys = append(keys, key.(string))
		var value json.RawMessage
		require.NoError(t, dec.Decode(&value))
	}
	return keys
}

// An auditor reads that there was nothing, and does not have to guess whether somebody forgot to look.
func TestReportSaysWhereThereIsNothing(t *testing.T) {
	var md bytes.Buffer
	require.NoError(t, view.Report(farm.RolloutStatus{Rollout: "empty"}, nil, view.ReportOptions{Printed: at(0)}).Markdown(&md))
	for _, said := range []string{"No farm was begun.", "Preflight found nothing.", "Users were never off.", "Nothing is left to do.", "No log was read."} {
		require.Contains(t, md.String(), said)
	}
}

func TestReportOfOneFarmHoldsThatFarmAlone(t *testing.T) {
	alpha, bravo := renamed(completed(contoso), "alpha"), renamed(refused(contoso), "bravo")
	file := rolloutFile(contoso)
	e := view.Report(rolloutOf(alpha, bravo), []farm.Status{alpha, bravo}, view.ReportOptions{File: &file, Release: &release, Farm: "alpha", Printed: at(180)})
	require.Equal(t, farm.OutcomeCompleted, e.Verdict.Outcome, "the farm's outcome, not the rollout's")
	require.Equal(t, "completed", e.Mark.Word)
	require.Len(t, e.Verdict.Farms, 1)
	require.Len(t, e.Timeline, 1)
	var md bytes.Buffer
	require.NoError(t, e.Markdown(&md))
	require.Contains(t, md.String(), "# Evidence: 2026-11-infrastructure-update, farm alpha")
	require.NotContains(t, md.String(), "bravo")
}

func TestReportSetsTheFarmsOfARolloutApart(t *testing.T) {
	e := evidence(renamed(completed(contoso), "alpha"), renamed(refused(contoso), "bravo"))
	var md bytes.Buffer
	require.NoError(t, e.Markdown(&md))
	require.Regexp(t, `### Farm alpha\s+#### Backups of databases`, md.String(), "sections below a farm's heading")
	require.NotRegexp(t, `### Farm bravo\s+##? `, md.String(), "no heading with nothing below it")
}

func TestReportHoldsWhatTheRolloutItselfWasTold(t *testing.T) {
	alpha, bravo := renamed(completed(contoso), "alpha"), renamed(refused(contoso), "bravo")
	r := rolloutOf(alpha, bravo)
	r.Decisions = []farm.DecisionRecord{{Decision: farm.Decision{Subject: farm.SubjectFarm, Who: "dave", Choice: farm.ChoicePause, Reason: "storm"}, At: at(3), Accepted: true, Why: "paused"}}
	var md bytes.Buffer
	require.NoError(t, view.Report(r, []farm.Status{alpha, bravo}, view.ReportOptions{Printed: at(180)}).Markdown(&md))
	require.Regexp(t, `(?s)## 8\..*### The rollout itself\n.*dave \| operator \| pause farm \| storm.*### Farm alpha`, md.String())
	md.Reset()
	require.NoError(t, view.Report(r, []farm.Status{alpha, bravo}, view.ReportOptions{Farm: "alpha", Printed: at(180)}).Markdown(&md))
	require.NotContains(t, md.String(), "storm")
}

func TestReportHoldsNotes(t *testing.T) {
	s := completed(contoso)
	note := farm.DecisionRecord{Decision: farm.Decision{Subject: "i-1", Who: "carol", Choice: farm.ChoiceNote, Reason: "the DBA was called"}, At: at(110), Accepted: true}
	refused := note
	refused.Accepted, refused.Reason = false, "from nobody"
	s.Decisions = append(s.Decisions, note, refused)
	var md bytes.Buffer
	require.NoError(t, evidence(s).Markdown(&md))
	section := regexp.MustCompile(`(?s)## 13\..*?## 14\.`).FindString(md.String())
	require.Contains(t, section, "carol | i-1 | the DBA was called")
	require.NotContains(t, section, "from nobody")
}

func TestReportTellsServicesBeforeAndAfter(t *testing.T) {
	s := completed(contoso)
	s.ServicesAfter[0].StartMode = farm.StartManual
	services := evidence(s).Servers[0].Evidence[3].Services
	require.Equal(t, "W3SVC", services[0].Name)
	require.Equal(t, farm.StartAutomatic, services[0].Before.StartMode)
	require.Equal(t, farm.StartManual, services[0].After.StartMode)
	var md bytes.Buffer
	require.NoError(t, evidence(aborted(contoso)).Markdown(&md))
	require.Contains(t, md.String(), "| not back | not looked at |")
}
