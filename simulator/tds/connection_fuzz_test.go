package tds_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/tds"
)

// recording is a client that has said all it will say before anybody answers.
type recording struct {
	net.Conn // the methods that are not here are not used
	in       *bytes.Reader
	mu       sync.Mutex
	out      bytes.Buffer
	ended    chan struct{}
	once     sync.Once
}

func newRecording(said []byte) *recording {
	return &recording{in: bytes.NewReader(said), ended: make(chan struct{})}
}

func (r *recording) Read(b []byte) (int, error) { return r.in.Read(b) }

func (r *recording) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.Write(b)
}

func (r *recording) Close() error {
	r.once.Do(func() { close(r.ended) })
	return nil
}

// once hands the client out once, and then waits for its end.
type once struct {
	client *recording
	first  chan struct{}
}

func (o once) Accept() (net.Conn, error) {
	select {
	case <-o.first:
		return o.client, nil
	case <-o.client.ended:
		return nil, net.ErrClosed
	}
}

func (o once) Close() error   { return nil }
func (o once) Addr() net.Addr { return &net.TCPAddr{} }

func packet(kind byte, body []byte) []byte {
	p := []byte{kind, 1, 0, 0, 0, 0, 1, 0}
	binary.BigEndian.PutUint16(p[2:], uint16(8+len(body)))
	return append(p, body...)
}

// FuzzConnection lets a SQL Server of the twin hear anything at all: what it answers are whole packets, and the connection
// comes to its end.
func FuzzConnection(f *testing.F) {
	prelogin := packet(0x12, []byte{1, 0, 6, 0, 1, 0xFF, 2})
	login := packet(0x10, loginMessage(0x72090002, "sa", "Pa$$wörd"))
	batch := func(text string) []byte { return packet(1, append([]byte{4, 0, 0, 0}, wide(text)...)) }
	f.Add(prelogin)
	f.Add(login)
	f.Add(bytes.Join([][]byte{prelogin, login, batch("types"), batch("two"), packet(6, nil), batch("use x")}, nil))
	f.Add(bytes.Join([][]byte{login, packet(3, []byte{4, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 0, 0, 0, 0xE7, 8, 0, 9, 4, 0xD0, 0, 0x34, 4, 0, 'g', 0, 'o', 0})}, nil))
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		client := newRecording(said)
		first := make(chan struct{}, 1)
		first <- struct{}{}
		b := newBackend()
		close(b.release) // nothing waits for a test that cannot come
		server := tds.New(tds.Options{Computer: "SQL01", Domain: "CONTOSO", ProductVersion: "9.00.4060.00"}, b)
		require.NoError(t, server.Serve(once{client, first}))
		server.Close()
		out := client.out.Bytes()
		for len(out) > 0 {
			require.GreaterOrEqual(t, len(out), 8, "half a head")
			require.Equal(t, byte(4), out[0], "a reply")
			size := int(binary.BigEndian.Uint16(out[2:]))
			require.GreaterOrEqual(t, size, 8)
			require.LessOrEqual(t, size, len(out), "half a packet")
			out = out[size:]
		}
		_, err := client.in.ReadByte()
		require.True(t, err == nil || err == io.EOF)
	})
}
