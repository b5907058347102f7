package tds_test

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/require"

	"farmhand/simulator/tds"
)

// backend answers a few batches by their first word, enough to put every token on the wire.
type backend struct {
	mu      sync.Mutex
	events  []tds.Event
	params  []tds.Param
	release chan struct{} // lets the batch "progress" go on
	running chan struct{} // told when the batch "wait" has begun
	stopped chan struct{} // told when the batch "wait" was cancelled
}

func newBackend() *backend {
	return &backend{release: make(chan struct{}), running: make(chan struct{}, 8), stopped: make(chan struct{}, 8)}
}

func (b *backend) Password(domain, user string) (string, bool) {
	switch {
	case domain == "" && user == "sa":
		return "Pa$$wörd", true
	case strings.EqualFold(domain, "CONTOSO") && strings.EqualFold(user, "svc"):
		return "Gehäim 1", true
	}
	return "", false
}

func (b *backend) Forget(*tds.Session) {}

func (b *backend) Open(s *tds.Session) error {
	switch s.Database {
	case "":
		s.Database = "master"
	case "missing":
		return tds.CannotOpenDatabase(s.Database)
	}
	return nil
}

func (b *backend) Record(e tds.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, e)
}

func (b *backend) recorded(event string) []tds.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []tds.Event
	for _, e := range b.events {
		if e.Event == event {
			out = append(out, e)
		}
	}
	return out
}

var sample = time.Date(2008, 7, 15, 23, 59, 59, 990_000_000, time.UTC)

func (b *backend) Execute(ctx context.Context, s *tds.Session, batch string, params []tds.Param, w *tds.Writer) error {
	b.mu.Lock()
	b.params = params
	b.mu.Unlock()
	verb, rest, _ := strings.Cut(batch, " ")
	switch verb {
	case "types", "nulls":
		w.Columns(
			tds.Column{Name: "tiny", Type: tds.TinyInt}, tds.Column{Name: "small", Type: tds.SmallInt},
			tds.Column{Name: "int", Type: tds.Int}, tds.Column{Name: "big", Type: tds.BigInt},
			tds.Column{Name: "bit", Type: tds.Bit}, tds.Column{Name: "float", Type: tds.Float},
			tds.Column{Name: "when", Type: tds.DateTime}, tds.Column{Name: "id", Type: tds.UniqueIdentifier},
			tds.Column{Name: "text", Type: tds.NVarChar(20)}, tds.Column{Name: "long", Type: tds.NVarCharMax},
			tds.Column{Name: "bytes", Type: tds.VarBinary(8)}, tds.Column{Name: "blob", Type: tds.VarBinaryMax},
			tds.Column{Name: "size", Type: tds.Numeric(20)},
		)
		if verb == "nulls" {
			w.Row()
		} else {
			w.Row(200, -7, -70000, int64(1)<<40, true, 2.5, sample, "6F9619FF-8B86-D011-B42D-00C04FC964FF",
				"Grüße 𝄞", strings.Repeat("x", 9000), []byte{1, 2}, []byte{}, -123456789012)
		}
		w.Done(1)
	case "many":
		w.Columns(tds.Column{Name: "n", Type: tds.Int}, tds.Column{Name: "text", Type: tds.NVarCharMax})
		for n := range 5000 {
			w.Row(n, strings.Repeat("ab", n%50))
		}
		w.Done(5000)
	case "two":
		for n := range 2 {
			w.Columns(tds.Column{Name: "n", Type: tds.Int})
			w.Row(n)
			w.Done(1)
		}
	case "user":
		w.Columns(tds.Column{Name: "user", Type: tds.NVarChar(128)}, tds.Column{Name: "database", Type: tds.NVarChar(128)})
		w.Row(s.User, s.Database)
		w.Done(1)
	case "use":
		w.UseDatabase(rest)
		w.DoneQuiet()
	case "progress":
		for n := 10; n <= 30; n += 10 {
			w.Info(3211, 10, fmt.Sprintf("%d percent processed.", n))
			select {
			case <-b.release:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		w.DoneQuiet()
	case "wait":
		b.running <- struct{}{}
		<-ctx.Done()
		b.stopped <- struct{}{}
		return ctx.Err()
	case "bad":
		w.Columns(tds.Column{Name: "n", Type: tds.Int})
		w.Row("not a number")
	case "two-errors":
		w.Error(&tds.Error{Number: 3201, State: 1, Class: 16, Message: "Cannot open backup device."})
		return &tds.Error{Number: 3013, State: 1, Class: 16, Message: "BACKUP DATABASE is terminating abnormally."}
	case "fatal":
		return &tds.Error{Number: 21, State: 1, Class: 20, Message: "Fatal error."}
	case "nothing", "EXEC", "select":
		w.DoneQuiet()
	default:
		return &tds.Error{Number: 208, State: 1, Class: 16, Line: 3, Message: "Invalid object name '" + batch + "'."}
	}
	return nil
}

// start serves on a free port of the loopback address.
func start(t *testing.T, o tds.Options, b tds.Backend) (*tds.Server, string) {
	t.Helper()
	if o.Computer == "" {
		o.Computer = "SQL01"
	}
	o.Domain = "CONTOSO"
	if o.ProductVersion == "" {
		o.ProductVersion = "9.00.4060.00"
	}
	s := tds.New(o, b)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		s.Close()
		require.NoError(t, <-served)
	})
	return s, l.Addr().String()
}

// connect opens a pool of one connection; options are go-mssqldb's.
func connect(t *testing.T, address, user, password string, options ...string) *sql.DB {
	t.Helper()
	query := url.Values{"encrypt": {"disable"}, "dial timeout": {"10"}}
	for _, o := range options {
		k, v, _ := strings.Cut(o, "=")
		query.Set(k, v)
	}
	u := url.URL{Scheme: "sqlserver", User: url.UserPassword(user, password), Host: address, RawQuery: query.Encode()}
	db, err := sql.Open("sqlserver", u.String())
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}
