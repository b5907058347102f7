package view_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

func evidence(farms ...farm.Status) view.Evidence {
	r := rolloutOf(farms...)
	if farms[0].Outcome != "" {
		r.Outcome, r.Finished = farms[0].Outcome, farms[0].Finished
	}
	file := rolloutFile(contoso)
	return view.Report(r, farms, view.ReportOptions{File: &file, Release: &release, Zone: berlin, Printed: at(180)})
}

func TestReports(t *testing.T) {
	for name, e := range map[string]view.Evidence{
		"report-completed": evidence(completed(contoso)), "report-aborted": evidence(aborted(contoso)), "report-gate": evidence(waiting(contoso)), "report-finalize": evidence(finalizing(contoso)),
		"report-farms": evidence(renamed(completed(contoso), "alpha"), renamed(refused(contoso), "bravo")),
	} {
		t.Run(name, func(t *testing.T) {
			var md, html, js bytes.Buffer
			require.NoError(t, e.Markdown(&md))
			require.NoError(t, e.HTML(&html))
			require.NoError(t, e.JSON(&js))
			golden(t, name+".md", md.Bytes())
			golden(t, name+".html", html.Bytes())
			golden(t, name+".json", js.Bytes())
		})
	}
}

func TestReportNamesWhoAcceptedAFinding(t *testing.T) {
	f := evidence(completed(contoso)).Findings[0].Evidence
	require.Equal(t, "bob", f[0].AcceptedBy, "the gate install showed it, and bob approved")
	require.Empty(t, f[1].AcceptedBy, "nobody was shown it")
}

func TestReportKeepsDecisionsThatDidNotCount(t *testing.T) {
	ds := evidence(completed(contoso)).Decisions[0].Evidence.Decisions
	require.Len(t, ds, 4)
	require.False(t, ds[1].Accepted)
	require.Equal(t, "excluded: runs it", ds[1].Role)
	require.NotEmpty(t, ds[2].Facts, "what carol was shown")
}

func TestReportSaysHowManyDecisionsAreNotListed(t *testing.T) {
	s := completed(contoso)
	s.Unlisted = 512
	var md bytes.Buffer
	require.NoError(t, evidence(s).Markdown(&md))
	require.Contains(t, md.String(), "512 more decisions were refused when the list was full")
}

// TestReportHoldsWhatWasSigned: whoever audits has the text, the signature and the key.
func TestReportHoldsWhatWasSigned(t *testing.T) {
	s := completed(contoso)
	s.Decisions[2].SignedBy, s.Decisions[2].Signature = "SHA256:abc", "-----BEGIN SSH SIGNATURE-----"
	e := evidence(s)
	var md, js bytes.Buffer
	require.NoError(t, e.Markdown(&md))
	require.NoError(t, e.JSON(&js))
	require.Contains(t, md.String(), "SHA256:abc")
	require.Contains(t, js.String(), "BEGIN SSH SIGNATURE")
	require.Contains(t, js.String(), `\nevidence: `+s.Decisions[2].Shown+`\n`)
}

func TestReportEscapesWhatPeopleAndServersSay(t *testing.T) {
	s := completed(contoso)
	hostile := "<script>alert(1)</script>|`x` [a](http://b)\x1b[31m\n# heading"
	s.Farm, s.Decisions[0].Reason, s.Timeline[0].What, s.Servers[0].Name = hostile, hostile, hostile, hostile
	e := evidence(s)
	var md, html bytes.Buffer
	require.NoError(t, e.Markdown(&md))
	require.NoError(t, e.HTML(&html))
	for _, text := range []string{md.String(), html.String()} {
		require.NotContains(t, text, "<script>")
	}
	require.NotContains(t, md.String(), "\x1b")
	for line := range strings.Lines(md.String()) {
		if strings.HasPrefix(line, "| ") {
			cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
			require.GreaterOrEqual(t, cells, 3, line)
		}
	}
}

func TestReportIsOneFile(t *testing.T) {
	var html bytes.Buffer
	require.NoError(t, evidence(completed(contoso)).HTML(&html))
	for _, outside := range []string{"<script", "src=", "href=", "url(", "@import"} {
		require.NotContains(t, html.String(), outside)
	}
	require.Equal(t, 1, strings.Count(html.String(), "<svg "))
}

func TestEvidenceRoundTrips(t *testing.T) {
	var js bytes.Buffer
	require.NoError(t, evidence(completed(contoso)).JSON(&js))
	var back view.Evidence
	require.NoError(t, json.Unmarshal(js.Bytes(), &back))
	var again bytes.Buffer
	require.NoError(t, back.JSON(&again))
	require.Equal(t, js.String(), again.String())
}

func TestReportSaysWhichInventoryOfClientsWasBelieved(t *testing.T) {
	s := completed(contoso)
	s.Facts.Clients = &farm.ClientFacts{
		Inventory: "clients.csv", SHA256: "ab12", Written: at(0), Total: 9, Ready: 8, Behind: 1, Named: []farm.ClientState{{Computer: "PC-07", Found: "12.0.6218.1000"}},
	}
	var md bytes.Buffer
	require.NoError(t, evidence(s).Markdown(&md))
	require.Contains(t, md.String(), "| clients.csv | ab12 |")
	require.Contains(t, md.String(), "| 9 | 8 | 1; PC-07 (12.0.6218.1000) |")
}
