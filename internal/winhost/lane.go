package winhost

import (
	"context"
	"errors"
	"net/http"
)

// lane sends messages one after the other over at most one session. WinRM 2.0 is not known to accept a Receive on
// another connection than its Command, so a call has exactly one lane.
type lane struct {
	endpoint endpoint
	turn     chan struct{}
	session  *session
	kept     *kept  // where the session came from, and goes to
	idle     bool   // the session was kept, and this call has sent nothing over it yet
	refused  *Error // a logon the server turned down: it is never tried twice in a call
}

// newLane takes a kept session where there is one.
func newLane(e endpoint, k *kept) *lane {
	l := &lane{endpoint: e, turn: make(chan struct{}, 1), kept: k, session: k.take()}
	l.idle = l.session != nil
	return l
}

// leave ends the use of a lane whose call went well: its connection serves the next one.
func (l *lane) leave() {
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	default: // something is still being sent
		l.close()
		return
	}
	if l.session != nil {
		l.kept.put(l.session)
		l.session = nil
	}
}

// close ends the connection.
func (l *lane) close() {
	if l.session != nil {
		l.session.close()
		l.session = nil
	}
}

// send returns the status and the clear answer. An Error that comes back has Maybe set when the server may have acted on
// the message. A second try happens only where the first provably did nothing (nothing was written, or http.sys had
// forgotten the connection's logon and answered 401), or where twice does no harm: again, and the first message over a kept
// connection, which may have died meanwhile. That one is Create or Identify; a shell made twice costs an idle one.
func (l *lane) send(ctx context.Context, envelope []byte, again bool) (int, []byte, error) {
	select {
	case l.turn <- struct{}{}:
	case <-ctx.Done():
		return 0, nil, newError(KindUnreachable, "the connection was busy until the deadline")
	}
	defer func() { <-l.turn }()
	again, l.idle = again || l.idle, false
	for first := true; ; first = false {
		if err := l.logon(ctx); err != nil {
			return 0, nil, err
		}
		status, answer, err := l.session.message(ctx, envelope)
		if err == nil && status != http.StatusUnauthorized {
			return status, answer, nil
		}
		l.close()
		var known *Error
		switch {
		case err == nil && (!first || l.endpoint.basic):
			l.refused = refused(l.endpoint)
			return 0, nil, l.refused
		case err == nil || first && errors.Is(err, errSpent) || first && again && ctx.Err() == nil:
			continue
		case errors.As(err, &known):
			known.Maybe = known.Kind == KindConfig
			return 0, nil, known
		}
		lost := noAnswer(err)
		lost.Maybe = lost.Kind == KindUnreachable && !errors.Is(err, errSpent)
		return 0, nil, lost
	}
}

// logon makes sure there is a session.
func (l *lane) logon(ctx context.Context) error {
	if l.refused != nil {
		return l.refused
	}
	if l.session != nil {
		return nil
	}
	s, err := l.endpoint.open(ctx)
	if err != nil {
		var known *Error
		if errors.As(err, &known) && known.Kind == KindAuth {
			l.refused = known
		}
		return err
	}
	l.session = s
	return nil
}
