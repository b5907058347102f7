package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// usage is what the processes of a rehearsal have taken from the machine.
type usage struct {
	parent int
	seen   map[string]spent
}

// spent is what one process has taken so far. A process that was started again counts from there.
type spent struct {
	pid    int
	cpu    time.Duration // user and system, earlier lives included
	before time.Duration // earlier lives alone
	peak   int           // resident memory, kB
}

// clockTick is the unit of CPU times in /proc: 100 a second on every Linux.
const clockTick = 10 * time.Millisecond

// follow looks until ctx ends. What a process takes after the last look is not counted.
func (u *usage) follow(ctx context.Context) {
	for {
		for _, p := range children(u.parent) {
			u.add(p)
		}
		if !pause(ctx, time.Second) {
			return
		}
	}
}

func (u *usage) add(p process) {
	const utime, stime = 11, 12 // fields after the name
	if len(p.stat) <= stime {
		return
	}
	user, _ := strconv.Atoi(p.stat[utime]) // the kernel writes numbers
	system, _ := strconv.Atoi(p.stat[stime])
	s := u.seen[p.name]
	if s.pid != p.pid {
		s.pid, s.before = p.pid, s.cpu
	}
	s.cpu = s.before + time.Duration(user+system)*clockTick
	s.peak = max(s.peak, peakMemory(p.pid))
	u.seen[p.name] = s
}

// peakMemory is the most memory a process has had, in kB; zero when it has ended.
func peakMemory(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			return kb
		}
	}
	return 0
}

func (u *usage) print(out io.Writer) {
	fmt.Fprintln(out)
	t := tabwriter.NewWriter(out, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "process\tCPU\tmemory, most\t")
	for _, name := range slices.Sorted(maps.Keys(u.seen)) {
		s := u.seen[name]
		fmt.Fprintf(t, "%s\t%.1fs\t%d MB\t\n", name, s.cpu.Seconds(), s.peak/1024)
	}
	var all time.Duration
	for _, s := range u.seen {
		all += s.cpu
	}
	fmt.Fprintf(t, "all\t%.1fs\t\t\n", all.Seconds())
	_ = t.Flush() // to a terminal: nobody can act on the error
}
