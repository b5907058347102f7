package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// ports are the TCP ports of one server. They follow from --port, so that whoever starts several servers only has to
// pick one free block of ten:
//
//	+0  frontend gRPC: what clients and workers connect to
//	+1  frontend membership
//	+2  history gRPC       +3  history membership
//	+4  matching gRPC      +5  matching membership
//	+6  system worker gRPC +7  system worker membership
//	+8  web UI (unless --ui-port)
//	+9  Prometheus metrics (unless --metrics-port)
//
// Temporal's own development server takes random ports for the inner services, and can lose the race for one.
type ports struct {
	frontend int
	ui       int // 0: no web UI
	metrics  int
}

// Offsets of the inner services' gRPC ports; the membership port is the next one.
const (
	historyOffset  = 2
	matchingOffset = 4
	workerOffset   = 6
	uiOffset       = 8
	metricsOffset  = 9
)

// maxPort is the last TCP port.
const maxPort = 65535

// errPortBlock reports ports out of range or named twice.
var errPortBlock = errors.New("these ports do not work")

// newPorts derives the block from the first port. uiPort and metricsPort are 0 for "derived".
func newPorts(first, uiPort, metricsPort int, headless bool) (ports, error) {
	p := ports{frontend: first, ui: uiPort, metrics: metricsPort}
	if p.ui == 0 {
		p.ui = first + uiOffset
	}
	if p.metrics == 0 {
		p.metrics = first + metricsOffset
	}
	if headless {
		p.ui = 0
	}
	seen := make(map[int]string)
	for _, l := range p.listeners() {
		if l.port < 1 || l.port > maxPort {
			return ports{}, fmt.Errorf("%w: %s would listen on %d, outside 1-%d", errPortBlock, l.name, l.port, maxPort)
		}
		if other, taken := seen[l.port]; taken {
			return ports{}, fmt.Errorf("%w: %s and %s would both listen on %d", errPortBlock, other, l.name, l.port)
		}
		seen[l.port] = l.name
	}
	return p, nil
}

// listener is one port and who listens on it, for messages.
type listener struct {
	name string
	port int
}

// listeners lists every port of the server.
func (p ports) listeners() []listener {
	list := []listener{
		{"frontend", p.frontend}, {"frontend membership", p.frontend + 1},
		{"history", p.frontend + historyOffset}, {"history membership", p.frontend + historyOffset + 1},
		{"matching", p.frontend + matchingOffset}, {"matching membership", p.frontend + matchingOffset + 1},
		{"system worker", p.frontend + workerOffset}, {"system worker membership", p.frontend + workerOffset + 1},
		{"metrics", p.metrics},
	}
	if p.ui != 0 {
		list = append(list, listener{"web UI", p.ui})
	}
	return list
}

// checkFree tries every port once. The server itself would crash on a taken port, deep inside and in other words.
func (p ports) checkFree(ctx context.Context, ip netip.Addr) error {
	var (
		errs   []error
		listen net.ListenConfig
	)
	for _, l := range p.listeners() {
		probe, err := listen.Listen(ctx, "tcp", hostPort(ip, l.port))
		if err != nil {
			errs = append(errs, fmt.Errorf("port for %s: %w", l.name, err))
			continue
		}
		errs = append(errs, probe.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%w\nanother server may be running: stop it, or choose another --port", err)
	}
	return nil
}

// hostPort joins an address and a port.
func hostPort(ip netip.Addr, port int) string {
	return net.JoinHostPort(ip.String(), strconv.Itoa(port))
}
