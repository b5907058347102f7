package production

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
)

// network gives each container an address of 127.a.b.0/24 and knows what the names of services stand for.
type network struct {
	prefix    string              // "127.a.b."
	addresses map[string]string   // of containers, by name
	names     map[string][]string // addresses by service name and alias
}

const (
	// nameServer is the last byte of the address of the network's DNS server, firstContainer that of the first container.
	// Lower ones are for simulated servers.
	nameServer, firstContainer = 2, 150
	// dnsPort is where the DNS server listens: the usual port belongs to root.
	dnsPort = 5353
)

// errNoNetwork says that no free network was found.
var errNoNetwork = errors.New("no free 127.a.b.0/24")

// newNetwork gives addresses in the order of the names, in a network in which nobody listens at the frontend's port.
func newNetwork(ctx context.Context, p Project) (*network, error) {
	for range 100 {
		n := &network{prefix: fmt.Sprintf("127.%d.%d.", 32+rand.IntN(218), rand.IntN(255)), addresses: map[string]string{}, names: map[string][]string{}} //nolint:gosec // a place to listen at is no secret
		n.fill(p)
		if n.free(ctx) {
			return n, nil
		}
	}
	return nil, errNoNetwork
}

func (n *network) fill(p Project) {
	next := firstContainer
	for _, name := range slices.Sorted(maps.Keys(p.Services)) {
		s := p.Services[name]
		if s.NetworkMode != "" {
			continue
		}
		aliases := []string{name}
		if attached := s.Networks["default"]; attached != nil {
			aliases = append(aliases, attached.Aliases...)
		}
		for _, c := range containerNames(name, s) {
			address := fmt.Sprintf("%s%d", n.prefix, next)
			next++
			n.addresses[c] = address
			for _, a := range aliases {
				n.names[a] = append(n.names[a], address)
			}
		}
	}
	for name, s := range p.Services {
		if of, ok := strings.CutPrefix(s.NetworkMode, "service:"); ok {
			for _, c := range containerNames(name, s) {
				n.addresses[c] = n.addresses[of]
			}
		}
	}
}

// containerNames are NAME, or NAME-1 to NAME-N for a service with replicas.
func containerNames(name string, s Service) []string {
	if s.Replicas() == 1 {
		return []string{name}
	}
	var out []string
	for i := range s.Replicas() {
		out = append(out, fmt.Sprintf("%s-%d", name, i+1))
	}
	return out
}

func (n *network) free(ctx context.Context) bool {
	for _, a := range slices.Concat(slices.Collect(maps.Values(n.addresses)), []string{n.dns()}) {
		for _, port := range []string{"0", "5432", "7233", "5985"} {
			l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(a, port))
			if err != nil || l.Close() != nil {
				return false
			}
		}
	}
	return true
}

func (n *network) dns() string { return fmt.Sprintf("%s%d", n.prefix, nameServer) }

// target is a host and port for a client of gRPC. A name of several addresses is looked up in the network's DNS server, as
// in that of Docker.
func (n *network) target(name, port string) string {
	if all := n.names[name]; len(all) == 1 {
		return net.JoinHostPort(all[0], port)
	}
	return fmt.Sprintf("dns://%s:%d/%s:%s", n.dns(), dnsPort, name, port)
}
