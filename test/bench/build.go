package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// openBuild measures what a newcomer waits for: compiling the two programs, and starting what a rehearsal needs. It runs
// in the root of the module.
func openBuild(ctx context.Context, o options) (measure, func(), error) {
	s, err := newSite(ctx)
	if err != nil {
		return measure{}, nil, err
	}
	b := &building{s, o.bin}
	m := measure{
		name: "build", title: "Build and start",
		contestants: []contestant{{"cold", b.cold}, {"warm", b.warm}},
	}
	return m, s.close, nil
}

type building struct {
	site *site
	bin  string
}

// cold compiles with an empty build cache; modules are there. Temporal starts with a new database.
func (b *building) cold(ctx context.Context) ([]Figure, error) {
	if err := os.RemoveAll(b.site.file("cache")); err != nil {
		return nil, err
	}
	took, err := b.compile(ctx, "GOCACHE="+b.site.file("cache"))
	if err != nil {
		return nil, err
	}
	if err := os.RemoveAll(b.site.file("temporal.db")); err != nil {
		return nil, err
	}
	figures, err := b.start(ctx)
	return append([]Figure{{"go build of worker and starter", took.Seconds(), "s"}}, figures...), err
}

// warm compiles what is compiled already, and starts with a database that is there.
func (b *building) warm(ctx context.Context) ([]Figure, error) {
	took, err := b.compile(ctx)
	if err != nil {
		return nil, err
	}
	figures, err := b.start(ctx)
	return append([]Figure{{"go build of worker and starter", took.Seconds(), "s"}}, figures...), err
}

func (b *building) compile(ctx context.Context, env ...string) (time.Duration, error) {
	began := time.Now()
	cmd := exec.CommandContext(ctx, "go", "build", "-o", b.site.file("programs")+string(filepath.Separator), "./worker", "./starter")
	cmd.Env = append(os.Environ(), env...)
	if said, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, said)
	}
	return time.Since(began), nil
}

// start starts the processes of a rehearsal, one after the other, until each says that it is ready.
func (b *building) start(ctx context.Context) ([]Figure, error) {
	st := &stack{site: b.site, bin: b.bin}
	defer st.close()
	t, err := b.site.start(ctx, noLength)
	if err != nil {
		return nil, err
	}
	defer func() { _ = t.Close() }() // nothing happened in it
	began := time.Now()
	if err := st.freePort(ctx); err != nil {
		return nil, err
	}
	temporal := time.Since(began)
	if st.worker, err = st.startWorker(ctx); err != nil {
		return nil, err
	}
	all := time.Since(began)
	return []Figure{{"Temporal server ready", temporal.Seconds(), "s"}, {"worker ready after it", (all - temporal).Seconds(), "s"}}, nil
}
