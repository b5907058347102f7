package config

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"farmhand/internal/farm"
)

// drafted is a draft of a farm with a name and a problem of any kind in it.
func drafted(t testing.TB, name, problem string) string {
	t.Helper()
	rel, err := LoadRelease("infrastructure-update")
	require.NoError(t, err)
	facts := farm.FarmFacts{
		Configuration: name, Servers: []string{name}, CentralAdministration: []string{name}, WebServers: []string{name}, WebApplications: []string{"http://" + name},
		Databases: []farm.ReportedDatabase{
			{Name: name, Server: name, Type: "SPConfigurationDatabase"}, {Name: name + "2", Server: name, Type: "SPContentDatabase"},
			{Name: name + "_Draft", Server: name, Type: "A.Project.B"}, {Name: name + "_x", Server: name, Type: "A.Project.B"},
		},
	}
	d := farm.Discovery{
		Facts: facts, SQLServers: farm.DiscoverSQLServers(facts),
		Servers: []farm.DiscoveredServer{{Name: name, Address: name, Roles: farm.DiscoveredRoles(facts, name, nil, nil), Problem: problem}},
	}
	return string(Draft(d, DraftOptions{
		Farm: "farm-1", Release: rel, ReleaseName: rel.Name, User: `CONTOSO\sp-setup`, Password: "env:SP_SETUP_PASSWORD", Stage: `C:\farmhand`,
		WinRM: farm.WinRM{Scheme: "http", Port: 5985, Auth: "ntlm"}, At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
	}))
}

func TestDraftIsRefusedForItsBlanksAlone(t *testing.T) {
	t.Parallel()
	text := drafted(t, "SP01", "nobody answers")
	require.Contains(t, text, "# SP01 did not answer (nobody answers)")
	require.Contains(t, text, "SP01_x is a database of Project Server")
	_, _, err := Decode("draft.yaml", []byte(text), ".")
	var mistakes *Mistakes
	require.ErrorAs(t, err, &mistakes)
	lines, blanks := strings.Split(text, "\n"), map[int]bool{}
	for i, l := range lines {
		if strings.Contains(l, Blank) && i > 1 {
			blanks[i+1] = true
		}
	}
	for _, m := range mistakes.List {
		require.True(t, blanks[m.Line], m.Error())
		delete(blanks, m.Line)
	}
	require.Empty(t, blanks, "each blank is a mistake")
}

// FuzzDraft: whatever a farm calls its things, a draft is YAML, and a name is one value.
func FuzzDraft(f *testing.F) {
	for _, name := range []string{"SP01", "it's", `SQL\A`, "a: b # c", "%TEMP%", "é\n- {x: y}", "\u2028", "{{", "'"} {
		f.Add(name, "no 'answer'\nat all")
	}
	f.Fuzz(func(t *testing.T, name, problem string) {
		var read struct {
			Farms []struct {
				Servers []struct{ Name string }
			}
		}
		text := drafted(t, name, problem)
		require.NoError(t, yaml.Unmarshal([]byte(text), &read), text)
		require.Len(t, read.Farms, 1)
		require.Len(t, read.Farms[0].Servers, 1)
	})
}
