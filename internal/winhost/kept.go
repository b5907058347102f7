package winhost

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"farmhand/internal/farm"
)

// keepFor is how long a connection without a call stays of use: long enough for the next call of one activity, or of the activity
// after it, far shorter than the two minutes after which http.sys drops an idle one.
const keepFor = 15 * time.Second

// logon is what a connection was made for: where it leads, how the server was checked, and who logged on. Only a Host whose
// options say the same may go on with it.
type logon struct {
	address                      string
	winrm                        farm.WinRM
	user, caFile, kerberosConfig string
	proof                        [sha256.Size]byte
}

// proofKey makes the proofs of this process worthless to any other.
var proofKey = sync.OnceValue(func() []byte {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // it does not fail
	return key
})

// logonOf reads the options of a Host. The password is part of it, so that whoever has a new one, or a wrong one, logs on
// anew; it is kept as a hash, since this outlives the Host.
func logonOf(o Options) logon {
	l := logon{address: o.Server.Address, winrm: o.Server.WinRM, user: o.User, caFile: o.CAFile, kerberosConfig: o.KerberosConfig}
	l.winrm.CodePage = 0 // a shell's, not a connection's
	for _, secret := range []string{o.Password.Reveal(), o.Keytab.Reveal()} {
		mac := hmac.New(sha256.New, proofKey())
		mac.Write(l.proof[:])
		mac.Write([]byte(secret))
		mac.Sum(l.proof[:0])
	}
	return l
}

// connections are shared by every Host of the process: each step of an update makes Hosts of its own, and goes on
// talking to the servers of the step before it.
var connections sync.Map // logon -> *kept

// keptFor returns the connections that were made for a logon.
func keptFor(l logon) *kept {
	v, _ := connections.LoadOrStore(l, new(kept))
	return v.(*kept)
}

// kept are the connections of one logon that calls left logged on. A step is a dozen calls one after the other, and
// without them each would connect and log on again: two posts of six, and a TLS handshake.
type kept struct {
	mu   sync.Mutex
	idle []*keptSession
}

type keptSession struct {
	session *session
	timer   *time.Timer // closes it
}

// put keeps a session whose last message was answered.
func (k *kept) put(s *session) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.idle) == shellsPerUser {
		s.close()
		return
	}
	one := &keptSession{session: s}
	one.timer = time.AfterFunc(keepFor, func() { k.expire(one) })
	k.idle = append(k.idle, one)
}

// expire closes a session that nobody took.
func (k *kept) expire(one *keptSession) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if i := slices.Index(k.idle, one); i >= 0 {
		k.idle = slices.Delete(k.idle, i, i+1)
		one.session.close()
	}
}

// drop closes them all.
func (k *kept) drop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, one := range k.idle {
		one.timer.Stop()
		one.session.close()
	}
	k.idle = nil
}

// take returns the session that was used last, or nil.
func (k *kept) take() *session {
	k.mu.Lock()
	defer k.mu.Unlock()
	last := len(k.idle) - 1
	if last < 0 {
		return nil
	}
	one := k.idle[last]
	k.idle = k.idle[:last]
	one.timer.Stop()
	return one.session
}
