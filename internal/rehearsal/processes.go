package rehearsal

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"farmhand/config"
)

// Run starts the processes and keeps them up until ctx ends; then it ends them and returns nil. Another error says which
// process does not stay up, or is ErrNoRoom.
func (r *Rehearsal) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	temporal, twin := newSignal(), newSignal()
	secrets := passwords(r.input.Rollout)
	g.Go(func() error { return r.room.watch(ctx, r.opts.Dir) })
	g.Go(func() error { return r.devserver().keep(ctx, temporal.set) })
	g.Go(func() error { return r.simulator(secrets).keep(ctx, twin.set) })
	for i, site := range sites(r.input.Rollout) {
		g.Go(func() error {
			// The twin writes the certificate that a worker checks servers against.
			if !temporal.await(ctx) || !twin.await(ctx) {
				return nil
			}
			return r.worker(site, i == 0, secrets).keep(ctx, func() {})
		})
	}
	return g.Wait()
}

// devserver gets none of the OTEL_ variables: they are meant for farmhand, and a Temporal server knows fewer exporters and
// refuses to start with one it does not know.
func (r *Rehearsal) devserver() child {
	c := r.child("temporal", r.opts.Devserver, nil,
		"--db", r.file("temporal.db"), "--port", strconv.Itoa(r.place.Port))
	c.env = slices.DeleteFunc(c.env, func(v string) bool { return strings.HasPrefix(v, "OTEL_") })
	return c
}

func (r *Rehearsal) simulator(secrets []string) child {
	args := []string{"simulate", "--input", r.file(inputFile), "--state", r.file("world"), "--pace", strconv.FormatFloat(r.opts.Pace, 'f', -1, 64)}
	if r.opts.Twin != "" {
		args = append(args, "--twin", r.opts.Twin)
	}
	if r.opts.Journal != "" {
		args = append(args, "--journal", r.opts.Journal)
	}
	return r.child("simulator", r.opts.Starter, secrets, args...)
}

// worker is the worker of one site. The first one runs the workflows, too.
func (r *Rehearsal) worker(site string, workflows bool, secrets []string) child {
	s := r.opts.Settings
	env := append(slices.Clone(secrets),
		"TEMPORAL_ADDRESS="+r.Address(), "TEMPORAL_NAMESPACE=default",
		config.EnvironmentVariable("secrets")+"="+strings.Join(append([]string{"env:" + secretPrefix + "*"}, s.Secrets...), ","),
		config.EnvironmentVariable("tls.ca_file")+"="+r.file("world", "ca.pem"),
		config.EnvironmentVariable("notify.receivers")+"="+config.ReceiversText(s.Notify.Receivers),
		config.EnvironmentVariable("notify.templates")+"="+fromHere(s.Notify.Templates),
		config.EnvironmentVariable("codec.keys")+"="+config.CodecKeysText(s.Codec.Keys),
		config.EnvironmentVariable("evidence.key")+"=",
		config.EnvironmentVariable("evidence.directory")+"="+r.file("evidence"),
		config.EnvironmentVariable("health.address")+"=",
		// The workers of a rehearsal are the only ones: versions would leave its runs without any.
		config.EnvironmentVariable("deployment.name")+"=",
		config.EnvironmentVariable("deployment.build_id")+"=",
		// Jobs on the servers go on without a worker: nothing is lost by ending it at once.
		config.EnvironmentVariable("worker_stop_timeout")+"=1s",
	)
	return r.child("worker-"+site, r.opts.Worker, env,
		"--site", site, "--workflows="+strconv.FormatBool(workflows), "--runbooks", r.file("runbooks"))
}

// fromHere is a path of the operator's settings as a process elsewhere finds it.
func fromHere(path string) string {
	if path == "" {
		return ""
	}
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// child is a process in the state directory. The operator's own TEMPORAL_ variables are about another server.
func (r *Rehearsal) child(name, path string, env []string, args ...string) child {
	mine := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "TEMPORAL_") })
	return child{
		name: name, path: path, args: append(args, "--exit-with-stdin"), env: append(mine, env...),
		dir: r.opts.Dir, lock: r.alive, restarts: usualRestarts,
	}
}

// signal is set once and stays set.
type signal struct{ done chan struct{} }

func newSignal() *signal { return &signal{done: make(chan struct{})} }

// set is called by one process's reader at a time.
func (s *signal) set() {
	select {
	case <-s.done:
	default:
		close(s.done)
	}
}

func (s *signal) await(ctx context.Context) bool {
	select {
	case <-s.done:
		return true
	case <-ctx.Done():
		return false
	}
}
