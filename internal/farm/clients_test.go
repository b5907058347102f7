package farm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

func TestFindingsOfClients(t *testing.T) {
	for name, tt := range map[string]struct {
		policy farm.ClientPolicy
		facts  *farm.ClientFacts
		want   farm.Severity
		says   string
		do     string
	}{
		"no inventory":    {"", nil, farm.SeverityInformation, "no inventory of clients", "must be installed"},
		"all ready":       {farm.ClientsWarn, &farm.ClientFacts{Total: 3, Ready: 3}, farm.SeverityInformation, "3 of 3 clients", ""},
		"some behind":     {farm.ClientsWarn, behind(), farm.SeverityWarning, "22 of 210 clients are behind: PC-01, and 21 more", "KB952067 or later"},
		"held":            {farm.ClientsHold, behind(), farm.SeverityWarning, "22 of 210", "held off until then"},
		"another product": {farm.ClientsWarn, &farm.ClientFacts{}, farm.SeverityWarning, "names no client", "client.products"},
	} {
		t.Run(name, func(t *testing.T) {
			r, rel, facts := healthy()
			rel.Client = farm.Client{KB: "KB952067", Statement: "must be installed"}
			if facts.Clients = tt.facts; tt.facts != nil {
				r.Farms[0].Clients = farm.Clients{Inventory: "clients.csv", Policy: tt.policy}
			}
			var of []farm.Finding
			for _, f := range farm.Findings(r, rel, r.Farms[0], facts) {
				if f.Server == "pwa" {
					of = append(of, f)
				}
			}
			require.Len(t, of, 1)
			require.Equal(t, tt.want, of[0].Severity)
			require.Contains(t, of[0].What, tt.says)
			require.Contains(t, of[0].Do, tt.do)
		})
	}
}

// TestClientsThatWereAskedBefore: what comes with the release and was there asks nothing new.
func TestClientsThatWereAskedBefore(t *testing.T) {
	r, rel, facts := healthy()
	rel.Client = farm.Client{KB: "KB952067", Statement: "must be installed", ComesWith: "KB951297"}
	r.Farms[0].Clients, facts.Clients = farm.Clients{Inventory: "clients.csv", Policy: farm.ClientsHold}, behind()
	for i := range facts.Servers {
		facts.Servers[i].Contained = []farm.PackageState{{KB: "KB951297", Installed: true}}
	}
	require.False(t, rel.AsksClients(facts))
	for _, f := range farm.Findings(r, rel, r.Farms[0], facts) {
		if f.Server == "pwa" {
			require.Equal(t, farm.SeverityInformation, f.Severity)
			require.Contains(t, f.What, "decides nothing")
		}
	}
}

func behind() *farm.ClientFacts {
	return &farm.ClientFacts{Inventory: "clients.csv", Total: 210, Ready: 188, Behind: 22, Named: []farm.ClientState{{Computer: "PC-01", Found: "12.0.6218.1000"}}}
}
