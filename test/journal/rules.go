package journal

import (
	"fmt"
	"slices"
	"strings"
)

// Farm is what the rules need to know of a farm: its servers by name, in the order of the wizard, Central Administration
// first, and the packages in install order.
type Farm struct {
	Wizards  []string
	Web      []string
	Packages []string
}

// Violations names every rule of a completed update that the events break. It holds for updates without a server that
// reboots in mid-install: each package and wizard then runs exactly once, successfully.
func (f Farm) Violations(events []Event) []string {
	var v []string
	v = append(v, f.once(events)...)
	v = append(v, f.order(events)...)
	v = append(v, f.usersOff(events)...)
	for _, e := range Find(events, "", "damage", "") {
		v = append(v, fmt.Sprintf("%d: damage on %s: %s", e.Seq, e.Host, e.Text))
	}
	return v
}

// once: exactly one started and one successful exited for each package and wizard on each server.
func (f Farm) once(events []Event) []string {
	var v []string
	for _, host := range f.Wizards {
		for _, program := range append(slices.Clone(f.Packages), Wizard) {
			started, exited, good := 0, 0, 0
			for _, e := range events {
				if e.Host != host || e.Program() != program {
					continue
				}
				switch e.Event {
				case "started":
					started++
				case "exited":
					exited++
					if e.Exit != nil && (*e.Exit == 0 || *e.Exit == rebootRequired) {
						good++
					}
				}
			}
			if started != 1 || exited != 1 || good != 1 {
				v = append(v, fmt.Sprintf("%s on %s: %d started, %d exited, %d of them successful", program, host, started, exited, good))
			}
		}
	}
	return v
}

// rebootRequired is an installer's exit code for success that wants a reboot.
const rebootRequired = 3010

// order: packages in order on each server, no wizard before every package everywhere, Central Administration's wizard
// first, wizards in the farm's order and one at a time.
func (f Farm) order(events []Event) []string {
	var v []string
	last := map[string]int64{} // host/program -> seq of its last exit
	first := map[string]int64{}
	running := ""
	var wizards []string
	for _, e := range events {
		program := e.Program()
		key := e.Host + "/" + program
		switch {
		case program == "":
			continue
		case e.Event == "exited":
			last[key] = e.Seq
			if program == Wizard && running == e.Host {
				running = ""
			}
			continue
		case e.Event != "started":
			continue
		}
		if _, again := first[key]; !again {
			first[key] = e.Seq
		}
		if program != Wizard {
			continue
		}
		if running != "" {
			v = append(v, fmt.Sprintf("%d: the wizard started on %s while it ran on %s", e.Seq, e.Host, running))
		}
		running = e.Host
		if !slices.Contains(wizards, e.Host) {
			wizards = append(wizards, e.Host)
		}
	}
	firstWizard := first[f.Wizards[0]+"/"+Wizard]
	for _, host := range f.Wizards {
		for i, p := range f.Packages {
			if i > 0 && first[host+"/"+p] < last[host+"/"+f.Packages[i-1]] {
				v = append(v, fmt.Sprintf("%s on %s began before %s had ended", p, host, f.Packages[i-1]))
			}
			if last[host+"/"+p] > firstWizard {
				v = append(v, fmt.Sprintf("%s on %s ended after the first wizard had begun", p, host))
			}
		}
	}
	if !slices.Equal(wizards, f.Wizards) {
		v = append(v, fmt.Sprintf("the wizards ran on %s, want %s", strings.Join(wizards, ", "), strings.Join(f.Wizards, ", ")))
	}
	return v
}

// usersOff: W3SVC was set to manual and stopped on every Web server before the first package began, and came back, with
// its start mode, after the last wizard had ended, and not before.
func (f Farm) usersOff(events []Event) []string {
	var begin, end int64
	for _, e := range events {
		switch p := e.Program(); {
		case p == "" || p == Stsadm:
		case begin == 0:
			begin = e.Seq
		default:
			end = e.Seq
		}
	}
	var v []string
	for _, host := range f.Web {
		off := before(Find(events, host, "service-stopped", "W3SVC"), begin) && before(Find(events, host, "service-start-mode", "W3SVC manual"), begin)
		if !off {
			v = append(v, "W3SVC of "+host+" was not stopped and set to manual before the first package")
		}
		started := Find(events, host, "service-started", "W3SVC")
		if len(started) == 0 || started[0].Seq < end {
			v = append(v, "W3SVC of "+host+" did not come back after the last wizard, or came back before")
		}
		if modes := Find(events, host, "service-start-mode", "W3SVC"); len(modes) == 0 || modes[len(modes)-1].Text != "W3SVC auto" {
			v = append(v, "W3SVC of "+host+" did not get its start mode back")
		}
	}
	return v
}

func before(events []Event, seq int64) bool { return len(events) > 0 && events[0].Seq < seq }
