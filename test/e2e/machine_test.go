//go:build e2e && linux

package e2e_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/test/journal"
)

// A disk that fills up in the middle of a package ends the rehearsal in words, it does not begin again before there is
// room, and then the same command goes on. The disk is a small one of its own, in a mount namespace that ends with the test.
func TestAFullDisk(t *testing.T) {
	t.Parallel()
	s := newStage(t, "holds: [{host: APP01, step: package KB951695}]")
	disk := filepath.Dir(s.state) + "-disk"
	require.NoError(t, os.Mkdir(disk, 0o700))
	t.Cleanup(func() { _ = os.Remove(disk) })
	namespace := []string{"--user", "--map-root-user", "--mount", "sh", "-c"}
	if err := exec.CommandContext(t.Context(), "unshare", append(namespace, "mount -t tmpfs -o size=1m none "+disk)...).Run(); err != nil {
		t.Skipf("this machine allows no file systems of one's own: %v", err)
	}
	s.state = filepath.Join(disk, "state")
	const script = `disk=$1; shift
mount -t tmpfs -o size=96m none "$disk" || exit 90
"$@"; echo "ended with $?" >&2
"$@"; echo "refused with $?" >&2
rm "$disk/ballast"
exec "$@"`
	args := append(namespace, script, "sh", disk, binary(t, "starter"))
	p := s.run(exec.Command("unshare", append(args, s.rehearsal("all")...)...))
	s.awaitHeld(p, "APP01", "package KB951695")
	s.fill(fmt.Sprintf("/proc/%d/root%s", p.cmd.Process.Pid, disk))
	s.completed(p)
	said := p.err.String()
	require.Contains(t, said, "too little room on the disk")
	require.Contains(t, said, "nothing is lost: make room, then the same command goes on")
	require.Contains(t, said, "ended with 1")
	require.Contains(t, said, "refused with 1")
	s.once()
}

// fill leaves some MB of a disk.
func (s *stage) fill(dir string) {
	s.t.Helper()
	var f syscall.Statfs_t
	require.NoError(s.t, syscall.Statfs(dir, &f))
	const left = 8 << 20
	require.NoError(s.t, os.WriteFile(filepath.Join(dir, "ballast"), make([]byte, int(f.Bavail)*int(f.Bsize)-left), 0o600))
}

// once: every package and wizard of the example was started once and came to its end, whoever followed it.
func (s *stage) once() {
	s.t.Helper()
	for _, server := range contoso.Wizards {
		for _, what := range append([]string{journal.Wizard}, contoso.Packages...) {
			for _, event := range []string{"started", "exited"} {
				n := 0
				for _, e := range journal.Find(s.events(), server, event, "") {
					if e.Program() == what {
						n++
					}
				}
				require.Equal(s.t, 1, n, "%s %s on %s", what, event, server)
			}
		}
	}
}

// Two workers serve one site, one of another build. Each is told to stop in the middle of a job: it stops in order, the
// other one follows the job, and nothing is started twice.
func TestWorkersOfTwoBuildsAreToldToStop(t *testing.T) {
	t.Parallel()
	s := newStage(t, `
holds:
  - {host: WFE01, step: package KB951695, for: 3s}
  - {host: APP01, step: wizard, for: 3s}
`)
	p := s.rehearse("all")
	other := s.otherWorker(p)
	s.awaitHeld(p, "WFE01", "package KB951695")
	for _, pid := range children(t, p.cmd.Process.Pid, "bin/worker") {
		require.NoError(t, syscall.Kill(pid, syscall.SIGTERM)) // the rehearsal starts it again
	}
	s.awaitHeld(p, "APP01", "wizard")
	require.NoError(t, other.cmd.Process.Signal(syscall.SIGTERM))
	require.Zero(t, other.wait(), other.err.String())
	require.Contains(t, other.err.String(), "worker stops: it takes nothing new")
	s.completed(p)
	s.once()
}

// otherWorker starts a second worker of a rehearsal's site, from a program with another checksum: to Temporal it is another
// build.
func (s *stage) otherWorker(p *process) *process {
	s.t.Helper()
	var first int
	s.await(p, "a worker", func() bool {
		pids := children(s.t, p.cmd.Process.Pid, "bin/worker")
		if len(pids) > 0 {
			first = pids[0]
		}
		return first != 0
	})
	lines := func(file string) []string {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", first, file))
		require.NoError(s.t, err)
		return strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00")
	}
	program, err := os.ReadFile(binary(s.t, "worker"))
	require.NoError(s.t, err)
	path := filepath.Join(s.t.TempDir(), "worker")
	require.NoError(s.t, os.WriteFile(path, append(program, '\n'), 0o700))
	cmd := exec.Command(path)
	for _, argument := range lines("cmdline")[1:] {
		if argument != "--exit-with-stdin" {
			cmd.Args = append(cmd.Args, argument)
		}
	}
	cmd.Env, cmd.Dir = append(lines("environ"), "FARMHAND_WORKER_STOP_TIMEOUT=1m"), s.t.TempDir()
	other := s.run(cmd)
	s.await(other, "the second worker", func() bool { return strings.Contains(other.err.String(), "worker ready") })
	return other
}

// What an earlier run left in the state directory, or took: lock files of processes that are gone, the ports of last time
// taken by somebody else, a database that another server version wrote.
func TestAStateDirectoryThatIsNotAsItWas(t *testing.T) {
	t.Parallel()
	s := newStage(t, "holds: [{host: APP01, step: package KB951695}]")
	p := s.rehearse("all")
	s.awaitHeld(p, "APP01", "package KB951695")
	p.interrupt()
	require.Equal(t, 6, p.wait(), p.err.String())

	for _, lock := range []string{"rehearsal.lock", "processes.lock", "world/simulator.lock"} {
		require.FileExists(t, filepath.Join(s.state, lock))
		require.NoError(t, os.WriteFile(filepath.Join(s.state, lock), []byte("1\n"), 0o600)) // a process that lives, and is another
	}
	var place struct{ Port int }
	text, err := os.ReadFile(filepath.Join(s.state, "place.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &place))
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:"+strconv.Itoa(place.Port))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, taken.Close()) })

	stamp := filepath.Join(s.state, "temporal.db.version")
	mine, err := os.ReadFile(stamp)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(stamp, []byte("temporal-server 1.20.0\n"), 0o600))
	p = s.rehearse("all")
	require.Equal(t, 1, p.wait())
	require.Contains(t, p.err.String(), `was written by "temporal-server 1.20.0"`)
	require.Contains(t, p.err.String(), "with the farmhand build that wrote it")

	require.NoError(t, os.WriteFile(stamp, mine, 0o600))
	s.completed(s.rehearse("all"))
	s.once()
}

// A simulator or a worker that finds its port taken says which, and what to do.
func TestPortsThatAreTaken(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, taken.Close()) })
	address := taken.Addr().String()

	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	example, err := os.ReadFile(filepath.Join("..", "..", "config", "examples", "contoso.yaml"))
	require.NoError(t, err)
	text := strings.NewReplacer("127.0.1.11", "127.0.0.1", "port: 5985", "port: "+port).Replace(string(example))
	file := filepath.Join(filepath.Dir(s.state), "taken.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	out, code := s.starter("simulate", "-f", file)
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "server APP01: listen tcp "+address)
	require.Contains(t, out, "another simulator may be running: stop it")

	cmd := exec.Command(binary(t, "worker"))
	cmd.Env, cmd.Dir = append(os.Environ(), "FARMHAND_HEALTH_ADDRESS="+address), t.TempDir()
	worker := s.run(cmd)
	require.Equal(t, 1, worker.wait())
	require.Contains(t, worker.err.String(), address)
	require.Contains(t, worker.err.String(), "give each its own health.address")
}
