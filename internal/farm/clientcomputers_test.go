package farm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

func TestClientRecords(t *testing.T) {
	client := farm.Client{Products: []string{"Project Professional"}, Version: farm.MustParseVersion("12.0.6318.5000"), Accepted: []string{"KB952067"}}
	product := func(name, version string, patches ...farm.PatchState) farm.InstalledProduct {
		return farm.InstalledProduct{PatchState: farm.PatchState{Name: name, Version: farm.MustParseVersion(version)}, Patches: patches}
	}
	patch := func(state string) farm.PatchState {
		return farm.PatchState{Name: "Update for Microsoft Office Project Professional 2007 (KB952067)", State: state}
	}
	pro := "Microsoft Office Project Professional 2007"
	for name, tt := range map[string]struct {
		products []farm.InstalledProduct
		ready    bool
		found    string
	}{
		"a late build":          {[]farm.InstalledProduct{product(pro, "12.0.6425.1000")}, true, ""},
		"an early build":        {[]farm.InstalledProduct{product(pro, "12.0.6218.1000")}, false, "12.0.6218.1000"},
		"the update":            {[]farm.InstalledProduct{product(pro, "12.0.6218.1000", patch("1"))}, true, ""},
		"a superseded update":   {[]farm.InstalledProduct{product(pro, "12.0.6218.1000", patch("2"))}, true, ""},
		"a registered update":   {[]farm.InstalledProduct{product(pro, "12.0.6218.1000", patch("8"))}, false, "12.0.6218.1000"},
		"another product alone": {[]farm.InstalledProduct{product("Microsoft Office Visio Professional 2007", "12.0.6425.1000", patch("1"))}, false, "no Project Professional among"},
		"another product too":   {[]farm.InstalledProduct{product("Microsoft Office Visio Professional 2007", "12.0.6425.1000"), product(pro, "12.0.4518.1014")}, false, "12.0.4518.1014"},
		"nothing":               {nil, false, "no Project Professional among"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, products := range [][]string{client.Products, nil} {
				c := client
				c.Products = products // the product of the article, where the release names none
				f := farm.JudgeClients(c, farm.ClientRecords(c, "PC-01", tt.products))
				require.Equal(t, 1, f.Total)
				require.Equal(t, tt.ready, f.Ready == 1)
				if !tt.ready {
					require.Contains(t, f.Named[0].Found, tt.found)
				}
			}
		})
	}
}

// TestUnreadClient: a computer that is not reached is behind, unless an inventory knows better.
func TestUnreadClient(t *testing.T) {
	c := farm.Client{Accepted: []string{"KB952067"}}
	records := []farm.ClientRecord{farm.UnreadClient("PC-01", "no answer"), farm.UnreadClient("PC-02", "no answer"), {Computer: "pc-02", Updates: []string{"KB952067"}}}
	f := farm.JudgeClients(c, records)
	require.Equal(t, []farm.ClientState{{Computer: "PC-01", Found: "not reached: no answer"}}, f.Named)
	require.Equal(t, 1, f.Ready)

	f.Asked = 2
	require.Equal(t, "1 of 2 clients meet the requirement (2 asked over WinRM)", f.String())
	require.Contains(t, farm.ClientFailure("pwa", c, f).Advice, "update them, then retry")
	f.Inventory = "clients.csv"
	require.Equal(t, "clients.csv and 2 asked over WinRM", f.Source())
}
