package windows

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"path"
	"strings"
	"sync"

	"farmhand/scripts"
	"farmhand/simulator/kerberos"
	"farmhand/simulator/traffic"
	"farmhand/simulator/world"
)

// Accounts answers for the passwords of the domain. The user is a bare name; the domain may be empty when
// a client sent none.
type Accounts interface {
	Password(domain, user string) (password string, ok bool)
}

// Options are how one server is reached.
type Options struct {
	// Listen opens the server's WinRM port; it is called again after each boot.
	Listen func() (net.Listener, error)
	// TLS is the server's certificate; nil serves plain HTTP.
	TLS *tls.Config
	// BasicAllowed and UnencryptedAllowed are the service's settings AllowBasic and AllowUnencrypted.
	BasicAllowed, UnencryptedAllowed bool
	// Kerberos holds the key of the server's WinRM service; nil leaves NTLM alone.
	Kerberos *kerberos.Keys
	// Traffic counts what WinRM carries; nil counts nothing.
	Traffic *traffic.Counter
}

// Machine is one running simulated server. Its state is in the World; the Machine itself holds only what
// is alive: the WinRM service and the goroutines of processes.
type Machine struct {
	name     string
	world    *world.World
	accounts Accounts
	options  Options
	programs []registration
	models   map[string]ScriptModel // by the script's hash
	// scriptPrograms are the batch files and scripts that take time, by their hash.
	scriptPrograms map[string]Program

	mu   sync.Mutex
	life *life // of the current boot; nil while the server is down
}

type registration struct {
	pattern string
	program Program
}

// New makes the machine of a server that Seed wrote. Register programs and scripts before Run.
func New(name string, w *world.World, a Accounts, o Options) *Machine {
	m := &Machine{name: name, world: w, accounts: a, options: o, models: map[string]ScriptModel{}, scriptPrograms: map[string]Program{}}
	m.registerWindowsScripts()
	return m
}

// Name is the server's name in the rollout file.
func (m *Machine) Name() string { return m.name }

// World is where the server's state lives.
func (m *Machine) World() *world.World { return m.world }

// Program registers the model of an executable by its base name in lower case, such as "psconfig.exe", or
// by a pattern whose last character is *, such as "wssv3-kb951695*". The first registration that matches
// an existing file runs.
func (m *Machine) Program(image string, p Program) {
	m.programs = append(m.programs, registration{strings.ToLower(image), p})
}

// Script registers the model of a script. A later registration replaces an earlier one, so that the
// models Windows itself brings can be replaced too.
func (m *Machine) Script(s scripts.Script, model ScriptModel) { m.models[s.SHA256] = model }

// program finds the model for the full path of an executable.
func (m *Machine) program(image string) (Program, bool) {
	base := path.Base(strings.ToLower(strings.ReplaceAll(image, `\`, "/")))
	for _, r := range m.programs {
		if ok, _ := path.Match(r.pattern, base); ok {
			return r.program, true
		}
	}
	return Program{}, false
}

// system returns the server's unchanging facts.
func (m *Machine) system() system {
	var s system
	m.world.View(func(tx *world.Tx) { s = getSystem(tx, m.name) })
	return s
}

// Run lives the server's life: it finishes a boot that was under way, serves WinRM, goes on with the
// processes of scheduled tasks that were under way, and boots again after each shutdown. It returns nil
// when ctx ends or the World closes (everything alive is dropped, the state stays) and an error when the
// port cannot be opened.
func (m *Machine) Run(ctx context.Context) error {
	err := m.dropShellProcesses()
	for err == nil && ctx.Err() == nil {
		up := false
		m.world.View(func(tx *world.Tx) { up = Up(tx, m.name) })
		if up {
			err = m.serve(ctx)
		} else {
			err = m.finishBoot(ctx)
		}
	}
	if err == nil || ctx.Err() != nil || errors.Is(err, world.ErrClosed) {
		return nil //nolint:nilerr // the world is being suspended, as it was asked to
	}
	return fmt.Errorf("simulated server %s: %w", m.name, err)
}
