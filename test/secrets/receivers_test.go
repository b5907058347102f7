package secrets_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// collector keeps what is sent to it, as a collector of telemetry does, or whoever receives announcements. Bodies are
// kept as they come: what is searched is what would lie on that machine.
type collector struct {
	*httptest.Server

	mu     sync.Mutex
	bodies map[string][]byte // by path
	// refuse has so many requests answered with an error, so that their senders say what went wrong.
	refuse int
}

func newCollector(t *testing.T, refuse int) *collector {
	t.Helper()
	c := &collector{bodies: map[string][]byte{}, refuse: refuse}
	c.Server = httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // half a body is searched, too
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bodies[r.URL.Path] = append(c.bodies[r.URL.Path], body...)
	if c.refuse > 0 {
		c.refuse--
		http.Error(w, "not now", http.StatusServiceUnavailable)
	}
}

// got is everything that came to a path; all paths where it is empty.
func (c *collector) got(path string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if path != "" {
		return bytes.Clone(c.bodies[path])
	}
	var all []byte
	for _, b := range c.bodies {
		all = append(all, b...)
	}
	return all
}
