package traffic

import (
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAConnectionIsCounted(t *testing.T) {
	var c Counter
	before := c.Count()
	near, far := net.Pipe()
	counted := c.Conn(near)
	go func() {
		_, _ = io.WriteString(far, "four")
		_, _ = io.ReadFull(far, make([]byte, 6))
		_ = far.Close()
	}()
	read := make([]byte, 4)
	_, err := io.ReadFull(counted, read)
	require.NoError(t, err)
	c.Request()
	_, err = io.WriteString(counted, "answer")
	require.NoError(t, err)
	require.Equal(t, Count{Connections: 1, Requests: 1, Received: 4, Sent: 6}, c.Count().Minus(before))
}

func TestNobodyCounts(t *testing.T) {
	var none *Counter
	near, _ := net.Pipe()
	require.Same(t, near, none.Conn(near))
	none.Request()
	require.Zero(t, none.Count())
}
