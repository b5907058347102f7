package wsman_test

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

// faulty is a server on which one kind of operation goes wrong.
func faulty(t *testing.T, action string, f wsman.Fault) (c soapClient, seen func() []wsman.Operation) {
	var mu sync.Mutex
	var operations []wsman.Operation
	o := readable(wsman.Options{})
	o.Fault = func(op wsman.Operation) *wsman.Fault {
		mu.Lock()
		defer mu.Unlock()
		operations = append(operations, op)
		if op.Action == action {
			return &f
		}
		return nil
	}
	return soapClient{t, newHost(t, o), account}, func() []wsman.Operation {
		mu.Lock()
		defer mu.Unlock()
		return operations
	}
}

func TestFaultIsAskedForEveryOperation(t *testing.T) {
	c, seen := faulty(t, "none", wsman.Fault{})
	shell := c.open()
	id := c.run(shell, "exit 0")
	c.must(receive(shell, id))
	c.must(signalTo(shell, id, "terminate"))
	c.must(remove(shell))
	require.Equal(t, []wsman.Operation{
		{Action: wsman.ActionCreate, User: account},
		{Action: wsman.ActionCommand, User: account, ShellID: shell, CommandLine: "exit 0"},
		{Action: wsman.ActionReceive, User: account, ShellID: shell},
		{Action: wsman.ActionSignal, User: account, ShellID: shell},
		{Action: wsman.ActionDelete, User: account, ShellID: shell},
	}, seen())
}

func TestFaultsBreakTheReply(t *testing.T) {
	for _, tc := range []struct {
		fault   wsman.Fault
		journal string
		created bool
	}{
		{wsman.Fault{Kind: wsman.FaultReset}, "Create: connection reset", false},
		{wsman.Fault{Kind: wsman.FaultReset, AfterEffect: true}, "Create: connection reset after the effect", true},
		{wsman.Fault{Kind: wsman.FaultTruncate}, "Create: truncated reply", true},
	} {
		t.Run(tc.journal, func(t *testing.T) {
			c, _ := faulty(t, wsman.ActionCreate, tc.fault)
			_, _, err := c.post(create(""))
			require.Error(t, err)
			require.Contains(t, c.h.journal(), "fault "+account+" "+tc.journal)
			if tc.created {
				require.Contains(t, c.h.journal(), "create-shell")
			} else {
				require.NotContains(t, c.h.journal(), "create-shell")
			}
		})
	}
}

func TestFaultsThatReply(t *testing.T) {
	for _, tc := range []struct {
		fault  wsman.Fault
		status int
		body   string
	}{
		{wsman.Fault{Kind: wsman.FaultStatus, Status: 503}, 503, "^$"},
		{wsman.Fault{Kind: wsman.FaultSOAP, Code: 1115}, 500, `Code="1115".*A system shutdown is in progress\. `},
		{wsman.Fault{Kind: wsman.FaultSOAP, Code: 5}, 500, `<s:Value>w:AccessDenied</s:Value>.*Access is denied\. `},
		{wsman.Fault{Kind: wsman.FaultSOAP, Code: 2147943418}, 500, `registry key that has been marked for deletion`},
		{wsman.Fault{Kind: wsman.FaultSOAP, Code: 4242}, 500, `Code="4242"`},
		{wsman.Fault{Kind: wsman.FaultUnparsable}, 200, "^<garbage "},
		{wsman.Fault{Kind: wsman.FaultDelay, Delay: time.Millisecond}, 200, "ResourceCreated"},
	} {
		t.Run(tc.fault.String(), func(t *testing.T) {
			c, _ := faulty(t, wsman.ActionCreate, tc.fault)
			status, reply, err := c.post(create(""))
			require.NoError(t, err)
			require.Equal(t, tc.status, status)
			require.Regexp(t, tc.body, reply)
		})
	}
}

// Every code a rehearsal may ask for comes out as that code.
func TestFaultCodes(t *testing.T) {
	for _, code := range []uint32{5, 87, 232, 995, 1115, 2147942402, 2147942405, 2147942606, 2147943395, 2147943418, 2147943515,
		2150858793, 2150858805, 2150858817, 2150858843, 2150859173, 2150859174} {
		c, _ := faulty(t, wsman.ActionCreate, wsman.Fault{Kind: wsman.FaultSOAP, Code: code})
		c.fails(create(""), strconv.FormatUint(uint64(code), 10))
	}
}

func TestFreezeHoldsUntilTheClientGivesUp(t *testing.T) {
	asked := make(chan struct{}, 1)
	o := readable(wsman.Options{})
	o.Fault = func(wsman.Operation) *wsman.Fault {
		asked <- struct{}{}
		return &wsman.Fault{Kind: wsman.FaultFreeze}
	}
	h := newHost(t, o)
	w := dial(t, h)
	body := create("").String()
	_, err := fmt.Fprintf(w.c, "POST /wsman HTTP/1.1\r\nHost: app01\r\n%s\r\nContent-Length: %d\r\n\r\n%s", basicHeader(password), len(body), body)
	require.NoError(t, err)
	<-asked
	w.c.Close()
	h.server.Close()
	require.NoError(t, <-h.serve, "nothing of the frozen request is left")
	require.NotContains(t, h.journal(), "create-shell")
}

func TestUnreadyServerAnswersNobody(t *testing.T) {
	var booting atomic.Bool
	o := readable(wsman.Options{})
	o.Unready = func() *wsman.Fault {
		if booting.Load() {
			return &wsman.Fault{Kind: wsman.FaultStatus, Status: http.StatusServiceUnavailable}
		}
		return nil
	}
	h := newHost(t, o)
	booting.Store(true)
	head, _ := dial(t, h).post(create("").String())
	require.Equal(t, "HTTP/1.1 503 \nServer: Microsoft-HTTPAPI/2.0\nDate\nConnection: close\nContent-Length: 0", head)
	booting.Store(false)
	soapClient{t, h, account}.open()
}
