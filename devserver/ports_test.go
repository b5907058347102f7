package main

import (
	"net"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPortsFollowFromTheFirst(t *testing.T) {
	p, err := newPorts(20000, 0, 0, false)
	require.NoError(t, err)
	taken := make(map[int]bool)
	for _, l := range p.listeners() {
		require.False(t, taken[l.port], l.name)
		require.GreaterOrEqual(t, l.port, 20000)
		require.LessOrEqual(t, l.port, 20009)
		taken[l.port] = true
	}
	require.Len(t, taken, 10, "a block of ten ports")
}

func TestPortsThatDoNotWork(t *testing.T) {
	cases := []struct {
		name               string
		first, ui, metrics int
		wrong              string
	}{
		{"beyond the last port", 65530, 0, 0, "outside 1-65535"},
		{"zero", 0, 0, 0, "outside 1-65535"},
		{"UI on an inner port", 20000, 20003, 0, "history membership and web UI"},
		{"metrics on the UI", 20000, 30000, 30000, "metrics and web UI"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := newPorts(c.first, c.ui, c.metrics, false)
			require.ErrorIs(t, err, errPortBlock)
			require.ErrorContains(t, err, c.wrong)
		})
	}
}

func TestHeadlessListensOnNoUIPort(t *testing.T) {
	p, err := newPorts(20000, 20003, 0, true)
	require.NoError(t, err, "a UI port that is not used cannot be in the way")
	require.Zero(t, p.ui)
}

func TestTakenPortIsNamed(t *testing.T) {
	ip := netip.MustParseAddr("127.0.0.1")
	taken, err := net.Listen("tcp", hostPort(ip, 0))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, taken.Close()) })
	port := taken.Addr().(*net.TCPAddr).Port
	err = ports{frontend: freeBlock(t), metrics: port}.checkFree(t.Context(), ip)
	require.ErrorContains(t, err, "port for metrics")
	require.ErrorContains(t, err, "choose another --port")
}
