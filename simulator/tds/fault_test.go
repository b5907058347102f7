package tds_test

import (
	"errors"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/require"

	"farmhand/simulator/tds"
)

func TestFaults(t *testing.T) {
	fault := func(kind string, f tds.Fault) func(tds.Operation) *tds.Fault {
		return func(o tds.Operation) *tds.Fault {
			if o.Kind == kind && (kind != "batch" || o.Text == "nothing now") {
				return &f
			}
			return nil
		}
	}
	for _, c := range []struct {
		name     string
		kind     string
		fault    tds.Fault
		executed bool
		number   int32
	}{
		{name: "reset before", kind: "batch", fault: tds.Fault{Kind: tds.Reset}},
		{name: "reset instead of the reply", kind: "batch", fault: tds.Fault{Kind: tds.ResetAfter}, executed: true},
		{name: "error", kind: "batch", fault: tds.Fault{Kind: tds.Fail, Error: &tds.Error{Number: 1205, Class: 13, Message: "deadlock"}}, number: 1205},
		{name: "reset at connect", kind: "connect", fault: tds.Fault{Kind: tds.Reset}},
		{name: "refused at login", kind: "login", fault: tds.Fault{Kind: tds.Fail, Error: &tds.Error{Number: 17142, Class: 16, Message: "paused"}}, number: 17142},
		{name: "login reply lost", kind: "login", fault: tds.Fault{Kind: tds.ResetAfter}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBackend()
			b.params = []tds.Param{{Name: "untouched"}}
			_, address := start(t, tds.Options{Fault: fault(c.kind, c.fault)}, b)
			_, err := connect(t, address, "sa", "Pa$$wörd", "disableretry=true").ExecContext(t.Context(), "nothing now")
			require.Error(t, err)
			var e mssql.Error
			require.Equal(t, c.number != 0, errors.As(err, &e))
			require.Equal(t, c.number, e.Number)
			b.mu.Lock()
			defer b.mu.Unlock()
			require.Equal(t, c.executed, b.params == nil)
		})
	}
}

func TestDelayedBatchStillAnswers(t *testing.T) {
	_, address := start(t, tds.Options{Fault: func(tds.Operation) *tds.Fault {
		return &tds.Fault{Kind: tds.Delay, Delay: time.Millisecond}
	}}, newBackend())
	_, err := connect(t, address, "sa", "Pa$$wörd").ExecContext(t.Context(), "nothing now")
	require.NoError(t, err)
}

func TestServerFrozenAtLoginCloses(t *testing.T) {
	for _, kind := range []string{"connect", "login"} {
		frozen := make(chan struct{}, 1)
		b := newBackend()
		server, address := start(t, tds.Options{Fault: func(o tds.Operation) *tds.Fault {
			if o.Kind != kind {
				return nil
			}
			frozen <- struct{}{}
			return &tds.Fault{Kind: tds.Freeze}
		}}, b)
		conn := dialRaw(t, address)
		conn.send(t, 0x10, 1, loginMessage(tds.TDS72, "sa", "Pa$$wörd"))
		<-frozen
		server.Close()
		require.Empty(t, conn.rest())
		require.Empty(t, b.recorded("login"))
	}
}

func TestFrozenServerIgnoresAttention(t *testing.T) {
	frozen := make(chan struct{}, 1)
	b := newBackend()
	server, address := start(t, tds.Options{Fault: func(o tds.Operation) *tds.Fault {
		if o.Kind != "batch" {
			return nil
		}
		frozen <- struct{}{}
		return &tds.Fault{Kind: tds.Freeze}
	}}, b)
	conn := dialRaw(t, address)
	conn.login(t, "sa", "Pa$$wörd")
	conn.batch(t, "nothing now")
	<-frozen
	conn.attention(t)
	server.Close()
	require.Empty(t, conn.rest())
	require.Len(t, b.recorded("batch"), 1)
}
