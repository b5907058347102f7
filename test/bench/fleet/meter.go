package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// meter reads what processes have taken from the machine.
type meter struct {
	server server
	worker int // process
}

// reading is one look at it.
type reading struct {
	at                    time.Time
	server, store, worker time.Duration // processor time
}

func (m meter) read() reading {
	return reading{at: time.Now(), server: processor(m.server.pids()), store: processor(m.server.store()), worker: processor([]int{m.worker})}
}

// spent is the difference of two readings.
type spent struct {
	Wall   time.Duration `json:"wall"`
	Server time.Duration `json:"server_cpu"`
	Store  time.Duration `json:"store_cpu"`
	Worker time.Duration `json:"worker_cpu"`
}

func (r reading) since(before reading) spent {
	return spent{r.at.Sub(before.at), r.server - before.server, r.store - before.store, r.worker - before.worker}
}

func (s *spent) add(more spent) {
	s.Wall += more.Wall
	s.Server += more.Server
	s.Store += more.Store
	s.Worker += more.Worker
}

// cpu is the processor time of all of it.
func (s spent) cpu() time.Duration { return s.Server + s.Store + s.Worker }

// clockTick is the unit of processor times in /proc: 100 a second on every Linux.
const clockTick = 10 * time.Millisecond

// processor is the processor time of processes so far, their ended children included.
func processor(pids []int) time.Duration {
	var all time.Duration
	for _, pid := range pids {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // it has ended: its parent has its time
		}
		// pid (name) state ppid … with user and system time as the 12th and 13th field after the name, and those of children after them
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		for _, f := range fields[11:15] {
			n, _ := strconv.Atoi(f) // the kernel writes numbers
			all += time.Duration(n) * clockTick
		}
	}
	return all
}

// family is a process with the children it has now. PostgreSQL has one for each connection, and ended ones count with it.
func family(pid int) []int {
	all := []int{pid}
	text := firstLine(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for field := range strings.FieldsSeq(text) {
		if child, err := strconv.Atoi(field); err == nil {
			all = append(all, child)
		}
	}
	return all
}

// peakMemory is the most memory that a process has had, in bytes; zero when it has ended.
func peakMemory(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			return kb * 1024
		}
	}
	return 0
}
