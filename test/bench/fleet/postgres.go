package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// postgres is a Temporal server on PostgreSQL as deploy/ has it, on a loopback address of its own.
type postgres struct {
	options
	address  string
	programs string // directory of PostgreSQL's own
	data     string
	// account runs PostgreSQL, which refuses to run as root; nil: whoever runs the bench.
	account            *syscall.Credential
	database, temporal *program
}

// startPostgres makes a database, its schema and a server on it. Everything goes away with the bench's directory.
func startPostgres(ctx context.Context, o options) (server, error) {
	p := &postgres{options: o, data: filepath.Join(o.dir, "postgres")}
	for _, step := range []func(context.Context) error{p.find, p.initialise, p.startDatabase, p.schema, p.startTemporal, p.namespace} {
		if err := step(ctx); err != nil {
			p.stop()
			return server{}, fmt.Errorf("PostgreSQL: %w", err)
		}
	}
	return server{
		address: p.address + ":7233", stop: p.stop,
		pids:  func() []int { return []int{p.temporal.pid()} },
		store: func() []int { return family(p.database.pid()) },
	}, nil
}

// find looks for PostgreSQL's programs and a free address.
func (p *postgres) find(ctx context.Context) error {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // where Debian has them
	if err != nil {
		return err
	}
	if len(found) == 0 {
		own, err := exec.LookPath("initdb")
		if err != nil {
			return errors.New("initdb is nowhere: apt-get install postgresql")
		}
		found = []string{own}
	}
	p.programs = filepath.Dir(found[len(found)-1])
	for range 200 {
		p.address = fmt.Sprintf("127.%d.%d.9", 32+rand.IntN(218), rand.IntN(255)) //nolint:gosec // a place to listen at is no secret
		if free(ctx, p.address, 5432, 7233, 7234, 7235, 7239, 6933, 6934, 6935, 6939, 9090) {
			return nil
		}
	}
	return errors.New("no free loopback address")
}

// initialise makes the database's files.
func (p *postgres) initialise(ctx context.Context) error {
	if err := os.MkdirAll(p.data, 0o700); err != nil {
		return err
	}
	if os.Geteuid() == 0 {
		if err := p.asAnother(); err != nil {
			return err
		}
	}
	cmd := exec.CommandContext(ctx, filepath.Join(p.programs, "initdb"), "-D", p.data, "-U", "temporal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
	cmd.Dir = p.data
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.account}
	return outcome(cmd)
}

// asAnother gives the files to the user that Debian's package makes.
func (p *postgres) asAnother() error {
	u, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("it refuses to run as root: %w", err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return err
	}
	p.account = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return errors.Join(os.Chmod(p.dir, 0o711), os.Chown(p.data, uid, gid)) //nolint:gosec // a directory that another user passes through
}

func (p *postgres) startDatabase(ctx context.Context) (err error) {
	p.database, err = start(ctx, filepath.Join(p.dir, "postgres.log"), filepath.Join(p.programs, "postgres"),
		func(cmd *exec.Cmd) { cmd.Dir, cmd.SysProcAttr = p.data, &syscall.SysProcAttr{Credential: p.account} },
		"-D", p.data, "-c", "listen_addresses="+p.address, "-c", "unix_socket_directories="+p.data)
	if err == nil {
		p.database.signal = syscall.SIGINT
		err = await(ctx, filepath.Join(p.programs, "pg_isready"), "-h", p.address)
	}
	return err
}

// schema runs the script of the deployment.
func (p *postgres) schema(ctx context.Context) error {
	password := filepath.Join(p.dir, "password")
	if err := os.WriteFile(password, []byte("unused"), 0o600); err != nil { // the database trusts whoever reaches it
		return err
	}
	cmd := exec.CommandContext(ctx, "sh", filepath.Join(p.bin, "..", "deploy", "temporal", "schema.sh"))
	cmd.Env = append(os.Environ(), "PATH="+p.bin+string(os.PathListSeparator)+os.Getenv("PATH"), "SQL_PLUGIN=postgres12_pgx", "SQL_HOST="+p.address,
		"SQL_PORT=5432", "SQL_USER=temporal", "SQL_PASSWORD_FILE="+password)
	return outcome(cmd)
}

func (p *postgres) startTemporal(ctx context.Context) (err error) {
	deployed := filepath.Join(p.bin, "..", "deploy", "temporal")
	p.temporal, err = start(ctx, filepath.Join(p.dir, "temporal.log"), filepath.Join(p.bin, "temporal-server"),
		func(cmd *exec.Cmd) {
			cmd.Env = append(os.Environ(), "BIND_ON_IP="+p.address, "POSTGRES_SEEDS="+p.address, "POSTGRES_PWD=unused", "LOG_LEVEL=error",
				"TEMPORAL_SERVER_CONFIG_FILE_PATH="+filepath.Join(deployed, "server.yaml"), "DYNAMIC_CONFIG_FILE_PATH="+filepath.Join(deployed, "dynamicconfig.yaml"))
		}, "--allow-no-auth", "start")
	if err == nil {
		p.temporal.signal = syscall.SIGTERM
	}
	return err
}

func (p *postgres) namespace(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, "starter"), "namespace")
	cmd.Env = append(os.Environ(), "TEMPORAL_ADDRESS="+p.address+":7233", "TEMPORAL_NAMESPACE=default")
	return outcome(cmd)
}

func (p *postgres) stop() {
	for _, one := range []*program{p.temporal, p.database} {
		if one != nil {
			one.end()
		}
	}
}

// patience is how long the database may take to come up.
const patience = time.Minute

// await runs a command until it ends well.
func await(ctx context.Context, path string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := outcome(exec.CommandContext(ctx, path, args...))
		if err == nil {
			return nil
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return err
		}
	}
}

// outcome runs a command; the error has what it said.
func outcome(cmd *exec.Cmd) error {
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(cmd.Path), err, strings.TrimSpace(string(out)))
	}
	return nil
}
