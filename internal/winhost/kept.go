package winhost

import (
	"sync"
	"time"
)

// keepFor is how long a connection without a call stays of use: long enough for the next call of one activity, far
// shorter than the two minutes after which http.sys drops an idle one.
const keepFor = 15 * time.Second

// kept are the connections of one Host that a call left logged on. A step is a dozen calls one after the other, and
// without them each would connect and log on again: two posts of seven, and a TLS handshake.
type kept struct {
	mu   sync.Mutex
	idle []keptSession
}

type keptSession struct {
	session *session
	since   time.Time
}

// put keeps a session whose last message was answered.
func (k *kept) put(s *session) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.idle) == shellsPerUser {
		s.close()
		return
	}
	k.idle = append(k.idle, keptSession{s, time.Now()})
}

// drop closes them all.
func (k *kept) drop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, i := range k.idle {
		i.session.close()
	}
	k.idle = nil
}

// take returns the session that was used last, or nil. Those that lay too long are closed.
func (k *kept) take() *session {
	k.mu.Lock()
	defer k.mu.Unlock()
	for n := len(k.idle); n > 0; n = len(k.idle) {
		last := k.idle[n-1]
		k.idle = k.idle[:n-1]
		if time.Since(last.since) < keepFor {
			return last.session
		}
		last.session.close()
	}
	return nil
}
