package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/simulator"
)

// withComputers gives the farm four client computers, of which the twin serves three.
func withComputers(o *simulator.Options) {
	f := &o.Rollout.Farms[0]
	home := f.Servers[0].Address
	for i, name := range []string{"PC-01", "PC-02", "PC-03", "PC-04"} {
		address := elsewhere(home)[:len(elsewhere(home))-3] + "5" + string(rune('0'+i))
		f.Clients.Computers = append(f.Clients.Computers, farm.ClientComputer{
			Name: name, Address: address, ConnectAs: "setup", WinRM: farm.WinRM{Scheme: "http", Port: f.Servers[0].WinRM.Port, Auth: "ntlm"},
		})
	}
	o.Twin.Clients = []simulator.TwinClient{
		{Name: "PC-02", Version: "12.0.6218.1000", Updates: []string{"KB952067", "KB950037"}},
		{Name: "PC-03", Product: "none"},
		{Name: "PC-04", Off: true},
	}
}

func (w *twin) computer(name string) activities.ClientComputerRequest {
	w.Helper()
	release, err := config.LoadRelease("infrastructure-update")
	require.NoError(w, err)
	f := w.options.Rollout.Farms[0]
	for _, c := range f.Clients.Computers {
		if c.Name == name {
			return activities.ClientComputerRequest{ServerTarget: activities.ServerTarget{Farm: f.Name, Server: c.Server(), Connect: setup()}, Client: release.Client}
		}
	}
	w.Fatal("no computer " + name)
	return activities.ClientComputerRequest{}
}

func TestReadClientComputer(t *testing.T) {
	w := newTwin(t, withComputers)
	read := func(name string) []farm.ClientRecord {
		return do[[]farm.ClientRecord](w, w.acts.ReadClientComputer, w.computer(name))
	}
	product := "Microsoft Office Project Professional 2007"
	require.Equal(t, []farm.ClientRecord{
		{Computer: "PC-01", Product: product, Version: farm.MustParseVersion("12.0.6425.1000"), Updates: []string{"KB952067"}},
	}, read("PC-01"))
	require.Equal(t, []farm.ClientRecord{
		{Computer: "PC-02", Product: product, Version: farm.MustParseVersion("12.0.6218.1000"), Updates: []string{"KB950037", "KB952067"}},
	}, read("PC-02"))
	require.Equal(t, []farm.ClientRecord{
		{Computer: "PC-03", Problem: "no Office Project Professional 2007 among its installed products"},
	}, read("PC-03"))

	_, err := try[[]farm.ClientRecord](w, w.acts.ReadClientComputer, w.computer("PC-04"))
	w.requireFailure(err, farm.FailureUnreachable, "PC-04", true)

	wrong := w.computer("PC-01")
	wrong.Connect = mistaken()
	_, err = try[[]farm.ClientRecord](w, w.acts.ReadClientComputer, wrong)
	w.requireFailure(err, farm.FailureAuth, "PC-01", false)
	require.Len(t, w.events("PC-01", "auth-failed", ""), 1, "each more is a step towards a lockout")
}
