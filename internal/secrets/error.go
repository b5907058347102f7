package secrets

import "fmt"

// Kind says why a reference gave no secret.
type Kind string

// The kinds of Error.
const (
	// KindNotAllowed: this worker's settings do not allow the reference.
	KindNotAllowed Kind = "not-allowed"
	// KindNotSet: the variable or file does not exist, or is empty.
	KindNotSet Kind = "not-set"
	// KindUnreadable: the file is there and cannot be read.
	KindUnreadable Kind = "unreadable"
	// KindUnknownScheme: neither env: nor file:.
	KindUnknownScheme Kind = "unknown-scheme"
	// KindMalformed: not a reference at all, or one without a name.
	KindMalformed Kind = "malformed"
)

// Error is every error of this package.
type Error struct {
	Kind Kind
	// Reference as it was written; Redacted where it has no known scheme and so may be a password pasted by mistake.
	Reference string
	Err       error
}

// Error says what is wrong with which reference, and what to do.
func (e *Error) Error() string {
	var s string
	switch e.Kind {
	case KindNotAllowed:
		s = "this worker's settings do not allow it; add a pattern to the worker's list of allowed secrets"
	case KindNotSet:
		s = "it is not set on this worker; set the variable or create the file, then try again"
	case KindUnreadable:
		s = "it cannot be read on this worker; check the file and its permissions"
	case KindUnknownScheme:
		s = "the scheme is unknown; write env:NAME or file:/path"
	default:
		s = "it is no reference; write env:NAME or file:/path, never a password"
	}
	if e.Err != nil {
		return fmt.Sprintf("secret %s: %s: %v", e.Reference, s, e.Err)
	}
	return fmt.Sprintf("secret %s: %s", e.Reference, s)
}

// Unwrap returns the cause, such as a permission error.
func (e *Error) Unwrap() error { return e.Err }
