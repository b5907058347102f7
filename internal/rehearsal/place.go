package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

const (
	// blockSize is the number of ports of the Temporal server (devserver/ports.go); the web UI has the ninth.
	blockSize = 10
	uiOffset  = 8
	// Blocks lie below the ports that operating systems hand out to clients.
	firstPort, lastPort = 20000, 31000
	// Networks lie away from 127.0.0.0/16, where people's own services are.
	firstNet, lastNet = 32, 250
	// firstHost is the last byte of the first address of a network; hostsPerNet addresses are used of each.
	firstHost, hostsPerNet = 11, 240
	// tries bounds the search for something free.
	tries = 200
)

// ErrNoPlace says that no free addresses or ports were found.
var ErrNoPlace = errors.New("no free loopback addresses or ports")

// place is where the processes of one rehearsal listen. It is kept in the state directory.
type place struct {
	// A and B are the network 127.A.B.0/24 of the first servers; further ones are in the networks after it.
	A int `json:"a"`
	B int `json:"b"`
	// Port is the first of the Temporal server's block.
	Port int `json:"port"`
}

// check refuses what no rehearsal has written: its servers would have no addresses.
func (p place) check(dir string) error {
	if p.A < firstNet || p.A > lastNet || p.B < 0 || p.B > 255 || p.Port < firstPort || p.Port > lastPort {
		return fmt.Errorf("%s in %s names addresses or ports that no rehearsal takes: use another state directory", placeFile, dir)
	}
	return nil
}

// address is the i-th address.
func (p place) address(i int) string {
	return fmt.Sprintf("127.%d.%d.%d", p.A, p.B+i/hostsPerNet, firstHost+i%hostsPerNet)
}

func (p place) temporal() string { return "127.0.0.1:" + strconv.Itoa(p.Port) }

func (p place) ui() string { return "http://127.0.0.1:" + strconv.Itoa(p.Port+uiOffset) }

// findNetwork finds networks in which the ports of n addresses are free; ports tells those of the i-th one.
func (p *place) findNetwork(ctx context.Context, n int, ports func(i int) int) error {
	nets := (n + hostsPerNet - 1) / hostsPerNet
	for range tries {
		p.A, p.B = firstNet+rand.IntN(lastNet-firstNet), rand.IntN(255-nets) //nolint:gosec // a place to listen at is no secret
		if p.networkFree(ctx, n, ports) {
			return nil
		}
	}
	return fmt.Errorf("%w: %d servers need an address each in 127.0.0.0/8", ErrNoPlace, n)
}

func (p *place) networkFree(ctx context.Context, n int, ports func(i int) int) bool {
	for i := range n {
		if !free(ctx, p.address(i), ports(i)) {
			return false
		}
	}
	return true
}

// findPorts finds a free block, the one of last time if it is free.
func (p *place) findPorts(ctx context.Context) error {
	for range tries {
		if p.Port != 0 && p.blockFree(ctx) {
			return nil
		}
		p.Port = firstPort + rand.IntN((lastPort-firstPort)/blockSize)*blockSize //nolint:gosec // a place to listen at is no secret
	}
	return fmt.Errorf("%w: the Temporal server needs %d ports in a row", ErrNoPlace, blockSize)
}

func (p *place) blockFree(ctx context.Context) bool {
	for i := range blockSize {
		if !free(ctx, "127.0.0.1", p.Port+i) {
			return false
		}
	}
	return true
}

// free tries to listen.
func free(ctx context.Context, address string, port int) bool {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(address, strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return l.Close() == nil
}
