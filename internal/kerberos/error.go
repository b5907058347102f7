package kerberos

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/jcmturner/gokrb5/v8/iana/errorcode"
	"github.com/jcmturner/gokrb5/v8/krberror"
)

// Kind sorts errors by what they are about.
type Kind string

// The kinds of Error.
const (
	// KindConfig: krb5.conf, the keytab or the account's name does not fit.
	KindConfig Kind = "config"
	// KindAccount: the KDC does not know the account, its password is wrong or too old, or it is locked. Trying again
	// may lock it.
	KindAccount Kind = "account"
	// KindClock: the clocks of worker, KDC and server are too far apart.
	KindClock Kind = "clock"
	// KindKDC: no KDC of the realm answers.
	KindKDC Kind = "kdc"
	// KindService: the KDC does not know the service's name (SPN), or the service cannot open tickets for it.
	KindService Kind = "service"
	// KindProof: the server did not prove who it is.
	KindProof Kind = "proof"
)

// Error is every error of this package. It holds no password, no key and no ticket.
type Error struct {
	Kind Kind
	// Code is Kerberos' own error code (RFC 4120 section 7.5.9), 0 where none was said.
	Code int32
	// Message says what is wrong, Advice what to do.
	Message, Advice string
}

// Error says what is wrong and what to do.
func (e *Error) Error() string {
	text := "Kerberos: " + e.Message
	if e.Code != 0 {
		text += fmt.Sprintf(" (Kerberos error %d)", e.Code)
	}
	if e.Advice != "" {
		text += "; " + e.Advice
	}
	return text
}

func newError(k Kind, advice, format string, args ...any) *Error {
	return &Error{Kind: k, Message: fmt.Sprintf(format, args...), Advice: advice}
}

// Advice that several errors share.
const (
	adviceClock   = "Kerberos allows five minutes: let worker, domain controllers and servers take their time from one source"
	adviceAccount = "check the account's name and realm and its password or keytab; farmhand does not try again by itself"
	adviceKDC     = "check the KDCs of the realm in krb5.conf (or its DNS entries), and that no firewall stands before port 88 over TCP"
	adviceSPN     = "compare with setspn -L of the computer or of SQL Server's service account, and name the right one as spn in the rollout file; " +
		"it wants a name, never an IP address"
	adviceStale = "the service's key is not the one the KDC used: the name is registered for another account (setspn -X finds doubles), " +
		"or the keytab or the computer's password is out of date"
)

// meanings are the codes that have a meaning of their own here (RFC 4120 section 7.5.9). what %s stands for is in brackets.
var meanings = map[int32]struct {
	kind          Kind
	what, message string
	advice        string
}{
	errorcode.KDC_ERR_C_PRINCIPAL_UNKNOWN: {KindAccount, "account", "the KDC does not know the account %s", adviceAccount},
	errorcode.KDC_ERR_CLIENT_REVOKED:      {KindAccount, "account", "the account %s is locked, disabled or expired", "ask its administrators to unlock it, then try again"},
	errorcode.KDC_ERR_KEY_EXPIRED:         {KindAccount, "account", "the password of %s has expired", "give the account a new password, and the new password to farmhand"},
	errorcode.KDC_ERR_PREAUTH_FAILED:      {KindAccount, "account", "the password or the keytab of %s is wrong", adviceAccount},
	errorcode.KDC_ERR_ETYPE_NOSUPP: {KindConfig, "account", "the KDC and %s share no kind of encryption",
		"allow one of the account's kinds in krb5.conf (default_tkt_enctypes, default_tgs_enctypes), or give the account AES keys"},
	errorcode.KDC_ERR_S_PRINCIPAL_UNKNOWN: {KindService, "service", "the KDC does not know the service %s", adviceSPN},
	errorcode.KDC_ERR_WRONG_REALM:         {KindConfig, "account", "the KDC does not serve the realm of %s", adviceKDC},
	errorcode.KRB_AP_ERR_SKEW:             {KindClock, "service", "the clocks are too far apart (logon to %s)", adviceClock},
	errorcode.KRB_AP_ERR_TKT_NYV:          {KindClock, "service", "the ticket for %s begins in the server's future", adviceClock},
	errorcode.KRB_AP_ERR_MODIFIED:         {KindService, "service", "the service %s cannot open its ticket", adviceStale},
	errorcode.KRB_AP_ERR_BADMATCH:         {KindProof, "service", "the logon to %s was bound to another TLS connection than the one that it came by", adviceProof},
	errorcode.KRB_AP_ERR_BADKEYVER:        {KindService, "service", "the service %s has another version of its key", adviceStale},
	errorcode.KRB_AP_ERR_NOT_US:           {KindService, "service", "what answers is not the service %s", adviceSPN},
	errorcode.KRB_AP_ERR_NOKEY:            {KindService, "service", "the service %s has no key of that name", adviceStale},
	errorcode.KRB_AP_ERR_BAD_INTEGRITY:    {KindService, "service", "the service %s cannot open its ticket", adviceStale},
	errorcode.KRB_AP_ERR_REPEAT:           {KindService, "service", "the service %s took the logon for a repeated one", "try again"},
}

// ofCode is the error of a code that a KDC or a service answered.
func ofCode(code int32, account, service string) *Error {
	m, known := meanings[code]
	if !known {
		e := newError(KindConfig, "look the code up in RFC 4120, section 7.5.9", "the logon of %s to %s was refused: %s", account, service, name(code))
		e.Code = code
		return e
	}
	subject := account
	if m.what == "service" {
		subject = service
	}
	e := newError(m.kind, m.advice, m.message, subject)
	e.Code = code
	return e
}

// name is a code's name, without the number that the library puts before it.
func name(code int32) string {
	_, text, _ := strings.Cut(errorcode.Lookup(code), ") ")
	return text
}

// codePattern finds the code in the library's texts, which is all that is left of it there.
var codePattern = regexp.MustCompile(`KRB Error: \((\d+)\)`)

// ofLibrary is the error of an exchange with a KDC.
func ofLibrary(err error, account, service string) *Error {
	text := err.Error()
	if m := codePattern.FindAllStringSubmatch(text, -1); m != nil {
		if code, convErr := strconv.ParseInt(m[len(m)-1][1], 10, 32); convErr == nil {
			return ofCode(int32(code), account, service)
		}
	}
	switch {
	case strings.Contains(text, krberror.NetworkingError), strings.Contains(text, "communication error with KDC"), strings.Contains(text, "no KDC"):
		return newError(KindKDC, adviceKDC, "no KDC answers for %s", account)
	case strings.Contains(text, "clock skew"):
		return newError(KindClock, adviceClock, "the clocks of the KDC and of this worker are too far apart")
	case strings.Contains(text, krberror.DecryptingError), strings.Contains(text, "could not get key from keytab"), strings.Contains(text, "matching key not found"):
		return newError(KindAccount, adviceAccount, "the password or the keytab of %s does not fit", account)
	}
	return newError(KindConfig, adviceKDC, "no ticket of %s for %s: %s", account, service, text)
}
