package integration

import (
	"fmt"
	"net"
	"testing"

	"farmhand/internal/farm"
)

// readdress gives the farms a loopback network that no other test of this machine has.
func readdress(t *testing.T, r *farm.Rollout) {
	t.Helper()
	for i := range 250 {
		network := fmt.Sprintf("127.77.%d.", i)
		claim, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", network+"1:9")
		if err != nil {
			continue
		}
		t.Cleanup(func() { _ = claim.Close() })
		places := map[string]string{} // what shares an address in the file goes on sharing it
		move := func(address *string) {
			if places[*address] == "" {
				places[*address] = fmt.Sprint(network, 10+len(places))
			}
			*address = places[*address]
		}
		for _, f := range r.Farms {
			for j := range f.Servers {
				move(&f.Servers[j].Address)
			}
			for j := range f.Clients.Computers {
				move(&f.Clients.Computers[j].Address)
			}
			for j := range f.SQLServers {
				move(&f.SQLServers[j].Address)
				if f.SQLServers[j].Mirror.Address != "" {
					move(&f.SQLServers[j].Mirror.Address)
				}
			}
		}
		return
	}
	t.Fatal("no free loopback network")
}
