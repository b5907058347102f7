package winhost

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
)

const (
	defaultOperationTimeout = 20 * time.Second
	// commandLineLimit is cmd.exe's (KB830473), in characters.
	commandLineLimit = 8191
	// saidLength bounds what an error quotes of a command's output, in bytes.
	saidLength = 300
)

// waits are the times this package decides about by itself.
type waits struct {
	// cleanup is all the time Signal, where it is sent, and Delete get together, so that a frozen server cannot hold a cancelled call.
	cleanup time.Duration
	// settle lies between the two readings of a boot time that must agree: WinRM may answer between two reboots of one
	// patch cycle.
	settle time.Duration
	// flap keeps forgiven refusals of a starting server apart.
	flap time.Duration
	// start is how long a task that was told to run may take to start its job: a wrong password, or an account that may
	// not log on as a batch job, shows in nothing else.
	start time.Duration
}

var defaultWaits = waits{cleanup: 5 * time.Second, settle: time.Second, flap: 15 * time.Second, start: time.Minute}

// Options say which server and who logs on.
type Options struct {
	Server farm.Server
	// User is the account as DOMAIN\user, user@domain or user.
	User     string
	Password secrets.Value
	// Keytab is the content of a file with the account's keys, instead of the password where winrm.auth is kerberos.
	Keytab secrets.Value
	// KerberosConfig is the path of a krb5.conf; empty means the usual one.
	KerberosConfig string
	// CAFile holds the certificate authorities that https servers are checked against, in PEM form; empty means the
	// system's own.
	CAFile string
	// OperationTimeout is how long the server may hold a request for output; zero means 20 seconds.
	OperationTimeout time.Duration
}

// Host is one Windows server. After a call its connection stays logged on for some seconds, for the next call of any Host of
// the process with the same options. A Host is safe for concurrent use; at most three shells of one account run on a server
// at once, whichever Host asked for them.
type Host struct {
	server   farm.Server
	endpoint endpoint
	codePage int
	timeout  time.Duration
	waits    waits

	kept *kept // connections between two calls

	mu       sync.Mutex
	identity *Identity // as first answered
}

// New checks the options; it does not touch the network. The error is an *Error of KindConfig.
func New(o Options) (*Host, error) {
	h := &Host{server: o.Server, codePage: o.Server.WinRM.CodePage, timeout: o.OperationTimeout, waits: defaultWaits}
	e, err := newEndpoint(o)
	if err != nil {
		return nil, h.annotate("settings", err)
	}
	h.endpoint, h.kept = e, keptFor(logonOf(o))
	if h.codePage == 0 {
		h.codePage = codePageDefault
	}
	if h.timeout <= 0 {
		h.timeout = defaultOperationTimeout
	}
	return h, nil
}

// Result is a command that ended.
type Result struct {
	Exit           int
	Stdout, Stderr string // valid UTF-8, decoded from the shell's code page
}

// Command runs one command line of cmd.exe and waits for its end. A non-zero exit code is not an error. stdin is read
// while the command runs and must not block; nil and none are the same. Use it for what ends within minutes: the process
// dies with the connection. The line goes to the server as it is and must hold no secret.
func (h *Host) Command(ctx context.Context, line string, stdin ...io.Reader) (Result, error) {
	var input io.Reader
	for _, r := range stdin {
		if r != nil {
			input = r
		}
	}
	return h.run(ctx, commandName(line), line, input)
}

// run runs one command line under a name that is fit for spans and errors.
func (h *Host) run(ctx context.Context, name, line string, stdin io.Reader) (result Result, err error) {
	ctx, span := startSpan(ctx, h, name)
	defer func() {
		if err == nil {
			span.SetAttributes(attribute.Int("process.exit.code", result.Exit))
		}
		endSpan(span, err)
	}()
	if err := checkLine(line); err != nil {
		return Result{}, h.annotate(name, err)
	}
	release, err := takeSlot(ctx, h.endpoint)
	if err != nil {
		return Result{}, h.annotate(name, err)
	}
	defer release()
	c := &call{lane: newLane(h.endpoint, h.kept), codePage: h.codePage, timeout: h.timeout, cleanup: h.waits.cleanup}
	var stdout, stderr output
	exit, err := c.run(ctx, line, stdin, &stdout, &stderr)
	if err != nil {
		return Result{}, h.annotate(name, err)
	}
	return Result{Exit: exit, Stdout: stdout.text(h.codePage), Stderr: stderr.text(h.codePage)}, nil
}

// checkLine refuses what cannot reach cmd.exe as one line.
func checkLine(line string) error {
	switch {
	case strings.TrimSpace(line) == "":
		return newError(KindConfig, "the command line is empty")
	case len(line) > commandLineLimit:
		return newError(KindTooBig, "the command line has %d characters, cmd.exe takes %d", len(line), commandLineLimit)
	case strings.ContainsAny(line, "\r\n\x00"):
		return newError(KindConfig, "the command line has more than one line")
	case strings.Contains(line, "]]>"): // would end the CDATA section masterzen/winrm puts it in
		return newError(KindConfig, "the command line holds ]]>, which WinRM cannot carry")
	}
	return nil
}

// annotate says where an error happened. Everything this package returns goes through it.
func (h *Host) annotate(op string, err error) error {
	if err == nil {
		return nil
	}
	var known *Error
	if !errors.As(err, &known) {
		known = newError(KindBadOutput, "%v", err)
	}
	e := *known
	if e.Host == "" {
		e.Host, e.Op = label(h.server, h.endpoint), op
	}
	e.Message = secrets.Scrub(e.Message, h.endpoint.password)
	return &e
}

// fail makes an error of this host.
func (h *Host) fail(op string, k Kind, format string, args ...any) *Error {
	e := newError(k, format, args...)
	e.Host, e.Op = label(h.server, h.endpoint), op
	e.Message = secrets.Scrub(e.Message, h.endpoint.password)
	return e
}

// refusedCommand makes the error of a Windows command that reported failure, with the end of what it printed.
func (h *Host) refusedCommand(op string, r Result) *Error {
	kind := KindFailed
	if r.Exit == 5 {
		kind = KindDenied
	}
	e := h.fail(op, kind, "%s", said(r))
	e.Code = int64(r.Exit)
	return e
}

// said is the end of what a command printed, on one line.
func said(r Result) string {
	text := strings.Join(strings.Fields(r.Stderr+" "+r.Stdout), " ")
	if len(text) > saidLength {
		text = strings.ToValidUTF8(text[len(text)-saidLength:], "")
	}
	if text == "" {
		return "it printed nothing"
	}
	return text
}
