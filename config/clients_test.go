package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

// TestClients: how a farm's clients are known, and what of it is a mistake.
func TestClients(t *testing.T) {
	many := make([]string, farm.MaxClientComputers+1)
	for i := range many {
		many[i] = fmt.Sprintf("{name: PC-%d, address: pc-%d}", i, i)
	}
	for name, tt := range map[string]struct {
		clients string
		want    []string
	}{
		"an inventory":        {"{inventory: clients.csv}", nil},
		"computers":           {"{computers: [{name: PC-1, address: pc-1}]}", nil},
		"both":                {"{inventory: clients.csv, policy: hold, computers: [{name: PC-1, address: pc-1}]}", nil},
		"neither":             {"{policy: hold}", []string{"clients.inventory: missing"}},
		"a path":              {"{inventory: ../clients.csv}", []string{"clients.inventory: \"../clients.csv\" is not a bare file name"}},
		"a policy":            {"{inventory: c.csv, policy: stop}", []string{`clients.policy: "stop" is not known here; want warn, hold`}},
		"no list":             {"{computers: PC-1}", []string{"clients.computers: want a list"}},
		"too many":            {"{computers: [" + strings.Join(many, ", ") + "]}", []string{"clients.computers: 51 computers; at most 50"}},
		"no name, no address": {"{computers: [{}]}", []string{"clients.computers[0].name: missing", "clients.computers[0].address: missing"}},
		"a port in address":   {"{computers: [{name: PC-1, address: 'pc-1:5985'}]}", []string{"clients.computers[0].address: "}},
		"an unknown account":  {"{computers: [{name: PC-1, address: pc-1, connect_as: nobody}]}", []string{`clients.computers[0].connect_as: credential "nobody" does not exist`}},
		"basic over http":     {"{computers: [{name: PC-1, address: pc-1, winrm: {auth: basic}}]}", []string{"clients.computers[0].winrm.auth: basic over http"}},
		"twice":               {"{computers: [{name: PC-1, address: a}, {name: pc-1, address: b}]}", []string{`clients.computers[1].name: computer "pc-1" is already used`}},
		"a server":            {"{computers: [{name: wfe01, address: a}]}", []string{"clients.computers[0].name: \"wfe01\" is a server of the farm"}},
		"a server's address":  {"{computers: [{name: PC-1, address: 10.0.0.1}]}", []string{"clients.computers[0].address: address"}},
		"an unknown key":      {"{computers: [{name: PC-1, address: a, roles: [x]}]}", []string{"clients.computers[0].roles: unknown key"}},
	} {
		t.Run(name, func(t *testing.T) {
			text := valid(t, "    sql_servers:", "    clients: "+tt.clients+"\n    sql_servers:")
			_, _, err := config.Decode("rollout.yaml", []byte(text), ".")
			if tt.want == nil {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			require.Len(t, strings.Split(strings.TrimSpace(err.Error()), "\n"), len(tt.want), err.Error())
			for _, want := range tt.want {
				require.Contains(t, err.Error(), want)
			}
		})
	}
}

// TestClientComputersTakeTheFarmsDefaults: they are reached as servers are, where the file says no more.
func TestClientComputersTakeTheFarmsDefaults(t *testing.T) {
	text := valid(t, "    sql_servers:", `    clients: {computers: [{name: PC-1, address: pc-1}, {name: PC-2, address: pc-2, connect_as: reader, winrm: {scheme: https}}]}
    sql_servers:`)
	r, _, err := config.Decode("rollout.yaml", []byte(text), ".")
	require.NoError(t, err)
	require.Equal(t, farm.Clients{Policy: farm.ClientsWarn, Computers: []farm.ClientComputer{
		{Name: "PC-1", Address: "pc-1", ConnectAs: "setup", WinRM: farm.WinRM{Scheme: "http", Auth: "ntlm", Port: 15985}},
		{Name: "PC-2", Address: "pc-2", ConnectAs: "reader", WinRM: farm.WinRM{Scheme: "https", Auth: "ntlm", Port: 5986}},
	}}, r.Farms[0].Clients)
}
