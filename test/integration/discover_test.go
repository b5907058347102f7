package integration

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/test/journal"
)

// fill writes into the blanks of a draft what a person would.
func fill(text string) string {
	for blank, value := range map[string]string{
		`requested_by: `: `alice`, `operators: \[\]`: `operators: [dave, erin]`, `accepted_by: `: `alice`,
		`members: \[\]`: `members: [{name: bob}, {name: carol}]`, `- url: `: `'http://pwa.contoso/pwa'`,
	} {
		key, _, _ := strings.Cut(blank, ":")
		text = regexp.MustCompile(blank+` *# .*`).ReplaceAllString(text, key+": "+strings.TrimPrefix(value, key+": "))
	}
	text = regexp.MustCompile(`(packages:\n  directory: ) *# .*`).ReplaceAllString(text, `$1'C:\Updates'`)
	return regexp.MustCompile(`(backup:\n +directory: ) *# .*`).ReplaceAllString(text, `$1'E:\Backup'`)
}

// TestDraftOfALivingFarm: what discover writes is refused for its blanks alone; filled in, the farm it
// describes is updated without a blocking finding.
func TestDraftOfALivingFarm(t *testing.T) {
	f := Start(t, 4000)
	central := f.Rollout.Farms[0].CentralAdministration()
	addresses := map[string]string{}
	for _, s := range f.Rollout.Farms[0].Servers {
		addresses[s.Name] = s.Address
	}
	for _, s := range f.Rollout.Farms[0].SQLServers {
		addresses[s.Name] = s.Address
	}
	setup := f.Rollout.Credentials[0]
	found, err := activities.Discover(t.Context(), activities.New(activities.Options{Secrets: f.resolver, CAFile: f.Simulator.CAFile()}), activities.DiscoverRequest{
		ServerTarget: activities.ServerTarget{
			Server:  farm.Server{Name: central.Address, Address: central.Address, Stage: `C:\farmhand`, WinRM: farm.WinRM{Scheme: "http", Port: 5985, Auth: "ntlm"}},
			Connect: setup, RunAs: setup,
		},
		Addresses: addresses, At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
	})
	require.NoError(t, err)
	events, err := journal.Read(f.Journal)
	require.NoError(t, err)
	require.Empty(t, journal.Changes(events, `C:\farmhand`))
	gone := events[slices.IndexFunc(events, func(e journal.Event) bool { return e.Text == `rd "C:\farmhand"` })]
	require.Zero(t, *gone.Exit, "nothing is left")

	text := string(config.Draft(found, config.DraftOptions{
		Farm: "contoso-pwa", Release: f.Release, ReleaseName: f.Release.Name, User: setup.User, Password: setup.Password,
		Stage: `C:\farmhand`, WinRM: farm.WinRM{Scheme: "http", Port: 5985, Auth: "ntlm"}, At: time.Now(),
	}))
	_, _, err = config.Decode("draft.yaml", []byte(text), ".")
	var mistakes *config.Mistakes
	require.ErrorAs(t, err, &mistakes)
	lines := strings.Split(text, "\n")
	for _, m := range mistakes.List {
		require.Contains(t, lines[m.Line-1], config.Blank, m.Error())
	}

	rollout, release, err := config.Decode("draft.yaml", []byte(fill(text)), ".")
	require.NoError(t, err, text)
	for i, s := range rollout.Farms[0].Servers {
		was, ok := f.Rollout.Farms[0].Server(s.Name)
		require.True(t, ok)
		require.ElementsMatch(t, was.Roles, s.Roles, s.Name)
		rollout.Farms[0].Servers[i].WinRM = was.WinRM // WFE02 has another, which is the person's to write
	}
	f.Rollout, f.Release = rollout, release
	r, s := f.Update(t, func(q farm.Question) (string, farm.Choice) {
		require.Equal(t, farm.QuestionGate, q.Kind, q.Facts)
		return Approve(q)
	})
	require.Equal(t, farm.OutcomeCompleted, r.Outcome, r.Why)
	require.Empty(t, farm.Blocking(s.Findings))
}
