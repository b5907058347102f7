package windows

import (
	"strconv"
	"strings"
	"time"

	"farmhand/simulator/world"
)

// process is the document of a living process.
type process struct {
	PID, Parent int
	Image       string
	CommandLine string
	User        string
	Dir         string
	Started     time.Time
	// Job says that a scheduled task runs it: it outlives WinRM and the simulator, not the server.
	Job bool
	// Journal says that its end is a job event; Task is that event's field.
	Journal bool
	Task    string
	// Root is the name of the scheduled task in the process that Task Scheduler itself started.
	Root string
	// Steps are the pieces of work and the commits of a Program, by name and occurrence.
	Steps map[string]step
	// Written counts the bytes that went to each output (1 and 2) of a Program.
	Written map[int]int
	// Batch is how far run.cmd has come, in the process that interprets it.
	Batch *batch
}

func (p *process) setStep(id string, s step) {
	if p.Steps == nil {
		p.Steps = map[string]step{}
	}
	p.Steps[id] = s
}

func processKey(server string, pid int) string {
	return key(server, "process", strconv.Itoa(pid))
}

func getProcess(tx *world.Tx, server string, pid int) (process, bool) {
	var p process
	ok := tx.Get(processKey(server, pid), &p)
	return p, ok
}

func putProcess(tx *world.Tx, server string, p process) { tx.Put(processKey(server, p.PID), p) }

// processes returns the documents of living processes, by PID as text.
func processes(tx *world.Tx, server string) []process {
	return list[process](tx, key(server, "process")+"/")
}

// nextPID returns a process id that was never used on the server; Windows hands out multiples of four.
func nextPID(tx *world.Tx, server string) int {
	n := 400
	tx.Get(key(server, "pid"), &n)
	n += 4
	tx.Put(key(server, "pid"), n)
	return n
}

// endProcess removes a process and records the end of a job; exit nil means that nobody learned its code.
func endProcess(tx *world.Tx, server string, p process, exit *int) {
	tx.Delete(processKey(server, p.PID))
	if p.Journal {
		tx.Record(jobEvent(server, "exited", p, exit))
	}
}

// killTree ends a process and those it started, with the exit code that taskkill gives them. It returns the
// process ids.
func killTree(tx *world.Tx, server string, pid int) []int {
	p, ok := getProcess(tx, server, pid)
	if !ok {
		return nil
	}
	exit, pids := 1, []int{pid}
	for _, c := range processes(tx, server) {
		if c.Parent == pid {
			pids = append(pids, killTree(tx, server, c.PID)...)
		}
	}
	endProcess(tx, server, p, &exit)
	return pids
}

// jobEvent is a fact about a journalled process.
func jobEvent(server, event string, p process, exit *int) world.Event {
	return world.Event{
		Host: server, Protocol: world.ProtocolJob, Event: event,
		User: p.User, Text: p.CommandLine, Exit: exit, Task: p.Task,
	}
}

// ProcessInfo is one living process as Win32_Process shows it.
type ProcessInfo struct {
	PID, Parent int
	// Image is the base name of its program.
	Image, CommandLine, User string
	// Started in UTC.
	Started time.Time
}

// Processes returns the living processes: those of running services first, then all others.
func Processes(tx *world.Tx, server string) []ProcessInfo {
	var all []ProcessInfo
	since := toldBoot(tx, server)
	for _, s := range Services(tx, server) {
		if s.State == Running {
			image := base(firstWord(s.Path))
			all = append(all, ProcessInfo{PID: s.PID, Parent: 4, Image: image, CommandLine: s.Path, User: s.Account, Started: since})
		}
	}
	for _, p := range processes(tx, server) {
		all = append(all, ProcessInfo{PID: p.PID, Parent: p.Parent, Image: base(p.Image), CommandLine: p.CommandLine, User: p.User, Started: p.Started})
	}
	return all
}

// Administrator reports whether an account, as DOMAIN\user, is in the server's local group.
func Administrator(tx *world.Tx, server, user string) bool {
	for _, a := range getSystem(tx, server).Administrators {
		if strings.EqualFold(a, user) {
			return true
		}
	}
	return false
}

func (p *process) setWritten(stream, n int) {
	if p.Written == nil {
		p.Written = map[int]int{}
	}
	p.Written[stream] += n
}
