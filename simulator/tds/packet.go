package tds

import (
	"encoding/binary"
	"fmt"
	"io"
)

// packetType is the first byte of a packet header ([MS-TDS] 2.2.3.1.1).
type packetType byte

const (
	packetBatch     packetType = 0x01
	packetRPC       packetType = 0x03
	packetReply     packetType = 0x04
	packetAttention packetType = 0x06
	packetLogin     packetType = 0x10
	packetSSPI      packetType = 0x11
	packetPrelogin  packetType = 0x12
)

const (
	headerSize = 8

	statusEndOfMessage = 0x01
	statusIgnore       = 0x02
	statusReset        = 0x08
	statusResetKeep    = 0x10

	// defaultPacketSize holds until LOGIN7 asks for another size ([MS-TDS] 2.2.6.4).
	defaultPacketSize = 4096
	minPacketSize     = 512
	maxPacketSize     = 32767

	// A stranger may not make the server buffer much; a logged-in client may send long batches.
	maxLoginMessage   = 128 << 10
	maxRequestMessage = 64 << 20
)

// message is one request, its packets joined.
type message struct {
	kind    packetType
	reset   bool // the client asks for a fresh session first (pooled connection)
	ignored bool // the client gave the message up half way
	data    []byte
}

// readMessage joins packets up to the one marked as the last.
func readMessage(r io.Reader, limit int) (message, error) {
	var m message
	var header [headerSize]byte
	for first := true; ; first = false {
		if _, err := io.ReadFull(r, header[:]); err != nil {
			return m, err
		}
		kind, status := packetType(header[0]), header[1]
		size := int(binary.BigEndian.Uint16(header[2:]))
		switch {
		case size < headerSize:
			return m, fmt.Errorf("tds: packet of %d bytes is shorter than its header", size)
		case !first && kind != m.kind:
			return m, fmt.Errorf("tds: packet type changed from %#x to %#x inside a message", m.kind, kind)
		case len(m.data)+size-headerSize > limit:
			return m, fmt.Errorf("tds: message is larger than %d bytes", limit)
		}
		if first {
			m.kind = kind
			m.reset = status&(statusReset|statusResetKeep) != 0
		}
		start := len(m.data)
		m.data = append(m.data, make([]byte, size-headerSize)...)
		if _, err := io.ReadFull(r, m.data[start:]); err != nil {
			return m, io.ErrUnexpectedEOF
		}
		if status&statusEndOfMessage != 0 {
			m.ignored = status&statusIgnore != 0
			return m, nil
		}
	}
}

// packetWriter cuts what is written into packets of one reply.
type packetWriter struct {
	w    io.Writer
	kind packetType
	size int // negotiated packet size, header included
	spid uint16
	id   byte
	buf  []byte // the payload of the packet under construction
}

func (p *packetWriter) Write(b []byte) (int, error) {
	written := len(b)
	room := p.size - headerSize
	for len(p.buf)+len(b) > room {
		n := room - len(p.buf)
		p.buf = append(p.buf, b[:n]...)
		b = b[n:]
		if err := p.send(false); err != nil {
			return 0, err
		}
	}
	p.buf = append(p.buf, b...)
	return written, nil
}

// flush sends what is there without ending the message, so that the client sees it now.
func (p *packetWriter) flush() error {
	if len(p.buf) == 0 {
		return nil
	}
	return p.send(false)
}

// end sends the last packet of the message.
func (p *packetWriter) end() error {
	err := p.send(true)
	p.id = 0
	return err
}

func (p *packetWriter) send(last bool) error {
	p.id++
	packet := make([]byte, headerSize, headerSize+len(p.buf))
	packet[0] = byte(p.kind)
	if last {
		packet[1] = statusEndOfMessage
	}
	binary.BigEndian.PutUint16(packet[2:], uint16(headerSize+len(p.buf)))
	binary.BigEndian.PutUint16(packet[4:], p.spid)
	packet[6] = p.id
	packet = append(packet, p.buf...)
	p.buf = p.buf[:0]
	_, err := p.w.Write(packet)
	return err
}
