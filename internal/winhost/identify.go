package winhost

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// Identity is what the WinRM service says of itself.
type Identity struct {
	Vendor string
	// OSVersion is Windows' version such as 5.2.3790 (2003) or 6.0.6002 (2008 SP2).
	OSVersion string
	// ServicePack is as the server writes it, such as 2.0.
	ServicePack string
	// Stack is the generation of WinRM: 1.1, 2.0, 3.0.
	Stack string
}

// Before2008 reports whether the server is Windows Server 2003 or older, which has no Schedule.Service and another
// schtasks and cacls.
func (i Identity) Before2008() bool {
	major, _, _ := strings.Cut(i.OSVersion, ".")
	n, err := strconv.Atoi(major)
	return err == nil && n > 0 && n < 6
}

const identifyEnvelope = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>`

var productPattern = regexp.MustCompile(`OS:\s*(\S+)\s+SP:\s*(\S+)\s+Stack:\s*(\S+)`)

// Identify asks the WinRM service who it is, with a logon (DSP0226 section 11). It is the first call to make to a
// server: it opens no shell. A server too old to know the request answers with a fault (KindFault).
func (h *Host) Identify(ctx context.Context) (identity Identity, err error) {
	const op = "identify"
	ctx, span := startSpan(ctx, h, op)
	defer func() { endSpan(span, err) }()
	ctx, cancel := context.WithTimeout(ctx, h.timeout+replyGrace)
	defer cancel()
	l := newLane(h.endpoint, h.kept)
	status, body, err := l.send(ctx, []byte(identifyEnvelope), true)
	if err != nil {
		l.close()
		return Identity{}, h.annotate(op, withoutMaybe(err))
	}
	l.leave()
	answer, err := parseReply(status, body)
	if err != nil {
		return Identity{}, h.annotate(op, withoutMaybe(err))
	}
	r := answer.Body.IdentifyResponse
	if r == nil {
		return Identity{}, h.fail(op, KindBadOutput, "the server answered Identify with something else")
	}
	if identity, err = parseIdentity(r.ProductVendor, r.ProductVersion); err != nil {
		return Identity{}, h.annotate(op, err)
	}
	return identity, nil
}

// parseIdentity reads a product version such as "OS: 6.0.6002 SP: 2.0 Stack: 2.0".
func parseIdentity(vendor, version string) (Identity, error) {
	m := productPattern.FindStringSubmatch(version)
	if m == nil {
		return Identity{}, newError(KindBadOutput, "the server's product version %q is not understood", version)
	}
	if m[1] == "0.0.0" { // what a stranger is told
		return Identity{}, newError(KindAuth, "the server answered as to somebody who is not logged on")
	}
	return Identity{Vendor: strings.TrimSpace(vendor), OSVersion: m[1], ServicePack: m[2], Stack: m[3]}, nil
}

// known returns the identity, asked for once in the life of a Host: an operating system does not change under it.
func (h *Host) known(ctx context.Context) (Identity, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.identity == nil {
		i, err := h.Identify(ctx)
		if err != nil {
			return Identity{}, err
		}
		h.identity = &i
	}
	return *h.identity, nil
}

// withoutMaybe is for requests that change nothing.
func withoutMaybe(err error) error {
	if known, ok := errors.AsType[*Error](err); ok {
		known.Maybe = false
	}
	return err
}
