package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/test/journal"
)

// play is one rehearsal of a fleet.
type play struct {
	options
	fleet fleet
	out   io.Writer

	// strike is the kill, as it happened.
	strike strike
	usage  usage
	screen screens
}

func (p *play) file(name ...string) string { return filepath.Join(append([]string{p.dir}, name...)...) }

func (p *play) starter() string { return filepath.Join(p.bin, "starter") }

func (p *play) state() string { return p.file("state") }

// perform rehearses the fleet, prints what happened, and says everything that did not go as it must.
func (p *play) perform(ctx context.Context) error {
	began := time.Now()
	fmt.Fprintf(p.out, "%s: %s in %s over %s; everything is kept in %s\n", p.fleet.name, farm.Count(len(p.fleet.farms)),
		many(len(p.fleet.waves), "wave"), many(len(p.fleet.sites), "site"), p.dir)
	if err := errors.Join(os.MkdirAll(p.dir, 0o700), p.fleet.write(p.file("rollout.yaml"), p.file("twin.yaml"))); err != nil {
		return err
	}
	result, err := p.rehearse(ctx)
	if err != nil {
		return err
	}
	took := time.Since(began).Round(time.Second)
	wrong := p.compare(ctx, result)
	p.table(result)
	p.usage.print(p.out)
	if len(wrong) > 0 {
		return fmt.Errorf("%s took %s, and\n  %w", p.fleet.name, took, joined(wrong))
	}
	fmt.Fprintf(p.out, "\n%s took %s: every check holds\n", p.fleet.name, took)
	return nil
}

// rehearse runs the rollout to its end, with people and the kill beside it, and returns the result that it printed.
func (p *play) rehearse(ctx context.Context) (view.Result, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, p.patience, fmt.Errorf("the rollout did not end within %s", p.patience))
	defer cancel()
	log, err := os.Create(p.file("rehearse.log"))
	if err != nil {
		return view.Result{}, err
	}
	defer log.Close()
	var printed bytes.Buffer
	cmd := exec.CommandContext(ctx, p.starter(), "rehearse", "-f", p.file("rollout.yaml"), "--twin", p.file("twin.yaml"), "--journal", p.file("journal"),
		"--state", p.state(), "--approve", "none", "--pace", strconv.FormatFloat(p.pace, 'f', -1, 64), "--bundle", p.file("evidence"), "-o", "json")
	cmd.Stdout, cmd.Stderr = &printed, log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it ends its processes in order
	cmd.WaitDelay = 30 * time.Second
	if err := cmd.Start(); err != nil {
		return view.Result{}, err
	}
	p.usage = usage{parent: cmd.Process.Pid, seen: map[string]spent{}}
	beside, end := context.WithCancel(ctx)
	defer end()
	g, beside := errgroup.WithContext(beside)
	g.Go(func() error { return p.attend(beside) })
	g.Go(func() error { return p.strikeWorker(beside, cmd.Process.Pid) })
	g.Go(func() error { p.usage.follow(beside); return nil })
	failed := make(chan error, 1)
	go func() {
		err := g.Wait()
		if err != nil {
			cancel() // without people the rollout would wait for good
		}
		failed <- err
	}()
	_ = cmd.Wait() // the code says how it ended
	stuck := context.Cause(ctx)
	end()
	if err := <-failed; err != nil {
		return view.Result{}, err
	}
	if stuck != nil {
		return view.Result{}, stuck
	}
	lines := bytes.Split(bytes.TrimSpace(printed.Bytes()), []byte("\n"))
	var result view.Result
	if err := json.Unmarshal(lines[len(lines)-1], &result); err != nil {
		return result, fmt.Errorf("the rehearsal ended with code %d and printed no result: %w; see %s", cmd.ProcessState.ExitCode(), err, log.Name())
	}
	return result, nil
}

// command runs a command of another terminal to its end.
func (p *play) command(ctx context.Context, args ...string) (stdout, stderr string, code int) {
	cmd := exec.CommandContext(ctx, p.starter(), append(args, "--state", p.state())...)
	var out, bad bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &bad
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return "", err.Error(), -1
	}
	return out.String(), bad.String(), cmd.ProcessState.ExitCode()
}

// events reads the journal so far; nothing before there is one.
func (p *play) events() ([]journal.Event, error) {
	events, err := journal.Read(p.file("journal"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return events, err
}

// many is a number of things in words.
func many(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// pause waits between two looks; it is false when ctx ended before.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
