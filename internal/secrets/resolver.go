package secrets

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// The schemes a reference may have.
const (
	schemeEnv  = "env"
	schemeFile = "file"
)

// maxFileSize is far above any password; a bigger file is the wrong file.
const maxFileSize = 64 << 10

// Resolver resolves the references that one worker's settings allow.
type Resolver struct {
	allowed []string
}

// NewResolver takes patterns such as env:SP_* and file:/run/secrets/*. In a pattern * stands for any characters but a
// slash, as in path.Match. No patterns allow nothing.
func NewResolver(allowed []string) *Resolver {
	return &Resolver{allowed: append([]string(nil), allowed...)}
}

// CheckPatterns reports every pattern that can never allow anything: an unknown scheme or a malformed glob. Settings are
// checked with it when they are read.
func CheckPatterns(allowed []string) error {
	var errs []error
	for _, p := range allowed {
		if _, err := path.Match(p, ""); err != nil {
			errs = append(errs, &Error{Kind: KindMalformed, Reference: p, Err: err})
			continue
		}
		if _, _, err := split(p); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Resolve returns the secret a reference names. Every error is an *Error that names the reference and never a value.
// The newline that editors leave at the end of a file is not part of the secret.
func (r *Resolver) Resolve(ref string) (Value, error) {
	scheme, name, err := split(ref)
	if err != nil {
		return Value{}, err
	}
	if !r.allows(ref) {
		return Value{}, &Error{Kind: KindNotAllowed, Reference: ref}
	}
	var text string
	switch scheme {
	case schemeEnv:
		text = os.Getenv(name)
	case schemeFile:
		if text, err = readSecret(name); err != nil {
			return Value{}, fileError(ref, err)
		}
	}
	if text == "" {
		return Value{}, &Error{Kind: KindNotSet, Reference: ref}
	}
	return New(text), nil
}

// ResolveFile is Resolve for a file that is no text, such as a keytab: every byte of it counts.
func (r *Resolver) ResolveFile(ref string) (Value, error) {
	scheme, name, err := split(ref)
	switch {
	case err != nil:
		return Value{}, err
	case scheme != schemeFile:
		return Value{}, &Error{Kind: KindUnknownScheme, Reference: ref}
	case !r.allows(ref):
		return Value{}, &Error{Kind: KindNotAllowed, Reference: ref}
	}
	content, err := readFile(name)
	if err != nil {
		return Value{}, fileError(ref, err)
	}
	if len(content) == 0 {
		return Value{}, &Error{Kind: KindNotSet, Reference: ref}
	}
	return New(string(content)), nil
}

// allows matches the reference against the patterns. A path with dot-dot in it was never what a pattern meant.
func (r *Resolver) allows(ref string) bool {
	if scheme, name, _ := strings.Cut(ref, ":"); scheme == schemeFile && path.Clean(name) != name {
		return false
	}
	for _, p := range r.allowed {
		if ok, err := path.Match(p, ref); err == nil && ok {
			return true
		}
	}
	return false
}

// split takes a reference apart and checks its shape. What has no scheme may be a password that somebody pasted, so it is
// not repeated in the error.
func split(ref string) (scheme, name string, err error) {
	scheme, name, found := strings.Cut(ref, ":")
	switch {
	case !found:
		return "", "", &Error{Kind: KindMalformed, Reference: Redacted}
	case scheme != schemeEnv && scheme != schemeFile:
		return "", "", &Error{Kind: KindUnknownScheme, Reference: Redacted}
	case name == "" || scheme == schemeFile && !strings.HasPrefix(name, "/"):
		return "", "", &Error{Kind: KindMalformed, Reference: ref}
	}
	return scheme, name, nil
}

func readSecret(name string) (string, error) {
	b, err := readFile(name)
	if err != nil {
		return "", err
	}
	// One line end, as an editor or echo leaves it; a secret may end in spaces.
	return strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r"), nil
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFileSize+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxFileSize {
		return nil, errors.New("the file is too big to be a secret")
	}
	return b, nil
}

func fileError(ref string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{Kind: KindNotSet, Reference: ref}
	}
	return &Error{Kind: KindUnreadable, Reference: ref, Err: err}
}
