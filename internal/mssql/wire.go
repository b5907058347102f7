package mssql

import (
	"context"
	"encoding/binary"
	"net"
	"sync"
)

// dialer remembers every connection of one login.
type dialer struct {
	net            net.Dialer
	wantEncryption bool

	mu     sync.Mutex
	wires  []*wire
	closed bool
}

// DialContext implements the driver's Dialer.
func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.net.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	w := &wire{Conn: conn, wantEncryption: d.wantEncryption, lost: make(chan struct{})}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	d.wires = append(d.wires, w)
	return w, nil
}

func (d *dialer) closeAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	for _, w := range d.wires {
		_ = w.Close()
	}
}

func (d *dialer) last() *wire {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.wires[len(d.wires)-1]
}

// refusedOr prefers the reason why prelogin.check refused a server to what the driver made of it.
func (d *dialer) refusedOr(err error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range d.wires {
		if refused := w.refusal(); refused != nil {
			return refused
		}
	}
	return err
}

// wire is a network connection that reads the PRELOGIN reply as it passes and says when the connection broke.
type wire struct {
	net.Conn
	wantEncryption bool
	inspected      bool   // only the driver's one reader touches it and head
	head           []byte // of the first packet, until it is complete

	lost     chan struct{} // closed at the first failed read
	lostOnce sync.Once
	mu       sync.Mutex
	refused  error
}

// Read passes bytes on, except the end of a PRELOGIN reply that is refused.
func (w *wire) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	if err != nil {
		w.lostOnce.Do(func() { close(w.lost) })
		return n, err
	}
	if !w.inspected {
		if refused := w.inspect(b[:n]); refused != nil {
			return 0, refused
		}
	}
	return n, nil
}

// inspect collects the first packet and checks it. A malformed one is left to the driver to complain about.
func (w *wire) inspect(b []byte) error {
	w.head = append(w.head, b...)
	if len(w.head) < packetHeader {
		return nil
	}
	size := int(binary.BigEndian.Uint16(w.head[2:]))
	if w.head[0] == packetReply && len(w.head) < size {
		return nil
	}
	head := w.head
	w.inspected, w.head = true, nil
	if head[0] != packetReply || size < packetHeader {
		return nil
	}
	p, err := parsePrelogin(head[packetHeader:size])
	if err != nil {
		return nil
	}
	refused := p.check(w.wantEncryption)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refused = refused
	return refused
}

func (w *wire) refusal() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.refused
}
