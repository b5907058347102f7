package production

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Stack is the services of a Compose file as processes.
type Stack struct {
	// Dir holds secrets/, volumes/, mounts/ and a log for each container.
	Dir        string
	network    *network
	containers map[string][]*container // by service
	// up and done are closed when a service is started and healthy, and when a job has ended well.
	started, healthy, done map[string]chan struct{}
}

// NewStack prepares a directory. secrets are values by name, which take the place of the file's own.
func NewStack(ctx context.Context, p Project, programs Programs, dir string, secrets map[string]string) (*Stack, error) {
	n, err := newNetwork(ctx, p)
	if err != nil {
		return nil, err
	}
	st := &Stack{
		Dir: dir, network: n, containers: map[string][]*container{},
		started: map[string]chan struct{}{}, healthy: map[string]chan struct{}{}, done: map[string]chan struct{}{},
	}
	if err := st.writeSecrets(p, secrets); err != nil {
		return nil, err
	}
	for name, s := range p.Services {
		if !s.runs() {
			continue
		}
		st.started[name], st.healthy[name], st.done[name] = make(chan struct{}), make(chan struct{}), make(chan struct{})
		for _, c := range containerNames(name, s) {
			one, err := newContainer(c, s, n, programs, dir)
			if err != nil {
				return nil, err
			}
			st.containers[name] = append(st.containers[name], one)
		}
	}
	return st, nil
}

func (st *Stack) writeSecrets(p Project, values map[string]string) error {
	dir := filepath.Join(st.Dir, "secrets")
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // PostgreSQL has another user
		return err
	}
	for name, s := range p.Secrets {
		value, ok := values[name]
		if !ok {
			text, err := os.ReadFile(s.File)
			if err != nil {
				return fmt.Errorf("secret %s: %w", name, err)
			}
			value = string(text)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(value), 0o444); err != nil { //nolint:gosec // as above
			return err
		}
	}
	return nil
}

// container is one of the processes, which can be killed.
func (st *Stack) container(name string) *process {
	for _, all := range st.containers {
		for _, c := range all {
			if c.name == name {
				return &c.process
			}
		}
	}
	return nil
}

// Target is where a service answers, as a gRPC client takes it; URL the same for a browser.
func (st *Stack) Target(service, port string) string { return st.network.target(service, port) }

// URL is the address of a service of one container for a browser.
func (st *Stack) URL(service, port string) string {
	return "http://" + st.network.names[service][0] + ":" + port
}

// Secret is the file of a secret.
func (st *Stack) Secret(name string) string { return filepath.Join(st.Dir, "secrets", name) }

// Change gives a service's containers another environment and arguments than the file's, before Run: what a test has to have
// different is said where it is tested.
func (st *Stack) Change(service string, env, args []string) {
	for _, c := range st.containers[service] {
		c.env, c.argv = append(c.env, env...), append(c.argv, args...)
	}
}

// Add puts a process beside the services: part of the world and not of the deployment.
func (st *Stack) Add(name string, argv, env []string) {
	c := &container{process: process{name: name, argv: argv, env: env, dir: st.Dir}}
	st.containers[name] = []*container{c}
	st.started[name], st.healthy[name], st.done[name] = make(chan struct{}), make(chan struct{}), make(chan struct{})
}

// Await waits until a job has ended well, or until a service is healthy where it has a health check.
func (st *Stack) Await(ctx context.Context, service string) error {
	ready := st.healthy[service]
	if st.containers[service][0].job() {
		ready = st.done[service]
	}
	return await(ctx, service, ready)
}

func await(ctx context.Context, what string, done chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s did not get ready: %w", what, context.Cause(ctx))
	}
}

// Run starts every service when what it depends on is there, and keeps it up, until ctx ends. The error says which does not
// stay up.
func (st *Stack) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return st.network.serveNames(ctx) })
	for _, name := range slices.Sorted(maps.Keys(st.containers)) {
		g.Go(func() error {
			if err := st.service(ctx, name); err != nil && ctx.Err() == nil {
				return err
			}
			return nil
		})
	}
	return g.Wait()
}

// service is the life of one service.
func (st *Stack) service(ctx context.Context, name string) error {
	all := st.containers[name]
	for other, on := range all[0].service.DependsOn {
		if _, here := st.containers[other]; !here {
			continue
		}
		ready := map[string]map[string]chan struct{}{
			"service_started": st.started, "service_healthy": st.healthy, "service_completed_successfully": st.done,
		}[on.Condition][other]
		if ready == nil {
			return fmt.Errorf("%s: %w: condition %q", name, errors.ErrUnsupported, on.Condition)
		}
		if err := await(ctx, other, ready); err != nil {
			return err
		}
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, c := range all {
		if strings.HasPrefix(c.service.Image, "postgres:") {
			if err := c.initialise(ctx); err != nil {
				return err
			}
		}
		g.Go(func() error {
			if c.job() {
				return c.once(ctx)
			}
			return c.keep(ctx)
		})
	}
	close(st.started[name])
	if all[0].job() {
		if err := g.Wait(); err != nil {
			return err
		}
		close(st.done[name])
		return nil
	}
	for _, c := range all {
		if test := c.service.HealthCheck; len(test.Test) == 0 || test.Disable {
			continue
		}
		if err := c.awaitHealthy(ctx); err != nil {
			return errors.Join(err, g.Wait())
		}
	}
	close(st.healthy[name])
	return g.Wait()
}
