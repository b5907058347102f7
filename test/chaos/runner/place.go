package runner

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

// errNoPlace says that no free addresses or ports were found.
var errNoPlace = errors.New("no free loopback addresses or ports")

// place is where the processes of one run listen: the servers in a /24, the Temporal server in a block of ten ports.
type place struct {
	network string
	port    int
}

func (p place) temporal() string { return "127.0.0.1:" + strconv.Itoa(p.port) }

// allotted keeps the runs of this process apart.
var allotted struct {
	sync.Mutex
	ports, networks map[int]bool
}

// findPlace tries at random. Where a scenario's processes listen is no part of its seed.
func findPlace(ctx context.Context) (place, error) {
	allotted.Lock()
	defer allotted.Unlock()
	if allotted.ports == nil {
		allotted.ports, allotted.networks = map[int]bool{}, map[int]bool{}
	}
	for range 500 {
		a, b, port := 32+rand.IntN(218), rand.IntN(255), 20000+10*rand.IntN(1100) //nolint:gosec // a place to listen at is no secret
		p := place{network: fmt.Sprintf("127.%d.%d", a, b), port: port}
		if allotted.networks[a<<8+b] || allotted.ports[port] || !p.free(ctx) {
			continue
		}
		allotted.networks[a<<8+b], allotted.ports[port] = true, true
		return p, nil
	}
	return place{}, errNoPlace
}

func (p place) free(ctx context.Context) bool {
	for i := range 10 {
		if !listens(ctx, "127.0.0.1", p.port+i) {
			return false
		}
	}
	for host := 11; host < 40; host++ {
		for _, port := range []int{5985, 5986, 1433} {
			if !listens(ctx, fmt.Sprintf("%s.%d", p.network, host), port) {
				return false
			}
		}
	}
	return true
}

func listens(ctx context.Context, host string, port int) bool {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return l.Close() == nil
}
