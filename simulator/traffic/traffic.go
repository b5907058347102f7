// Package traffic counts what crosses the twin's sockets: connections, requests and bytes, in the clear of whatever TLS is
// around them. The numbers are facts for whoever compares clients; nothing in the twin reads them.
package traffic

import (
	"net"
	"sync/atomic"
)

// Count is what one protocol carried so far. Requests are HTTP posts for WinRM, and messages of the client (login, batch,
// RPC) for SQL Server. Received and Sent are bytes as the server sees them.
type Count struct {
	Connections int64 `json:"connections"`
	Requests    int64 `json:"requests"`
	Received    int64 `json:"received"`
	Sent        int64 `json:"sent"`
}

// Minus is what came since an earlier count.
func (c Count) Minus(earlier Count) Count {
	return Count{c.Connections - earlier.Connections, c.Requests - earlier.Requests, c.Received - earlier.Received, c.Sent - earlier.Sent}
}

// Counter counts for any number of servers at once. Nil counts nothing.
type Counter struct{ connections, requests, received, sent atomic.Int64 }

// Count is what was counted so far.
func (c *Counter) Count() Count {
	if c == nil {
		return Count{}
	}
	return Count{c.connections.Load(), c.requests.Load(), c.received.Load(), c.sent.Load()}
}

// Request counts one request.
func (c *Counter) Request() {
	if c != nil {
		c.requests.Add(1)
	}
}

// Conn counts a connection, and what is read from it and written to it from now on.
func (c *Counter) Conn(raw net.Conn) net.Conn {
	if c == nil {
		return raw
	}
	c.connections.Add(1)
	return &conn{Conn: raw, counter: c}
}

type conn struct {
	net.Conn
	counter *Counter
}

// NetConn is the connection below, as of tls.Conn.
func (c *conn) NetConn() net.Conn { return c.Conn }

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.counter.received.Add(int64(n))
	return n, err
}

func (c *conn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.counter.sent.Add(int64(n))
	return n, err
}
