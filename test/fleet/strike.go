package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"farmhand/test/journal"
)

// strike is the kill of a site's worker.
type strike struct {
	at time.Time
	// pid is the worker that was killed, again the one that came after it; zero: none did.
	pid, again int
	// during says what ran on the site's servers at that moment.
	during string
}

// strikeWorker kills the worker of a site while one of its farms installs a package, and waits for the next one.
func (p *play) strikeWorker(ctx context.Context, rehearsal int) error {
	for {
		events, err := p.events()
		if err != nil {
			return err
		}
		if during := p.installing(events); during != "" {
			pid := p.worker(rehearsal)
			if pid == 0 {
				return fmt.Errorf("the worker of %s is not among the processes of the rehearsal", p.fleet.struck)
			}
			p.strike = strike{at: time.Now(), pid: pid, during: during}
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				return fmt.Errorf("kill the worker of %s: %w", p.fleet.struck, err)
			}
			break
		}
		if !pause(ctx, 400*time.Millisecond) { // a package runs for longer, and the whole journal is read
			return nil
		}
	}
	for {
		if pid := p.worker(rehearsal); pid != 0 && pid != p.strike.pid {
			p.strike.again = pid
			return nil
		}
		if !pause(ctx, 100*time.Millisecond) {
			return nil
		}
	}
}

// installing is a package that runs on the site, empty when none does.
func (p *play) installing(events []journal.Event) string {
	running := map[string]bool{}
	for _, e := range events {
		if kb := e.Program(); strings.HasPrefix(e.Farm, p.fleet.struck+"-") && strings.HasPrefix(kb, "KB") {
			running[kb+" on "+e.Host] = e.Event == "started"
		}
	}
	for what, runs := range running {
		if runs {
			return what
		}
	}
	return ""
}

// worker is the process id of the site's worker, zero when there is none.
func (p *play) worker(rehearsal int) int {
	for _, one := range children(rehearsal) {
		if one.name == "worker-"+p.fleet.struck {
			return one.pid
		}
	}
	return 0
}

// process is one process of a rehearsal, by the name of its log.
type process struct {
	pid  int
	name string
	stat []string // the fields of /proc/PID/stat after the name
}

// children are the processes that a rehearsal has started and that live.
func children(parent int) []process {
	entries, _ := filepath.Glob("/proc/[0-9]*/stat") // only a bad pattern is an error
	var out []process
	for _, e := range entries {
		stat, err := os.ReadFile(e)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state ppid …
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) < 2 || fields[1] != strconv.Itoa(parent) || fields[0] == "Z" {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(e)))
		line, _ := os.ReadFile(filepath.Join(filepath.Dir(e), "cmdline")) // empty when it ends just now
		if name := processName(strings.Split(string(line), "\x00")); err == nil && name != "" {
			out = append(out, process{pid, name, fields})
		}
	}
	return out
}

// processName tells what a command line of a rehearsal is.
func processName(args []string) string {
	switch name := filepath.Base(args[0]); {
	case name == "devserver":
		return "temporal"
	case name == "worker" && len(args) > 2 && args[1] == "--site":
		return "worker-" + args[2]
	case name == "starter" && len(args) > 1 && args[1] == "simulate":
		return "simulator"
	}
	return ""
}
