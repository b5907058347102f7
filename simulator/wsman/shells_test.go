package wsman_test

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

func TestQuotas(t *testing.T) {
	h := newHost(t, readable(wsman.Options{}))
	c := soapClient{t, h, account}
	other := soapClient{t, h, `CONTOSO\sp-farm`}
	shells := make([]string, 5)
	for i := range shells {
		shells[i] = c.open()
	}
	reply := c.fails(create(""), "2150859173")
	require.Contains(t, reply, "<s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:InternalError</s:Value>")
	require.Contains(t, reply, "This user is allowed a maximum number of 5 concurrent shells, which has been exceeded. Close existing shells or raise the quota for this user. ")
	other.open() // the quota is each user's own
	c.must(remove(shells[4]))
	c.open()

	for i := range 15 {
		shell := shells[i%4]
		id := c.run(shell, "exit 0")
		c.must(receive(shell, id))
		c.must(signalTo(shell, id, "terminate")) // does not give the operation back
	}
	reply = c.fails(command(shells[0], "exit 0"), "2150859174")
	require.Contains(t, reply, "The maximum number of concurrent operations for this user has been exceeded.")
	require.Contains(t, reply, "This user is allowed a maximum number of 15 concurrent operations, which has been exceeded.")
	require.Contains(t, reply, `Machine="127.0.0.1"`)
	c.must(remove(shells[1]))
	c.run(shells[0], "exit 0")
	require.Contains(t, h.journal(), "fault "+account+" Create: 2150859173")
	require.Contains(t, h.journal(), "fault "+account+" Command: 2150859174")
}

func TestWhatIsNotThere(t *testing.T) {
	c := soapClient{t, newHost(t, readable(wsman.Options{})), account}
	shell := c.open()
	const none = "11111111-2222-4333-8444-555555555555"
	require.Contains(t, c.fails(command(none, "exit 0"), "2150858843"), "with ShellId "+none+" failed because the shell was not found on the server")
	require.Contains(t, c.fails(receive(shell, none), "2150858843"), "a command identifier that does not exist")
	require.Contains(t, c.fails(message{action: shellNS + "/Receive", body: receive("", none).body}, "2150858843"), "requires the following selector: ShellId")
	require.Contains(t, soapClient{t, c.h, `CONTOSO\sp-farm`}.fails(remove(shell), "2150858843"), "shell was not found", "shells of others cannot be seen")
	c.fails(receive(shell, ""), "87")
	c.fails(command(shell, " "), "87")
	c.fails(message{action: "urn:nonsense"}, "2150858753")
	c.fails(message{action: transferNS + "Create"}, "2150858817")
	c.fails(create("<rsp:IdleTimeOut>60000</rsp:IdleTimeOut>"), "2150858817")
	bad := receive(shell, c.run(shell, "sleep"))
	bad.timeout = "20"
	c.fails(bad, "2150858767")
	skip := command(shell, "powershell.exe -Command 1")
	skip.options = map[string]string{"WINRS_SKIP_CMD_SHELL": "TRUE"}
	require.Contains(t, c.fails(skip, "2147942402"), `provider="Shell cmd plugin"`)
	c.must(remove(shell))
	c.fails(remove(shell), "2150858843")
}

func TestQuietCommandTimesTheReceiveOut(t *testing.T) {
	c := soapClient{t, newHost(t, readable(wsman.Options{})), account}
	shell := c.open()
	id := c.run(shell, "cat")
	m := receive(shell, id)
	m.timeout = "PT0.05S"
	reply := c.fails(m, "2150858793")
	require.Contains(t, reply, "<s:Value>w:TimedOut</s:Value>")
	require.Contains(t, reply, "within the time specified in OperationTimeout.  <")
	require.NotContains(t, c.h.journal(), "fault")
	// The command is still there.
	c.must(sendInput(shell, id, "later", true))
	require.Contains(t, c.must(receive(shell, id)), "bGF0ZXI=")
}

func TestEndOfCommand(t *testing.T) {
	c := soapClient{t, newHost(t, readable(wsman.Options{})), account}
	shell := c.open()
	id := c.run(shell, "exit 4")
	require.Contains(t, c.must(receive(shell, id)), "<rsp:ExitCode>4</rsp:ExitCode>")
	require.Contains(t, c.fails(receive(shell, id), "2150858843"), "Either the command has completed execution")
	require.Contains(t, c.fails(sendInput(shell, id, "x", true), "232"), "The pipe is being closed. ")
	c.must(signalTo(shell, id, "terminate"))
	c.fails(signalTo(shell, id, "terminate"), "2150858843")
}

func TestTerminateKillsTheCommand(t *testing.T) {
	h := newHost(t, readable(wsman.Options{}))
	c := soapClient{t, h, account}
	shell := c.open()
	id := c.run(shell, "sleep")
	require.Equal(t, "sleep", <-h.started)
	c.must(signalTo(shell, id, "ctrl_c")) // no console: no effect
	reply := make(chan string, 1)
	go func() {
		_, body, _ := c.post(receive(shell, id)) // an error gives an empty body, which fails below
		reply <- body
	}()
	c.must(signalTo(shell, id, "terminate"))
	require.Equal(t, "sleep", <-h.killed)
	// Whether the Receive came before the Signal or after, it is told.
	require.Regexp(t, `Code="(995|2150858843)"`, <-reply)

	console := command(shell, "sleep")
	console.options = map[string]string{"WINRS_CONSOLEMODE_STDIN": "TRUE"}
	id = commandID.FindStringSubmatch(c.must(console))[1]
	c.must(signalTo(shell, id, "ctrl_c"))
	require.Contains(t, c.must(receive(shell, id)), "<rsp:ExitCode>1</rsp:ExitCode>")
}

func TestDeleteKillsTheCommands(t *testing.T) {
	h := newHost(t, readable(wsman.Options{}))
	c := soapClient{t, h, account}
	shell := c.open()
	c.run(shell, "sleep")
	c.run(shell, "fill 4194304") // more than is held for a client who does not listen
	c.must(remove(shell))
	require.ElementsMatch(t, []string{"sleep", "fill 4194304"}, []string{<-h.killed, <-h.killed})
	require.Contains(t, h.journal(), "delete-shell "+account+" "+shell)
}

// watchedListener tells when the server has let go of a connection.
type watchedListener struct {
	net.Listener
	closed chan struct{}
}

type watchedConn struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l watchedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return &watchedConn{Conn: c, closed: l.closed}, err
}

func (c *watchedConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// A client that disappears while it waits takes nothing with it: another one goes on where it was.
func TestCommandSurvivesItsClient(t *testing.T) {
	waiting := make(chan struct{}, 10)
	o := readable(wsman.Options{})
	o.Fault = func(op wsman.Operation) *wsman.Fault {
		if op.Action == wsman.ActionReceive {
			waiting <- struct{}{}
		}
		return nil
	}
	h := newHost(t, o)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	watched := watchedListener{l, make(chan struct{})}
	served := make(chan error, 1)
	go func() { served <- h.server.Serve(watched) }()

	c := soapClient{t, h, account}
	shell := c.open()
	id := c.run(shell, "cat")
	first, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	body := receive(shell, id).String()
	_, err = fmt.Fprintf(first, "POST /wsman HTTP/1.1\r\nHost: app01\r\n%s\r\nContent-Length: %d\r\n\r\n%s", basicHeader(password), len(body), body)
	require.NoError(t, err)
	<-waiting
	first.Close()
	<-watched.closed
	c.must(sendInput(shell, id, "still here", true))
	require.Contains(t, c.must(receive(shell, id)), "c3RpbGwgaGVyZQ==")
	h.server.Close()
	require.NoError(t, <-served)
}

// sleepIn starts a command in a shell of so short a life that it may be over before the command reached it.
func sleepIn(t *testing.T, c soapClient, newShell message) (shell string) {
	for {
		shell = selector.FindStringSubmatch(c.must(newShell))[1]
		status, reply, err := c.post(command(shell, "sleep"))
		require.NoError(t, err)
		if status == http.StatusOK {
			return shell
		}
		require.Contains(t, reply, "shell was not found")
	}
}

func TestForgottenShellIdlesAway(t *testing.T) {
	h := newHost(t, readable(wsman.Options{}))
	c := soapClient{t, h, account}
	shell := sleepIn(t, c, create("<rsp:IdleTimeOut>PT0.3S</rsp:IdleTimeOut>"))
	require.Equal(t, "sleep", <-h.killed) // by nothing but the timer
	require.Contains(t, h.journal(), "delete-shell "+account+" "+shell+" (idle timeout)")
	c.fails(remove(shell), "2150858843")
}

func TestShellHasAMaximumAge(t *testing.T) {
	h := newHost(t, readable(wsman.Options{MaxShellRunTime: 300 * time.Millisecond}))
	c := soapClient{t, h, account}
	shell := sleepIn(t, c, create(""))
	require.Equal(t, "sleep", <-h.killed)
	require.Contains(t, h.journal(), "delete-shell "+account+" "+shell+" (maximum run time)")
}
