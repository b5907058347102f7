package main

import (
	"net/netip"
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/metrics"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
)

const (
	// clusterName is the name Temporal's single-cluster set-ups use.
	clusterName = "active"
	// historyShards is fixed when a database is created. On one connection more shards gain nothing.
	historyShards = 1
	// maxJoin bounds how long the services look for each other, e.g. for the peers a crashed run left in the database.
	maxJoin = 30 * time.Second
)

// serverConfig is the configuration of the four Temporal services of this process.
func serverConfig(opts options, store *config.SQL) *config.Config {
	disabled := config.ArchivalNamespaceDefaults{
		History:    config.HistoryArchivalNamespaceDefaults{State: "disabled"},
		Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
	}
	inner := innerAddress(opts.ip)
	frontend := hostPort(inner, opts.ports.frontend)
	return &config.Config{
		Global: config.Global{
			TLS:        opts.tls.rootTLS(opts.inner),
			Membership: config.Membership{MaxJoinDuration: maxJoin, BroadcastAddress: inner.String()},
			Metrics: &metrics.Config{Prometheus: &metrics.PrometheusConfig{
				ListenAddress: hostPort(opts.ip, opts.ports.metrics),
				HandlerPath:   "/metrics",
			}},
		},
		Persistence: config.Persistence{
			DefaultStore:     sqliteplugin.PluginName,
			VisibilityStore:  sqliteplugin.PluginName,
			NumHistoryShards: historyShards,
			DataStores:       map[string]config.DataStore{sqliteplugin.PluginName: {SQL: store}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10,
			MasterClusterName:        clusterName,
			CurrentClusterName:       clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: frontend},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services: map[string]config.Service{
			"frontend": service(opts.ip, opts.ports.frontend),
			"history":  service(inner, opts.ports.frontend+historyOffset),
			"matching": service(inner, opts.ports.frontend+matchingOffset),
			"worker":   service(inner, opts.ports.frontend+workerOffset),
		},
		Archival: config.Archival{
			History:    config.HistoryArchival{State: "disabled"},
			Visibility: config.VisibilityArchival{State: "disabled"},
		},
		PublicClient:      config.PublicClient{HostPort: frontend},
		NamespaceDefaults: config.NamespaceDefaults{Archival: disabled},
	}
}

// service is one service on its gRPC port and the membership port after it.
func service(ip netip.Addr, port int) config.Service {
	return config.Service{RPC: config.RPC{GRPCPort: port, MembershipPort: port + 1, BindOnIP: ip.String()}}
}

// innerAddress is where the services reach each other. Only the frontend, the UI and the metrics may listen on every
// address.
func innerAddress(ip netip.Addr) netip.Addr {
	if !ip.IsUnspecified() {
		return ip
	}
	if ip.Is6() {
		return netip.IPv6Loopback()
	}
	return netip.AddrFrom4([4]byte{127, 0, 0, 1})
}

// dynamicConfig adjusts what Temporal tunes for clusters to one process with one database connection.
func dynamicConfig() dynamicconfig.StaticClient {
	return dynamicconfig.StaticClient{
		// Partitions spread a busy queue over hosts. On one host they only add a hop, and a task can wait behind it.
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,
		// Temporal reads a shard's queue of tasks twenty times a second at most. A farm that is updated alone waits for such a
		// read twice a step: some 45 ms for its activity, and some 30 ms for its workflow to hear of the result.
		dynamicconfig.TransferProcessorMaxPollRPS.Key(): 1000,
		// The operator's list, the web UI and a fleet's watchers share this: ten a second is soon used up.
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 100,
		// 128,000 runs in memory is a cluster's share; this many fit a laptop.
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key(): 8192,
	}
}
