package winhost

import (
	"errors"
	"fmt"
	"strings"
)

// Kind sorts errors by what to do about them; retry policies belong to it.
type Kind string

// The kinds of Error.
const (
	// KindAuth: the server refused the logon. Stop at once, each further try counts toward a lockout.
	KindAuth Kind = "auth"
	// KindUnreachable: nothing answered, or not in time, before the command was sent.
	KindUnreachable Kind = "unreachable"
	// KindRebooting: the server is shutting down or starting.
	KindRebooting Kind = "rebooting"
	// KindQuota: a limit on shells, operations or users of the WinRM service is reached.
	KindQuota Kind = "quota"
	// KindDenied: logged on, and not allowed.
	KindDenied Kind = "denied"
	// KindTooBig: a message is larger than the server, or an answer larger than farmhand, accepts.
	KindTooBig Kind = "too-big"
	// KindConfig: settings of the server, or of farmhand for it, do not fit together.
	KindConfig Kind = "config"
	// KindShellGone: the server ended the shell under the command (service restart, idle or run time limit).
	KindShellGone Kind = "shell-gone"
	// KindInterrupted: the connection, or the caller's context, ended after the command was sent.
	KindInterrupted Kind = "interrupted"
	// KindBadOutput: an answer came that cannot be trusted.
	KindBadOutput Kind = "bad-output"
	// KindFault: the server reported an error that no other kind covers.
	KindFault Kind = "fault"
	// KindFailed: a Windows command or a script ran and reported failure; Code is its exit code.
	KindFailed Kind = "failed"
	// KindNotStarted: a scheduled task was told to run and its job did not start.
	KindNotStarted Kind = "not-started"
)

var advice = map[Kind]string{
	KindAuth:        "check the account and its password, that it is not locked, and that the WinRM service offers Negotiate; farmhand does not try again by itself",
	KindUnreachable: "check that the server is up, that the WinRM service runs and that no firewall is in between",
	KindRebooting:   "wait until it has started again",
	KindQuota:       "wait for other shells to end, or raise the limits under winrm/config/winrs",
	KindDenied:      "use an account that is a member of the server's Administrators group",
	KindTooBig:      "raise MaxEnvelopeSizekb of the WinRM service, or ask for less",
	KindConfig:      "compare the server's winrm configuration with the winrm settings of the rollout file",
	KindShellGone:   "ask the server what the command did before it is run again",
	KindInterrupted: "ask the server what the command did before it is run again",
	KindBadOutput:   "run the command by hand on the server and compare; the code page is a common cause",
	KindFault:       "look the code up with: winrm helpmsg CODE",
	KindFailed:      "run the command by hand on the server to see more",
	KindNotStarted:  "check the task's account, its password and its right to log on as a batch job (schtasks /query /v)",
}

// Error is every error of this package. It holds no password, no token and no message body.
type Error struct {
	Kind Kind
	// Host is the server's name in the rollout file, with the address that was asked.
	Host string
	// Op names the script or command, never its text.
	Op string
	// HTTP is the status of the reply, 0 when there was none.
	HTTP int
	// Code is the WS-Management fault or Win32 code, or for KindFailed the exit code; 0 when there was none.
	Code int64
	// Message says what is wrong, Advice what to do.
	Message, Advice string
	// Maybe: the command may have run, wholly or in part.
	Maybe bool

	cause error // never a *url.Error: masterzen/winrm would poll on
}

// Error says what is wrong, on which server, and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Host != "" {
		b.WriteString(e.Host + ": ")
	}
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	b.WriteString(string(e.Kind) + ": " + e.Message)
	if e.HTTP != 0 {
		fmt.Fprintf(&b, " (HTTP %d)", e.HTTP)
	}
	if e.Code != 0 {
		fmt.Fprintf(&b, " (code %d)", e.Code)
	}
	if e.Maybe {
		b.WriteString("; the command may have run")
	}
	if e.Advice != "" {
		b.WriteString("; " + e.Advice)
	}
	return b.String()
}

// Unwrap returns a context's error, an error of package scripts, or ErrNoService.
func (e *Error) Unwrap() error { return e.cause }

// IsKind reports whether err is an *Error of that kind.
func IsKind(err error, k Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == k
}

// newError makes an Error with the kind's usual advice. The text is freed of two words that masterzen/winrm acts upon
// wherever it finds them: "EOF" becomes an exit code and "OperationTimeout" another poll.
func newError(k Kind, format string, args ...any) *Error {
	text := strings.NewReplacer("EOF", "end of stream", "OperationTimeout", "operation time-out").Replace(fmt.Sprintf(format, args...))
	return &Error{Kind: k, Message: strings.TrimSpace(text), Advice: advice[k]}
}
