package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// A rehearsal approves by itself, so that it keeps away from whatever could be a real server.
func TestARehearsalIsOfSimulatedFarmsOnly(t *testing.T) {
	t.Parallel()
	at := func(server, sql string) farm.Rollout {
		return farm.Rollout{Farms: []farm.Farm{{
			Servers: []farm.Server{{Name: "APP01", Address: server}}, SQLServers: []farm.SQLServer{{Name: "SQL01", Address: sql}},
		}}}
	}
	require.NoError(t, simulated(at("127.0.1.11", "::1")))
	for _, elsewhere := range []string{"10.0.0.11", "app01.contoso", "", "0.0.0.0", "128.0.0.1"} {
		require.ErrorContains(t, simulated(at(elsewhere, "127.0.1.31")), "APP01 at "+elsewhere+" is on no loopback address")
		require.ErrorContains(t, simulated(at("127.0.1.11", elsewhere)), "SQL01 at "+elsewhere)
	}
}

func TestAttachedNeedsAFileOfSimulatedFarms(t *testing.T) {
	t.Parallel()
	a := &app{}
	for _, o := range []rehearsing{{attached: true}, {attached: true, file: "f", twin: "t"}, {attached: true, file: "f", journal: "j"}} {
		o.approve = approveAll
		require.ErrorContains(t, a.completeFlags(&o), "--attached needs -f")
	}
}
