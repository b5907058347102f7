package wsman

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The operations of the shell service, as [Operation].Action names them.
const (
	ActionIdentify = "Identify"
	ActionCreate   = "Create"
	ActionCommand  = "Command"
	ActionReceive  = "Receive"
	ActionSend     = "Send"
	ActionSignal   = "Signal"
	ActionDelete   = "Delete"
)

// The action URIs of requests; the reply's is the same with "Response" behind it (MS-WSMV 2.2.1).
var actions = map[string]string{
	"http://schemas.xmlsoap.org/ws/2004/09/transfer/Create":           ActionCreate,
	"http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Command": ActionCommand,
	"http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Receive": ActionReceive,
	"http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Send":    ActionSend,
	"http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Signal":  ActionSignal,
	"http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete":           ActionDelete,
}

const shellResource = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd"

// Operation is one request of a user who is logged on.
type Operation struct {
	Action      string // one of the Action constants
	User        string // DOMAIN\user
	ShellID     string // empty for Identify and Create
	CommandLine string // for Command
}

// FaultKind is a way for an operation to go wrong.
type FaultKind int

// The kinds of [Fault].
const (
	FaultReset      FaultKind = iota + 1 // the connection breaks
	FaultFreeze                          // no reply, ever; the connection stays up until the client gives up
	FaultDelay                           // the operation starts late, by Delay, and then works
	FaultStatus                          // HTTP status Status with an empty body
	FaultSOAP                            // SOAP fault of code Code
	FaultTruncate                        // half of the reply, then the connection breaks
	FaultUnparsable                      // a reply that is not XML
	FaultGone                            // the shell and its commands end first, as when the service restarts
)

// String names the kind for the journal.
func (k FaultKind) String() string {
	return map[FaultKind]string{
		FaultReset: "connection reset", FaultFreeze: "freeze", FaultDelay: "delay", FaultStatus: "HTTP status",
		FaultSOAP: "SOAP fault", FaultTruncate: "truncated reply", FaultUnparsable: "unparsable reply", FaultGone: "shell ended",
	}[k]
}

// Fault is something that goes wrong on purpose.
type Fault struct {
	Kind   FaultKind
	Delay  time.Duration // of FaultDelay
	Status int           // of FaultStatus
	Code   uint32        // of FaultSOAP: 2150858843, 995, 1115, 5 and the others of faults.go
	// AfterEffect carries the operation out before it goes wrong: only the reply is lost. Truncated and unparsable
	// replies always come after the effect, delays never do.
	AfterEffect bool
}

// caller is who sent a message, from where, to which name.
type caller struct {
	user   string // DOMAIN\user
	host   string // the server as addressed
	url    string // the whole address
	client string // IP address of the client
}

// operate carries out one message and gives the clear reply.
func (s *Server) operate(ctx context.Context, who caller, message []byte) response {
	e, err := parseEnvelope(message)
	if err != nil {
		return s.faultReply(who, "", schemaFault())
	}
	op := Operation{Action: actions[e.Header.Action], User: who.user, ShellID: e.shellID(), CommandLine: e.commandLine()}
	if e.Body.Identify != nil {
		op.Action = ActionIdentify
	}
	return s.underFault(ctx, who, op, e.Header.MessageID, func() response { return s.perform(ctx, who, op, e) })
}

// underFault carries out an operation the way the fault that strikes it has it.
func (s *Server) underFault(ctx context.Context, who caller, op Operation, messageID string, perform func() response) response {
	var f *Fault
	if s.options.Fault != nil {
		f = s.options.Fault(op)
	}
	if f == nil {
		return perform()
	}
	s.backend.Record(Event{Event: EventFault, User: who.user, Text: fmt.Sprintf("%s: %s", op.Action, f)})
	var done response
	switch {
	case f.Kind == FaultTruncate, f.Kind == FaultUnparsable:
		done = perform()
		if f.Kind == FaultTruncate {
			done.truncate = true
		} else {
			done.body = bytes.Repeat([]byte("<garbage "), 8)
		}
		return done
	case f.Kind == FaultGone:
		if sh := s.shells.find(who.user, op.ShellID); sh != nil {
			s.shells.remove(sh, "fault")
		}
		return perform()
	case f.AfterEffect && f.Kind != FaultDelay:
		done = perform()
	}
	if f.Kind == FaultSOAP {
		return s.faultReply(who, messageID, catalogued(f.Code))
	}
	if reply, final := s.beforeEffect(ctx, f); final {
		return reply
	}
	return perform()
}

// beforeEffect plays the faults that need no message. final is false when the request goes on as if nothing was.
func (s *Server) beforeEffect(ctx context.Context, f *Fault) (reply response, final bool) {
	switch f.Kind {
	case FaultDelay:
		late := time.NewTimer(f.Delay)
		defer late.Stop()
		select {
		case <-late.C:
			return response{}, false
		case <-ctx.Done():
			return response{drop: true}, true
		}
	case FaultFreeze:
		<-ctx.Done()
		return response{drop: true}, true
	case FaultStatus:
		reply := response{status: f.Status, close: true}
		if f.Status == http.StatusUnauthorized {
			reply.authenticate = []string{"Negotiate"} // as http.sys refuses what follows a challenge
		}
		return reply, true
	default:
		return response{drop: true}, true
	}
}

// String says what the fault was, for the journal.
func (f *Fault) String() string {
	var b strings.Builder
	b.WriteString(f.Kind.String())
	switch f.Kind {
	case FaultDelay:
		fmt.Fprintf(&b, " %s", f.Delay)
	case FaultStatus:
		fmt.Fprintf(&b, " %d", f.Status)
	case FaultSOAP:
		fmt.Fprintf(&b, " %d", f.Code)
	default: // the kind says it all
	}
	if f.AfterEffect {
		b.WriteString(" after the effect")
	}
	return b.String()
}

// perform runs an operation and wraps its result.
func (s *Server) perform(ctx context.Context, who caller, op Operation, e *envelope) response {
	if op.Action == ActionIdentify {
		return response{status: http.StatusOK, contentType: soapType, body: s.identify(true)}
	}
	var body string
	var fault *soapFault
	switch {
	case op.Action == "":
		fault = actionFault(e.Header.Action)
	case strings.TrimSpace(e.Header.ResourceURI) != shellResource:
		fault = resourceFault(e.Header.ResourceURI)
	case op.Action == ActionCreate:
		body, fault = s.create(who, e)
	case op.ShellID == "":
		fault = noSelectorFault()
	default:
		body, fault = s.onShell(ctx, who, op, e)
	}
	if fault == errGone {
		return response{drop: true}
	}
	if fault != nil {
		if fault.code != codeTimedOut { // an answer of every quiet poll, not worth a line
			s.backend.Record(Event{Event: EventFault, User: who.user, Text: fmt.Sprintf("%s: %d", op.Action, fault.code)})
		}
		return s.faultReply(who, e.Header.MessageID, fault)
	}
	reply := envelopeReply(namespacesOf(op.Action, s.options.Stack), e.Header.Action+"Response", e.Header.MessageID, body)
	return response{status: http.StatusOK, contentType: soapType, body: reply}
}

// onShell runs an operation on an existing shell. Being talked to keeps the shell from idling away.
func (s *Server) onShell(ctx context.Context, who caller, op Operation, e *envelope) (string, *soapFault) {
	sh := s.shells.find(who.user, op.ShellID)
	if sh == nil {
		return "", shellGoneFault(op.ShellID)
	}
	sh.busy()
	defer sh.idle()
	switch op.Action {
	case ActionDelete:
		s.shells.remove(sh, "")
		return "", nil
	case ActionCommand:
		return s.start(sh, op.CommandLine, e)
	}
	p := sh.process(e.commandID())
	switch {
	case e.commandID() == "":
		return "", parameterFault()
	case p == nil:
		return "", commandGoneFault()
	case op.Action == ActionReceive:
		return s.receive(ctx, p, e)
	case op.Action == ActionSend:
		return send(p, e)
	default:
		return signal(sh, p, e)
	}
}
