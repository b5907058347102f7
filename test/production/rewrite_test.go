package production

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"
)

// small is a project of three services, one of them twice and one under an alias.
func small() Project {
	two := 2
	server := Service{Networks: map[string]*struct{ Aliases []string }{"default": {Aliases: []string{"temporal"}}}}
	worker := Service{Image: "farmhand:local", Environment: map[string]string{
		"SQL_HOST": "postgresql", "FARMHAND_SITE": "worker", "TEMPORAL_ADDRESS": "temporal:7233", "FARMHAND_SECRETS": "file:/run/secrets/sp_*",
	}}
	worker.Deploy.Replicas = &two
	return Project{Services: map[string]Service{
		"postgresql": {Image: "postgres:15"}, "temporal-1": server, "temporal-2": server, "worker": worker,
		"beside": {NetworkMode: "service:postgresql"},
	}}
}

func TestEachContainerHasAnAddressOfItsOwn(t *testing.T) {
	t.Parallel()
	n, err := newNetwork(t.Context(), small())
	require.NoError(t, err)
	require.Len(t, n.addresses, 6)
	seen := map[string]int{}
	for _, a := range n.addresses {
		seen[a]++
	}
	require.Len(t, seen, 5, "one shares another's")
	require.Equal(t, n.addresses["postgresql"], n.addresses["beside"])
	require.Equal(t, []string{n.addresses["temporal-1"], n.addresses["temporal-2"]}, n.names["temporal"])
	require.Equal(t, n.addresses["postgresql"]+":5432", n.target("postgresql", "5432"))
	require.Equal(t, "dns://"+n.dns()+":5353/temporal:7233", n.target("temporal", "7233"))
}

func TestNamesAndPathsAreRewritten(t *testing.T) {
	t.Parallel()
	n, err := newNetwork(t.Context(), small())
	require.NoError(t, err)
	own := n.addresses["worker-1"]
	r := n.rewriter(own, map[string]string{"/run/secrets": "/tmp/s", "/etc/prometheus": "/tmp/m/etc/prometheus", "/prometheus": "/tmp/v"})
	one, database := n.addresses["temporal-1"], n.addresses["postgresql"]
	for from, want := range map[string]string{
		"temporal-1:9090": one + ":9090", "http://postgresql:1/": "http://" + database + ":1/", "postgresql": "postgresql",
		"['temporal-1:9090', 'x:1']": "['" + one + ":9090', 'x:1']", "0.0.0.0:7": own + ":7", "127.0.0.1:8081": own + ":8081",
		"--config.file=/etc/prometheus/prometheus.yml": "--config.file=/tmp/m/etc/prometheus/prometheus.yml",
		"--storage=/prometheus":                        "--storage=/tmp/v", "/prometheus.yml": "/prometheus.yml", "/run/secrets/a": "/tmp/s/a",
		"address: 127.0.1.11,": "address: " + n.prefix + "111,",
	} {
		require.Equal(t, want, r.text(from))
	}
	require.Equal(t, []string{
		"FARMHAND_SECRETS=file:/tmp/s/sp_*", "FARMHAND_SITE=worker", "SQL_HOST=" + database, "TEMPORAL_ADDRESS=" + n.target("temporal", "7233"),
	}, r.environment(small().Services["worker"]))

	from, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	require.NoError(t, os.MkdirAll(filepath.Join(from, "sub"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(from, "sub", "run.sh"), []byte("a\npostgresql:5432\n"), 0o700))
	require.NoError(t, r.mount(from, to))
	text, err := os.ReadFile(filepath.Join(to, "sub", "run.sh"))
	require.NoError(t, err)
	require.Equal(t, "a\n"+database+":5432\n", string(text))
	info, err := os.Stat(filepath.Join(to, "sub", "run.sh"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
}

func TestDNS(t *testing.T) {
	t.Parallel()
	n, err := newNetwork(t.Context(), small())
	require.NoError(t, err)
	ask := func(name string, typ dnsmessage.Type) dnsmessage.Message {
		q := dnsmessage.Message{Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(name), Type: typ, Class: dnsmessage.ClassINET}}}
		packet, err := q.Pack()
		require.NoError(t, err)
		packet, err = n.answer(packet)
		require.NoError(t, err)
		var m dnsmessage.Message
		require.NoError(t, m.Unpack(packet))
		return m
	}
	require.Len(t, ask("temporal.", dnsmessage.TypeA).Answers, 2)
	require.Empty(t, ask("temporal.", dnsmessage.TypeAAAA).Answers)
	require.Equal(t, dnsmessage.RCodeSuccess, ask("temporal.", dnsmessage.TypeAAAA).RCode)
	require.Equal(t, dnsmessage.RCodeNameError, ask("stranger.", dnsmessage.TypeA).RCode)
	_, err = n.answer([]byte("?"))
	require.Error(t, err)
}

func TestCommandLinesOfThisMachine(t *testing.T) {
	t.Parallel()
	n, err := newNetwork(t.Context(), small())
	require.NoError(t, err)
	p, r := Programs{Bin: "/b", Postgres: "/pg", Prometheus: "/p"}, n.rewriter("127.9.9.9", map[string]string{"/etc/x": "/tmp/x"})
	for _, c := range []struct {
		service Service
		want    []string
	}{
		{Service{Image: "farmhand:local"}, []string{"/b/worker"}},
		{Service{Image: "farmhand:local", Entrypoint: []string{"/starter"}, Command: []string{"namespace"}}, []string{"/b/starter", "namespace"}},
		{Service{Image: "prom/prometheus:v3", Command: []string{"--listen=0.0.0.0:1"}}, []string{"/p", "--listen=127.9.9.9:1"}},
		{Service{Image: "temporalio/server:1", Entrypoint: []string{"/etc/x/start.sh"}}, []string{"/tmp/x/start.sh"}},
	} {
		argv, err := p.argv(c.service, r)
		require.NoError(t, err)
		require.Equal(t, c.want, argv)
	}
	_, err = p.argv(Service{Image: "busybox:1"}, r)
	require.ErrorContains(t, err, "busybox")
	require.False(t, Service{Image: "grafana/grafana:12"}.runs())
}
