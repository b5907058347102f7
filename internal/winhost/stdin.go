package winhost

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
)

const (
	// sendSize is how much standard input one Send carries: as base64 in its envelope it stays below the 150 KB that
	// WinRM 2.0 accepts.
	sendSize = 96 << 10
	// sendsPerReceive is how many Sends go out before output is asked for once. Both share one connection, and a Receive
	// that finds nothing holds it for stdinTimeout, so asking after each would make every Send wait; never asking would
	// stall a command that prints while it reads. Where nothing was printed, twice as many go out before the next asking,
	// up to mostSendsPerReceive.
	sendsPerReceive     = 8
	mostSendsPerReceive = 32
)

// chunks feeds standard input to masterzen/winrm in pieces a server accepts. Its own Write counts raw bytes against the
// envelope's limit and loses what does not fit after base64; one WriteTo is also the only way to see its errors.
type chunks struct{ r io.Reader }

// Read implements io.Reader for io.Copy's sake; WriteTo is what io.Copy calls.
func (c chunks) Read(p []byte) (int, error) { return c.r.Read(p) }

// WriteTo implements io.WriterTo.
func (c chunks) WriteTo(w io.Writer) (int64, error) {
	var total int64
	buf := make([]byte, sendSize)
	for {
		n, err := io.ReadFull(c.r, buf)
		if n > 0 {
			sent, werr := w.Write(buf[:n])
			total += int64(sent)
			if werr != nil {
				return total, werr
			}
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

// turns lets Receives in between Sends.
type turns struct {
	receive chan struct{} // one Receive may go
	ended   chan struct{} // standard input is closed: Receives go as they like
	once    sync.Once
	sent    int // by the one goroutine that sends, since the last turn
	every   atomic.Int32
}

func newTurns(stdin bool) *turns {
	t := &turns{receive: make(chan struct{}, 1), ended: make(chan struct{})}
	t.every.Store(sendsPerReceive)
	if !stdin {
		t.end()
	}
	return t
}

func (t *turns) end() { t.once.Do(func() { close(t.ended) }) }

// sentOne counts a Send that went well.
func (t *turns) sentOne() {
	if t.sent++; t.sent >= int(t.every.Load()) {
		t.sent = 0
		select {
		case t.receive <- struct{}{}:
		default:
		}
	}
}

// heard says whether a Receive between Sends found output.
func (t *turns) heard(output bool) {
	if output {
		t.every.Store(sendsPerReceive)
		return
	}
	t.every.Store(min(2*t.every.Load(), mostSendsPerReceive))
}

// wait blocks until a Receive may go, and reports whether standard input is still open.
func (t *turns) wait(ctx context.Context) (open bool) {
	select {
	case <-t.ended:
		return false
	default:
	}
	select {
	case <-t.ended:
		return false
	case <-t.receive:
		return true
	case <-ctx.Done():
		return true
	}
}
