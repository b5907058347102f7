//go:build foreign

package foreign

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/world"
	"farmhand/test/integration"
)

// damageFarm starts a whole simulated farm and returns its host of Central Administration and its journal.
func damageFarm(t *testing.T) (central target, journal string) {
	t.Helper()
	const user, password = `CONTOSO\sp-setup`, "rehearsal-only"
	network := fmt.Sprintf("127.%d.%d.", 200+rand.IntN(50), rand.IntN(256))
	version := farm.MustParseVersion("12.0.6318.5000")
	server := func(name, host string, role farm.Role) farm.Server {
		return farm.Server{Name: name, Address: network + host, Roles: []farm.Role{role}, ConnectAs: "setup", RunAs: "setup",
			Stage: `C:\farmhand`, WinRM: farm.WinRM{Scheme: "http", Port: 5985, Auth: "ntlm"}}
	}
	journal = filepath.Join(t.TempDir(), "journal.jsonl")
	s, err := simulator.Start(t.Context(), simulator.Options{
		Pace: 5000, Journal: journal,
		Passwords: func(u string) (string, bool) { return password, u == user },
		Release: farm.Release{
			Packages: []farm.Package{
				{KB: "KB951695", Version: version, Products: []string{"Windows SharePoint Services 3.0"}},
				{KB: "KB951297", Version: version, Products: []string{"Office Project Server 2007"}},
			},
			Expected: farm.Expected{ProjectDatabases: version, SharePointDatabases: version},
		},
		Rollout: farm.Rollout{
			Packages:    farm.PackageSource{Directory: `C:\Updates`},
			Credentials: []farm.Credential{{Name: "setup", User: user}},
			Farms: []farm.Farm{{
				Name:       "contoso",
				Servers:    []farm.Server{server("APP01", "11", farm.RoleCentralAdministration), server("WFE01", "21", farm.RoleFrontEndWeb)},
				SQLServers: []farm.SQLServer{{Name: "SQL01", Address: network + "31", Port: 1433, Encrypt: farm.EncryptNone}},
				Databases:  farm.Databases{Configuration: "SharePoint_Config", On: "SQL01"},
			}},
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return target{host: network + "11", port: 5985, user: user, password: password}, journal
}

// readJournal returns the events that an outside checker finds.
func readJournal(t *testing.T, path string) (events []world.Event) {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var e world.Event
		require.NoError(t, json.Unmarshal(lines.Bytes(), &e), lines.Text())
		require.WithinDuration(t, time.Now(), e.Time, time.Hour)
		events = append(events, e)
	}
	require.NoError(t, lines.Err())
	return events
}

// TestDamageByPywinrm: whoever starts the wizard before all packages are on all servers, and with whatever
// client, does damage, and the journal says so.
func TestDamageByPywinrm(t *testing.T) {
	central, path := damageFarm(t)
	r := pywinrm(t, central, "ntlm",
		`"C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\12\BIN\psconfig.exe" -cmd upgrade -inplace b2b -wait`)
	require.Empty(t, r.Failed)
	require.NotZero(t, r.Exit)
	require.Contains(t, r.Stdout, "Configuration of SharePoint Products and Technologies failed.")

	found := map[string]int{}
	for _, e := range readJournal(t, path) {
		if e.Host == "APP01" {
			found[e.Protocol+" "+e.Event]++
		}
		if e.Event == "damage" && e.Host == "APP01" {
			require.Contains(t, e.Text, "WFE01 lacks KB951695 and KB951297")
			require.Equal(t, central.user, e.User)
		}
	}
	require.Equal(t, 1, found["system damage"], found)
	require.Equal(t, 1, found["job started"], found)
	require.Equal(t, 1, found["job exited"], found)
	require.Equal(t, 1, found["winrm command"], found)
}

// TestEarlyWizardFailsTheVerification: somebody starts the wizard from another client while farmhand waits
// at the gate install. The farm looks finished afterwards, and the verification does not let it pass.
func TestEarlyWizardFailsTheVerification(t *testing.T) {
	f := integration.Start(t, 4000)
	central := f.Rollout.Farms[0].CentralAdministration()
	user, password := f.Account(central.Name)
	started := false
	var refused []farm.Question
	r, _ := f.Update(t, func(q farm.Question) (string, farm.Choice) {
		switch {
		case q.ID == string(farm.GateInstall) && !started:
			started = true
			pywinrm(t, target{host: central.Address, port: central.WinRM.Port, user: user, password: password}, "ntlm",
				`"C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\12\BIN\psconfig.exe" -cmd upgrade -inplace b2b -wait`)
			return integration.Approve(q)
		case q.Kind == farm.QuestionGate:
			return integration.Approve(q)
		case q.Failure.Kind == farm.FailureAbort:
			return f.Rollout.Operators[0], farm.ChoiceLeaveStopped
		}
		refused = append(refused, q)
		return f.Rollout.Operators[0], farm.ChoiceAbort
	})
	require.True(t, started)
	require.Equal(t, farm.OutcomeAborted, r.Outcome)
	require.NotEmpty(t, refused)
	require.Equal(t, farm.FailureNotProven, refused[0].Failure.Kind)
	require.Contains(t, strings.Join(refused[0].Failure.Log, " "), "is at 12.0.6219.1000 and not at 12.0.6318.5000")
	damage := 0
	for _, e := range readJournal(t, f.Journal) {
		if e.Event == "damage" && e.Host == central.Name {
			damage++
		}
	}
	require.Equal(t, 1, damage)
}
