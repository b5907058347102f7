package activities_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/secrets"
	"farmhand/simulator"
	"farmhand/simulator/world"
)

// The accounts of the tests. The guest is known to the domain and has no right on any server; the mistaken
// password is nobody's.
const (
	setupVariable, setupUser           = "FARMHAND_TEST_SETUP", `CONTOSO\sp-setup`
	guestVariable, guestUser           = "FARMHAND_TEST_GUEST", `CONTOSO\guest`
	mistakenVariable                   = "FARMHAND_TEST_MISTAKEN"
	app01, app02, wfe01, wfe02         = "APP01", "APP02", "WFE01", "WFE02"
	sql01                              = "SQL01"
	wss, office                        = "KB951695", "KB951297"
	pace                       float64 = 20000
)

// twin is a simulated farm of the example rollout file, and the activities that work on it.
type twin struct {
	*testing.T
	options simulator.Options
	sim     *simulator.Simulator
	acts    *activities.Activities
	secret  []string // every password in use

	mu   sync.Mutex
	said []string // what activities answered, beat and failed with
}

// newTwin starts a farm in a loopback network of its own. change may be nil.
func newTwin(t *testing.T, change func(*simulator.Options)) *twin {
	t.Helper()
	w := &twin{T: t}
	passwords := map[string]string{}
	for variable, user := range map[string]string{setupVariable: setupUser, guestVariable: guestUser, mistakenVariable: ""} {
		password := "Throw-away-" + rand.Text()
		t.Setenv(variable, password)
		passwords[strings.ToLower(user)] = password
		w.secret = append(w.secret, password)
	}
	delete(passwords, "")
	rollout, release, err := config.Decode("contoso.yaml", config.Example(), ".")
	require.NoError(t, err)
	readdress(t, &rollout.Farms[0])
	rollout.Credentials = []farm.Credential{setup(), {Name: "guest", User: guestUser, Password: "env:" + guestVariable}}
	w.options = simulator.Options{
		Rollout: rollout, Release: release, Pace: pace, CADirectory: t.TempDir(),
		Passwords: func(user string) (string, bool) { p, ok := passwords[strings.ToLower(user)]; return p, ok },
	}
	if change != nil {
		change(&w.options)
	}
	t.Cleanup(func() { require.NoError(t, w.sim.Close()) })
	t.Cleanup(w.requireNoSecret)
	w.start()
	return w
}

// start starts the simulator, anew after a Close with the same Dir.
func (w *twin) start() {
	w.Helper()
	sim, err := simulator.Start(w.Context(), w.options)
	require.NoError(w, err)
	w.sim = sim
	w.acts = activities.New(activities.Options{Secrets: secrets.NewResolver([]string{"env:FARMHAND_TEST_*"}), CAFile: sim.CAFile()})
}

// readdress gives a farm a loopback network that no other test has, of this process or another.
func readdress(t *testing.T, f *farm.Farm) {
	t.Helper()
	for i := range 250 {
		network := fmt.Sprintf("127.88.%d.", i)
		claim, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", network+"1:9")
		if err != nil {
			continue
		}
		t.Cleanup(func() { _ = claim.Close() })
		for j := range f.Servers {
			f.Servers[j].Address = fmt.Sprintf("%s%d", network, 10+j)
		}
		for j := range f.Clients.Computers {
			f.Clients.Computers[j].Address = fmt.Sprintf("%s%d", network, 50+j)
		}
		for j := range f.SQLServers {
			f.SQLServers[j].Address = fmt.Sprintf("%s%d", network, 100+j)
		}
		return
	}
	t.Fatal("no free loopback network")
}

// part runs a part of a test as a test of its own, on the same farm.
func (w *twin) part(name string, f func(t *testing.T)) {
	w.Helper()
	whole := w.T
	defer func() { w.T = whole }()
	whole.Run(name, func(t *testing.T) {
		w.T = t
		f(t)
	})
}

func setup() farm.Credential {
	return farm.Credential{Name: "setup", User: setupUser, Password: "env:" + setupVariable}
}

func guest() farm.Credential {
	return farm.Credential{Name: "guest", User: guestUser, Password: "env:" + guestVariable}
}

// mistaken is the setup account with a password that is not its own.
func mistaken() farm.Credential {
	return farm.Credential{Name: "setup", User: setupUser, Password: "env:" + mistakenVariable}
}

func (w *twin) server(name string) activities.ServerTarget {
	w.Helper()
	f := w.options.Rollout.Farms[0]
	s, ok := f.Server(name)
	require.True(w, ok, name)
	return activities.ServerTarget{Farm: f.Name, Server: s, Connect: setup(), RunAs: setup()}
}

func (w *twin) sql() activities.SQLTarget {
	w.Helper()
	f := w.options.Rollout.Farms[0]
	s, ok := f.SQLServer(sql01)
	require.True(w, ok)
	return activities.SQLTarget{Farm: f.Name, Server: s, Connect: setup()}
}

// elsewhere is an address of the farm's network that nobody serves.
func elsewhere(address string) string { return address[:strings.LastIndexByte(address, '.')] + ".250" }

// pkg is the request to install a package on a server, as the workflow makes it.
func (w *twin) pkg(server, kb, job string) activities.PackageRequest {
	w.Helper()
	for _, p := range w.options.Release.Packages {
		if f, ok := p.File(farm.X64); ok && p.KB == kb {
			return activities.PackageRequest{ServerTarget: w.server(server), Job: job, Package: p, File: f, Directory: w.options.Rollout.Packages.Directory}
		}
	}
	w.Fatal("no package " + kb)
	return activities.PackageRequest{}
}

// events returns the journal's events of one kind on a host whose text holds text.
func (w *twin) events(host, event, text string) (out []world.Event) {
	all, _ := w.sim.World().Events(0)
	for _, e := range all {
		if e.Host == host && e.Event == event && strings.Contains(e.Text, text) {
			out = append(out, e)
		}
	}
	return out
}

// await waits until the journal holds an event.
func (w *twin) await(host, event, text string) {
	w.Helper()
	require.NoError(w, w.next(w.Context(), 0, host, event, text))
}

// last is the number of the newest event.
func (w *twin) last() int64 {
	all, _ := w.sim.World().Events(0)
	return all[len(all)-1].Seq
}

// next waits for an event after another one.
func (w *twin) next(ctx context.Context, after int64, host, event, text string) error {
	for {
		all, more := w.sim.World().Events(after)
		for _, e := range all {
			after = e.Seq
			if e.Host == host && e.Event == event && strings.Contains(e.Text, text) {
				return nil
			}
		}
		select {
		case <-more:
		case <-ctx.Done():
			return fmt.Errorf("no %s of %q on %s: %w", event, text, host, ctx.Err())
		}
	}
}

// requireNoSecret checks that no password is in the journal, which never redacts, nor in anything an
// activity said.
func (w *twin) requireNoSecret() {
	all, _ := w.sim.World().Events(0)
	require.NotEmpty(w, all)
	journal, err := json.Marshal(all)
	require.NoError(w, err)
	w.mu.Lock()
	defer w.mu.Unlock()
	said := strings.Join(w.said, "\n")
	require.NotEmpty(w, said)
	for _, s := range w.secret {
		require.NotContains(w, string(journal), s)
		require.NotContains(w, said, s)
	}
}

// faults makes steps of the farm go wrong.
func faults(f ...world.Fault) func(*simulator.Options) {
	return func(o *simulator.Options) { o.Twin.Faults = append(o.Twin.Faults, f...) }
}
