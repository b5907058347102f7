package secrets_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// place is where the processes of one run listen: the farm in a /24 of loopback, the Temporal server in a block of ten
// ports.
type place struct {
	network string
	port    int
}

func (p place) temporal() string { return "127.0.0.1:" + strconv.Itoa(p.port) }

// findPlace looks for what is free; the claim on the network holds until the test ends.
func findPlace(t *testing.T) place {
	t.Helper()
	p := place{}
	for i := 0; i < 250 && p.network == ""; i++ {
		network := fmt.Sprintf("127.78.%d", i)
		claim, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", network+".1:9")
		if err != nil {
			continue
		}
		t.Cleanup(func() { _ = claim.Close() })
		p.network = network
	}
	require.NotEmpty(t, p.network, "no free loopback network")
	for range 200 {
		port := 20000 + 10*rand.IntN(1100)
		free := 0
		for ; free < 10 && listens(t, port+free); free++ {
		}
		if free == 10 {
			p.port = port
			return p
		}
	}
	t.Fatal("no free ports")
	return p
}

func listens(t *testing.T, port int) bool {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:"+strconv.Itoa(port))
	return err == nil && l.Close() == nil
}
