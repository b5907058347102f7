package production

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// container is one replica of a service.
type container struct {
	process
	service  Service
	rewriter rewriter
	programs Programs
}

// newContainer makes its folders: a copy of what is mounted, its volumes, and the secrets of the stack.
func newContainer(name string, s Service, n *network, p Programs, dir string) (*container, error) {
	own, paths := n.addresses[name], map[string]string{"/run/secrets": filepath.Join(dir, "secrets")}
	c := &container{service: s, programs: p}
	for _, v := range s.Volumes {
		to := filepath.Join(dir, "mounts", name, v.Target)
		if v.Type == "volume" {
			to = filepath.Join(dir, "volumes", v.Source)
			if err := os.MkdirAll(to, 0o755); err != nil { //nolint:gosec // PostgreSQL has another user
				return nil, err
			}
		}
		paths[v.Target] = to
	}
	c.rewriter = n.rewriter(own, paths)
	for _, v := range s.Volumes {
		if v.Type != "bind" {
			continue
		}
		if err := c.rewriter.mount(v.Source, paths[v.Target]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	argv, err := p.argv(s, c.rewriter)
	if err != nil {
		return nil, err
	}
	c.process = process{name: name, argv: argv, dir: dir, env: append(p.surroundings(dir, own), c.rewriter.environment(s)...)}
	return c, nil
}

// job reports whether the service ends by itself when it has done its work.
func (c *container) job() bool { return strings.HasPrefix(c.service.Restart, "on-failure") }

// lookTimeout bounds one health check, lookAgain is the pause between two: containers are asked less often, on machines
// that have longer.
const lookTimeout, lookAgain = 5 * time.Second, 100 * time.Millisecond

// errUnhealthy says that the service answers, and not as it should.
var errUnhealthy = errors.New("not healthy")

// awaitHealthy waits until the service's health check succeeds.
func (c *container) awaitHealthy(ctx context.Context) error {
	for {
		err := c.look(ctx)
		if err == nil {
			return nil
		}
		if !pause(ctx, lookAgain) {
			return fmt.Errorf("%s: %w; see %s", c.name, err, c.log())
		}
	}
}

// look is one health check: the one of the file, with what this machine has instead of nc and wget.
func (c *container) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	test := c.service.HealthCheck.Test
	switch {
	case len(test) == 2 && strings.HasPrefix(test[1], `nc -z "$(hostname)" `):
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(c.rewriter.own, test[1][strings.LastIndexByte(test[1], ' ')+1:]))
		if err != nil {
			return err
		}
		return conn.Close()
	case len(test) > 2 && test[1] == "wget":
		return get(ctx, c.rewriter.text(test[len(test)-1]))
	case len(test) > 1 && test[0] == "CMD":
		program := c.service
		program.Entrypoint, program.Command = test[1:2], test[2:]
		if !strings.HasPrefix(test[1], "/") {
			program.Entrypoint = []string{filepath.Join(c.programs.Postgres, test[1])}
		}
		argv, err := c.programs.argv(program, c.rewriter)
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
		cmd.Env, cmd.Dir = c.env, c.dir
		if text, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, text)
		}
		return nil
	}
	return fmt.Errorf("%w: its check %q cannot be done here", errUnhealthy, test)
}

// get asks for a page that has to be there.
func get(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: %s: %s", errUnhealthy, url, answer.Status)
	}
	return nil
}
