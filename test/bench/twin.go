package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/traffic"
	"farmhand/simulator/world"
)

// passwordVariable is how the example's rollout file names the password.
const passwordVariable = "SP_SETUP_PASSWORD" //nolint:gosec // the name of a variable, not its value

// site is where the twins of one measure listen, with a throw-away password: each run gets a fresh farm at the same place,
// so that a worker goes on serving it.
type site struct {
	dir, network, password string
	runs                   int
}

// newSite finds a loopback network that nobody listens in, and makes a directory that close removes.
func newSite(ctx context.Context) (*site, error) {
	dir, err := os.MkdirTemp("", "farmhand-bench-")
	if err != nil {
		return nil, err
	}
	for range 200 {
		network := fmt.Sprintf("127.%d.%d.", 100+mathrand.IntN(100), mathrand.IntN(250)) //nolint:gosec // a place to listen at is no secret
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", network+"11:5985")
		if err != nil {
			continue
		}
		return &site{dir: dir, network: network, password: rand.Text()}, l.Close()
	}
	return nil, errors.New("no free loopback network")
}

func (s *site) file(name string) string { return filepath.Join(s.dir, name) }

func (s *site) close() { _ = os.RemoveAll(s.dir) }

// twin is one fresh simulated farm, and the rollout that updates it.
type twin struct {
	*simulator.Simulator
	rollout farm.Rollout
	// file holds the rollout as an operator writes it.
	file string
}

// start simulates the farm of the documentation's example. pace divides every duration.
func (s *site) start(ctx context.Context, pace float64) (*twin, error) {
	s.runs++
	text := strings.Replace(string(config.Example()), "rollout: ", fmt.Sprintf("rollout: bench-%d-", s.runs), 1)
	return s.simulate(ctx, pace, text)
}

// startPlain is start under another name, and without TLS anywhere: a worker checks servers against one authority, and each
// twin has its own.
func (s *site) startPlain(ctx context.Context, pace float64, name string) (*twin, error) {
	return s.simulate(ctx, pace, strings.NewReplacer(
		"rollout: ", "rollout: "+name+"-", "contoso-pwa", name, "winrm: {scheme: https, port: 5986}", "run_as: setup", "encrypt: login", "encrypt: none",
	).Replace(string(config.Example())))
}

func (s *site) simulate(ctx context.Context, pace float64, text string) (*twin, error) {
	text = strings.ReplaceAll(text, "127.0.1.", s.network)
	t := &twin{file: s.file("rollout.yaml")}
	if err := os.WriteFile(t.file, []byte(text), 0o600); err != nil {
		return nil, err
	}
	rollout, release, err := config.Decode(t.file, []byte(text), s.dir)
	if err != nil {
		return nil, err
	}
	t.rollout = rollout
	t.Simulator, err = simulator.Start(ctx, simulator.Options{
		Rollout: rollout, Release: release, Pace: pace, CADirectory: s.dir,
		// Users who knock would count as traffic of whoever is measured.
		Twin:      simulator.Twin{Durations: simulator.TwinDurations{Users: 10000 * time.Hour}},
		Passwords: func(user string) (string, bool) { return s.password, user == rollout.Credentials[0].User },
	})
	return t, err
}

// events are what has happened in the farm.
func (t *twin) events() []world.Event {
	events, _ := t.World().Events(0)
	return events
}

// work is what a run asked of the farm.
type work struct {
	winrm, sql                   traffic.Count
	commands, statements, damage int
	// jobs are installers, wizards and stsadm that ended well.
	jobs int
}

func (t *twin) work() (w work) {
	w.winrm, w.sql = t.Traffic()
	for _, e := range t.events() {
		switch {
		case e.Protocol == "winrm" && e.Event == "create-shell": // of one command each; a command may run several scripts
			w.commands++
		case e.Protocol == "tds" && (e.Event == "batch" || e.Event == "rpc"):
			w.statements++
		case e.Event == "damage":
			w.damage++
		case e.Protocol == "job" && e.Event == "exited" && e.Exit != nil && *e.Exit == 0:
			w.jobs++
		}
	}
	return w
}

// finished says what of the update is missing: every package and the wizard on every server, in order, without damage.
func (t *twin) finished() error {
	w := t.work()
	servers := len(t.rollout.Farms[0].Servers)
	if want := 3 * servers; w.jobs < want || w.damage > 0 {
		return fmt.Errorf("%d jobs of at least %d ended well, with %d events of damage", w.jobs, want, w.damage)
	}
	return nil
}
