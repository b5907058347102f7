package tds_test

import (
	"encoding/binary"
	"io"
	"net"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// rawConn speaks just enough TDS 7.2 to do what no driver does.
type rawConn struct{ net.Conn }

func dialRaw(t *testing.T, address string) rawConn {
	t.Helper()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return rawConn{c}
}

func (c rawConn) send(t *testing.T, kind, status byte, body []byte) {
	t.Helper()
	packet := []byte{kind, status, 0, 0, 0, 0, 1, 0}
	binary.BigEndian.PutUint16(packet[2:], uint16(8+len(body)))
	_, err := c.Write(append(packet, body...))
	require.NoError(t, err)
}

// reply reads packets to the end of a message.
func (c rawConn) reply(t *testing.T) []byte {
	t.Helper()
	var body []byte
	for {
		var header [8]byte
		_, err := io.ReadFull(c, header[:])
		require.NoError(t, err)
		part := make([]byte, binary.BigEndian.Uint16(header[2:])-8)
		_, err = io.ReadFull(c, part)
		require.NoError(t, err)
		body = append(body, part...)
		if header[1]&1 != 0 {
			return body
		}
	}
}

func (c rawConn) rest() []byte {
	b, _ := io.ReadAll(c)
	return b
}

func (c rawConn) login(t *testing.T, user, password string) {
	t.Helper()
	c.send(t, 0x10, 1, loginMessage(0x72090002, user, password))
	require.Contains(t, string(c.reply(t)), "\xAD", "no LOGINACK")
}

func (c rawConn) batch(t *testing.T, statement string) {
	t.Helper()
	c.send(t, 0x01, 1, append([]byte{4, 0, 0, 0}, wide(statement)...))
}

func (c rawConn) attention(t *testing.T) {
	t.Helper()
	c.send(t, 0x06, 1, nil)
}

func wide(text string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func loginMessage(version uint32, user, password string) []byte {
	b := make([]byte, 94)
	binary.LittleEndian.PutUint32(b[4:], version)
	binary.LittleEndian.PutUint32(b[8:], 4096)
	put := func(at int, raw []byte) {
		binary.LittleEndian.PutUint16(b[at:], uint16(len(b)))
		binary.LittleEndian.PutUint16(b[at+2:], uint16(len(raw)/2))
		b = append(b, raw...)
	}
	put(40, wide(user))
	hidden := wide(password)
	for i, x := range hidden {
		hidden[i] = (x<<4 | x>>4) ^ 0xA5
	}
	put(44, hidden)
	binary.LittleEndian.PutUint32(b, uint32(len(b)))
	return b
}
