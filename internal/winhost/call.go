package winhost

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/masterzen/winrm"
	"github.com/masterzen/winrm/soap"
)

const (
	// replyGrace is added to the operation timeout for the deadline of one message.
	replyGrace = 10 * time.Second
	// stdinTimeout is how long a Receive may hold the connection while standard input waits behind it; WinRM takes no
	// shorter one.
	stdinTimeout = 500 * time.Millisecond
	// maxEnvelope is what WinRM 2.0 accepts and sends by default, in bytes.
	maxEnvelope = 150 << 10
	locale      = "en-US"
)

// errPoll makes masterzen/winrm ask for output again; it looks for exactly this word.
var errPoll = errors.New("OperationTimeout")

// errEnded refuses messages of a call that has its result.
var errEnded = errors.New("the command has ended")

// call is one shell with one command. It is the winrm.Transporter below masterzen/winrm's client: it checks, times and
// cancels what that sends, and remembers the first thing that went wrong, which the library would lose.
type call struct {
	lane     *lane
	codePage int
	timeout  time.Duration // of an operation at the server
	cleanup  time.Duration // for Signal and Delete together
	stdin    bool
	turns    *turns

	ctx       context.Context
	cancel    context.CancelFunc
	failure   atomic.Pointer[Error]
	sendFault atomic.Pointer[Error]
	commanded atomic.Bool // the Command may have reached the server
	done      atomic.Bool // the exit code is known
	tidying   sync.Once
	closing   context.Context // of Signal and Delete
	closed    context.CancelFunc
}

// run runs one command line. The exit code counts only with a nil error. stdin must not block for long: it is read on
// the way and cannot be interrupted.
func (c *call) run(ctx context.Context, line string, stdin io.Reader, stdout, stderr *output) (int, error) {
	c.ctx, c.cancel = context.WithCancel(ctx)
	defer c.cancel()
	defer c.leave()
	defer func() {
		if c.closed != nil {
			c.closed()
		}
	}()
	c.stdin = stdin != nil
	c.turns = newTurns(c.stdin)
	overflow := func() { _ = c.fail(newError(KindTooBig, "the command prints more than %d MB", maxOutput>>20)) }
	stdout.full, stderr.full = overflow, overflow

	parameters := winrm.NewParameters(xmlDuration(c.timeout), locale, maxEnvelope)
	parameters.TransportDecorator = func() winrm.Transporter { return c }
	e := c.lane.endpoint
	client, err := winrm.NewClientWithParameters(&winrm.Endpoint{Host: e.host, Port: e.port, HTTPS: e.https}, "", "", parameters)
	if err != nil {
		return 0, newError(KindConfig, "the WinRM client cannot be made: %v", err)
	}
	if stdin != nil {
		stdin = chunks{stdin}
	}
	exit, err := client.RunWithContextWithInput(c.ctx, line, stdout, stderr, stdin) //nolint:contextcheck // c.ctx is ctx with this call's own end
	if failed := c.failure.Load(); failed != nil {
		return 0, failed
	}
	if err == nil && c.done.Load() {
		return exit, nil
	}
	if ctx.Err() != nil {
		return 0, c.stopped(ctx)
	}
	bad := newError(KindBadOutput, "the call ended without an exit code")
	bad.Maybe = c.commanded.Load()
	return 0, bad
}

// leave gives the connection up for the next call, unless this one did not end as it should: what lies on it then is
// unknown.
func (c *call) leave() {
	if c.done.Load() && c.failure.Load() == nil && c.ctx.Err() == nil {
		c.lane.leave()
		return
	}
	c.lane.close()
}

// Transport implements winrm.Transporter; the lane is ready already.
func (c *call) Transport(*winrm.Endpoint) error { return nil }

// Post implements winrm.Transporter. What it returns is for masterzen/winrm alone; the call's own result is in failure
// and done.
func (c *call) Post(_ *winrm.Client, m *soap.SoapMessage) (string, error) {
	r, err := readRequest(m.String())
	if err != nil {
		return "", c.fail(err)
	}
	switch r.action {
	case actionSignal:
		if c.done.Load() {
			return "", nil // it frees what a command left, for another one of the shell (MS-WSMV 2.2.4.38); Delete frees all of it
		}
		return "", c.tidy(r)
	case actionDelete:
		return "", c.tidy(r)
	case actionSend:
		return "", c.send(r)
	case actionReceive:
		return c.receive(r)
	case actionCreate:
		r.setCodePage(c.codePage)
	case actionCommand:
		c.commanded.Store(true)
		if c.stdin {
			r.setPipe()
		}
	}
	answer, err := c.exchange(r, c.timeout)
	if err == nil {
		var text string
		if text, _, err = answer.canonical(r.action); err == nil {
			return text, nil
		}
	}
	var known *Error
	if r.action == actionCommand && errors.As(err, &known) && !known.Maybe {
		c.commanded.Store(false)
	}
	return "", c.fail(err)
}

// receive asks for output, between Sends where there are any.
func (c *call) receive(r request) (string, error) {
	hold := c.timeout
	if c.turns.wait(c.ctx) {
		hold = min(hold, stdinTimeout)
		r.setTimeout(c.timeout, hold)
	}
	answer, err := c.exchange(r, hold)
	c.turns.heard(err == nil)
	if errors.Is(err, errPoll) {
		if fault := c.sendFault.Load(); fault != nil {
			return "", c.fail(fault) // the command waits for input that will never come
		}
		return "", errPoll
	}
	if err != nil {
		return "", c.fail(err)
	}
	text, done, err := answer.canonical(actionReceive)
	if err != nil {
		return "", c.fail(err)
	}
	if done {
		c.done.Store(true)
		c.turns.end()
	}
	return text, nil
}

// send passes standard input on. A fault may only mean that the command ended without reading all of it, so the next
// Receive decides; a lost connection ends the call.
func (c *call) send(r request) error {
	if c.done.Load() || c.failure.Load() != nil || c.sendFault.Load() != nil {
		return errEnded
	}
	_, err := c.exchange(r, c.timeout)
	var known *Error
	switch {
	case err == nil:
		c.turns.sentOne()
	case errors.As(err, &known) && known.Code != 0:
		known.Maybe = true
		c.sendFault.Store(known)
	default:
		return c.fail(err)
	}
	if err != nil || r.endsStdin() {
		c.turns.end()
	}
	return err
}

// tidy ends the command and deletes the shell, after a cancelled call too: a shell left behind counts against a quota of
// five. Errors are dropped; the server's idle timeout is the fallback.
func (c *call) tidy(r request) error {
	c.tidying.Do(func() { c.closing, c.closed = context.WithTimeout(context.WithoutCancel(c.ctx), c.cleanup) })
	if _, _, err := c.lane.send(c.closing, r.bytes(), true); err != nil {
		return errEnded
	}
	return nil
}

// exchange sends one message with a deadline and opens the reply.
func (c *call) exchange(r request, hold time.Duration) (envelope, error) {
	if c.ctx.Err() != nil {
		return envelope{}, c.stopped(c.ctx)
	}
	ctx, cancel := context.WithTimeout(c.ctx, hold+replyGrace)
	defer cancel()
	status, body, err := c.lane.send(ctx, r.bytes(), false)
	if err != nil {
		if c.ctx.Err() != nil {
			return envelope{}, c.stopped(c.ctx)
		}
		return envelope{}, c.lost(r.action, err)
	}
	answer, err := parseReply(status, body)
	var fault *Error
	if r.action == actionReceive && errors.As(err, &fault) && fault.Code == codeTimedOut {
		return envelope{}, errPoll
	}
	return answer, err
}

// lost sorts a transport error: once the server may have a command, not to be reachable means an interrupted call.
func (c *call) lost(action string, err error) error {
	var known *Error
	running := action == actionReceive || action == actionSend
	if errors.As(err, &known) && known.Kind == KindUnreachable && (running || action == actionCommand && known.Maybe) {
		known.Kind, known.Advice, known.Maybe = KindInterrupted, advice[KindInterrupted], true
	}
	return err
}

// stopped is the error of a call whose context ended.
func (c *call) stopped(ctx context.Context) error {
	err := newError(KindInterrupted, "the call was stopped: %v", context.Cause(ctx))
	err.Maybe = c.commanded.Load()
	err.cause = ctx.Err()
	return err
}

// fail remembers the first error and ends the call. It returns what masterzen/winrm may see.
func (c *call) fail(err error) error {
	var known *Error
	if !errors.As(err, &known) {
		known = newError(KindBadOutput, "%v", err)
	}
	if !c.done.Load() {
		known.Maybe = c.commanded.Load()
		c.failure.CompareAndSwap(nil, known)
	}
	c.cancel()
	c.turns.end()
	return errEnded
}
