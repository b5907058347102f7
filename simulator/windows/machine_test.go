package windows

import (
	"bytes"
	"context"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/simulator/world"
	"farmhand/simulator/wsman"
)

const (
	testUser     = `CONTOSO\sp-setup`
	testPassword = "throw-away"
)

// accounts is a domain of one account.
type accounts struct{}

func (accounts) Password(domain, user string) (string, bool) {
	ok := strings.EqualFold(user, "sp-setup") && (domain == "" || strings.EqualFold(domain, "CONTOSO"))
	return testPassword, ok
}

// server2008 is a small Windows Server 2008 with a Web server and a few files.
func server2008(name string) Spec {
	return Spec{
		Name: name, Domain: "CONTOSO", Version: "6.0.6002", ServicePack: 2, Caption: "Microsoft® Windows Server® 2008 Standard",
		Architecture: farm.X64, PowerShell: "2.0", MemoryMB: 4096,
		Drives:         []Drive{{Name: "C:", SizeMB: 40960, FreeMB: 20480}, {Name: "D:", SizeMB: 1024, FreeMB: 10}},
		Administrators: []string{testUser},
		Services: []Service{
			{Name: "IISADMIN", Display: "IIS Admin Service", Start: Automatic, State: Running},
			{Name: "W3SVC", Display: "World Wide Web Publishing Service", Start: Automatic, State: Running, DependsOn: []string{"IISADMIN"}},
			{Name: "SPTimerV3", Display: "Windows SharePoint Services Timer", Start: Manual, State: Stopped, Path: `"C:\Program Files\12\BIN\OWSTIMER.EXE"`},
			{Name: "Spooler", Display: "Print Spooler", Start: Disabled},
		},
		Registry: []RegistryValue{
			{Key: sharePointKey, Name: "Version", Data: "12.0.0.6219"},
			{Key: sharePointKey + `\WSS`, Name: "SERVERROLE", Data: "APPLICATION"},
			{Key: sharePointKey + `\WSS`, Name: "SetupType", Data: "CLEAN_INSTALL"},
		},
		Files: []File{
			{Path: `D:\Updates\package.exe`, Size: 5 << 20, SHA256: strings.Repeat("ab", 32), Zone: "3", Version: "12.0.6318.5000"},
			{Path: `D:\farmhand\note.txt`, Data: []byte("one\r\ntwo\r\n")},
		},
	}
}

func server2003(name string) Spec {
	s := server2008(name)
	s.Version, s.Caption = "5.2.3790", "Microsoft(R) Windows(R) Server 2003, Standard Edition"
	return s
}

func openWorld(t *testing.T, o world.Options, specs ...Spec) *world.World {
	t.Helper()
	w, fresh, err := world.Open(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	if fresh {
		require.NoError(t, w.Update(func(tx *world.Tx) error {
			for _, s := range specs {
				Seed(tx, s)
			}
			return nil
		}))
	}
	return w
}

// console types command lines at a machine without WinRM before it.
type console struct {
	machine *Machine
	backend *backend
}

func newConsole(t *testing.T, s Spec) *console {
	t.Helper()
	return newConsoleIn(t, world.Options{Pace: 5000}, s)
}

func newConsoleIn(t *testing.T, o world.Options, s Spec) *console {
	t.Helper()
	w := openWorld(t, o, s)
	m := New(s.Name, w, accounts{}, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	l := &life{ctx: ctx, cancel: cancel, kill: map[int]context.CancelFunc{}}
	m.setLife(l)
	t.Cleanup(l.end)
	return &console{m, &backend{m, l}}
}

// run returns standard output, standard error and the exit code, with plain line ends.
func (c *console) run(line, stdin string) (stdout, stderr string, exit int) {
	return c.runIn(437, line, stdin)
}

// runIn is run in another code page.
func (c *console) runIn(codePage int, line, stdin string) (stdout, stderr string, exit int) {
	var out, errs bytes.Buffer
	exit = c.backend.Exec(c.backend.life.ctx, wsman.Command{
		User: testUser, Line: line, CodePage: codePage, Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs,
	})
	return strings.ReplaceAll(out.String(), "\r\n", "\n"), strings.ReplaceAll(errs.String(), "\r\n", "\n"), exit
}

// events returns what the journal has of some kind, as "event text".
func events(w *world.World, kinds ...string) []string {
	all, _ := w.Events(0)
	var out []string
	for _, e := range all {
		for _, k := range kinds {
			if e.Event == k {
				out = append(out, strings.TrimSpace(e.Event+" "+e.Text))
			}
		}
	}
	return out
}

// awaitEvent waits until the journal has n events of a kind.
func awaitEvent(t *testing.T, w *world.World, kind string, n int) {
	t.Helper()
	for {
		all, changed := w.Events(0)
		seen := 0
		for _, e := range all {
			if e.Event == kind {
				seen++
			}
		}
		if seen >= n {
			return
		}
		select {
		case <-changed:
		case <-t.Context().Done():
			t.Fatalf("no event %s", kind)
		}
	}
}

// port is an address that can be listened on again and again.
type port struct {
	address string
	first   chan net.Listener
}

func openPort(t *testing.T) *port {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &port{address: l.Addr().String(), first: make(chan net.Listener, 1)}
	p.first <- l
	return p
}

func (p *port) listen() (net.Listener, error) {
	select {
	case l := <-p.first:
		return l, nil
	default:
		return net.Listen("tcp", p.address)
	}
}
