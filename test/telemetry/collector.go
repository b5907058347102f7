package telemetry

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Collector is a running bin/otelcol with the configuration of a deployment.
type Collector struct {
	// OTLP is where processes send to, Metrics what Prometheus would ask about them, Self about the collector.
	OTLP, Metrics, Self string
	// Directory holds the files that it keeps, for Read.
	Directory string

	t   testing.TB
	cmd *exec.Cmd
}

// Root is the directory of the project.
func Root() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "..", "..")
}

// The configurations of a deployment: the second is laid over the first and keeps everything in files.
const (
	Deployed  = "otel-collector.yaml"
	WithFiles = "otel-collector-files.yaml"
)

// StartCollector starts a collector with configurations of deploy/. It waits until it takes messages; it ends with the test.
func StartCollector(t testing.TB, configurations ...string) *Collector {
	t.Helper()
	program := filepath.Join(Root(), "bin", "otelcol")
	require.FileExists(t, program, "run make bin/otelcol")
	c := &Collector{Directory: t.TempDir(), t: t}
	ports := freePorts(t, 5)
	at := func(i int) string { return "http://127.0.0.1:" + strconv.Itoa(ports[i]) }
	c.OTLP, c.Metrics, c.Self = at(1), at(2)+"/metrics", at(3)+"/metrics"

	c.cmd = exec.Command(program) //nolint:noctx // a context would kill it; it is asked to end (Stop)
	for _, file := range configurations {
		c.cmd.Args = append(c.cmd.Args, "--config", filepath.Join(Root(), "deploy", file))
	}
	c.cmd.Env = append(os.Environ(), "OTELCOL_LISTEN=127.0.0.1", "OTELCOL_BATCH=100ms", "OTELCOL_DIRECTORY="+c.Directory)
	for i, name := range []string{"OTLP_GRPC", "OTLP_HTTP", "PROMETHEUS", "SELF", "HEALTH"} {
		c.cmd.Env = append(c.cmd.Env, fmt.Sprintf("OTELCOL_%s=%d", name, ports[i]))
	}
	said, err := os.Create(filepath.Join(c.Directory, "otelcol.log"))
	require.NoError(t, err)
	c.cmd.Stderr = said
	require.NoError(t, c.cmd.Start())
	require.NoError(t, said.Close())
	t.Cleanup(c.Stop)
	c.await(at(4))
	return c
}

// await waits for the health check.
func (c *Collector) await(health string) {
	c.t.Helper()
	require.Eventually(c.t, func() bool {
		answer, err := http.Get(health) //nolint:gosec,noctx // its own address; the loop around it has an end
		if err != nil {
			return false
		}
		_ = answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	}, time.Minute, 20*time.Millisecond, "the collector does not start: %s", filepath.Join(c.Directory, "otelcol.log"))
}

// Environment makes a farmhand process export to the collector, often enough for a test.
func (c *Collector) Environment() []string {
	return []string{
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + c.OTLP,
		"OTEL_METRIC_EXPORT_INTERVAL=500", "OTEL_BSP_SCHEDULE_DELAY=100", "OTEL_BLRP_SCHEDULE_DELAY=100", // milliseconds
	}
}

// Stop ends the collector in order: what it has received is in its files afterwards.
func (c *Collector) Stop() {
	c.t.Helper()
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		require.ErrorIs(c.t, err, os.ErrProcessDone)
		return
	}
	if err := c.cmd.Wait(); err != nil {
		_, ended := errors.AsType[*exec.ExitError](err)
		require.True(c.t, ended, "%v", err)
	}
}

// freePorts are ports of loopback that nobody listened on a moment ago.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // returns at once
		require.NoError(t, err)
		defer l.Close() // all at once, so that none is given out twice
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports
}
