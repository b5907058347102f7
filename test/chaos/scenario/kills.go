package scenario

import "time"

// Target is what is killed.
type Target string

// The targets. Everything is all four at once, the operator's command included.
const (
	Worker     Target = "worker"
	Temporal   Target = "temporal"
	Simulator  Target = "simulator"
	Command    Target = "starter"
	Everything Target = "everything"
)

// Hold stops the simulated world at a step; the twin file's words (docs/simulator.md).
type Hold struct {
	Host, Step string
	Skip       int
	For        time.Duration
}

// Kill is kill -9 of a target at a moment that the world itself names, so that a seed kills where it killed before.
type Kill struct {
	Target Target
	When   Moment
	// Down is how long the target stays dead.
	Down time.Duration
	// Again kills the same target once more so long after it was started again; zero does not.
	Again time.Duration
}

// Moment is either the nth event of the journal that fits, or a question that opens.
type Moment struct {
	Host, Event, Text string
	Nth               int
	// Question is the id of a gate.
	Question string
}

// String names the moment in words.
func (m Moment) String() string {
	if m.Question != "" {
		return "gate " + m.Question + " opened"
	}
	return m.Event + " " + m.Text + " on " + m.Host
}

// afterJob are the moments of starting a detached job: prepared, registered, told to run. Windows Server 2003 has other
// commands for some of them.
func afterJob(s Server) []string {
	acl, register := "after md", "after register-task.ps1" // md and icacls are one command line
	if s.OS == "2003" {
		acl, register = "after cacls", "after schtasks /create"
	}
	return []string{"after md", acl, "after put-file.ps1", register, "after schtasks /run", "after schtasks /run"}
}

// holdFor is how long a hold lasts when the simulator lives on: long enough for the kill, shorter than any time-out.
const holdFor = 1500 * time.Millisecond

func (g *generator) kills(s Scenario) (holds []Hold, kills []Kill) {
	taken := map[string]bool{}
	for range pick(g, 1, 1, 2, 2, 3) {
		k := Kill{Target: pick(g, Worker, Worker, Worker, Temporal, Temporal, Simulator, Simulator, Everything, Everything, Command)}
		k.Down = pick(g, 0, 0, g.millis(100, 1500))
		if g.chance(15) && k.Target != Command {
			k.Again = g.millis(300, 2500)
		}
		if h, held := g.window(s); held {
			if taken[h.Host+h.Step] {
				continue
			}
			taken[h.Host+h.Step] = true
			holds = append(holds, h)
			k.When = Moment{Host: h.Host, Event: "held", Text: h.Step, Nth: 1}
		} else {
			k.When = g.moment(s)
		}
		kills = append(kills, k)
	}
	return holds, kills
}

// window is a hold between what Windows or SQL Server was asked to do and what the history knows of it.
func (g *generator) window(s Scenario) (Hold, bool) {
	server := pick(g, s.Farm.Servers...)
	h := Hold{Host: server.Name, For: holdFor}
	if host := s.boots(); host != "" && g.chance(30) {
		h.Host, h.Step = host, pick(g, "boot", "after shutdown /r")
		return h, true
	}
	switch g.IntN(10) {
	case 0, 1, 2:
		h.Step, h.Skip = pick(g, afterJob(server)...), g.IntN(6)
	case 3:
		h.Step = "package " + pick(g, Packages...)
	case 4, 5:
		h.Step = "wizard"
	case 6:
		h.Step, h.Skip = pick(g, "after net stop", "after net start", "after sc config"), g.IntN(2)
	case 7:
		q := s.Farm.SQL[0]
		h.Host, h.Step = q.Name, "backup "+pick(g, q.Databases...).Name
	default:
		return Hold{}, false
	}
	return h, true
}

// boots is a server that will boot, empty where none is known to.
func (s Scenario) boots() string {
	for _, f := range s.Faults {
		if f.Kind == "reboot" || f.Kind == "power-loss" || f.Code == exitReboot {
			return f.Host
		}
	}
	return ""
}

// moment is right after something happened that is not held.
func (g *generator) moment(s Scenario) Moment {
	host := pick(g, s.Farm.Servers...).Name
	switch g.IntN(6) {
	case 0, 1:
		return Moment{Host: host, Event: "exited", Text: pick(g, "951695", "951297", "psconfig.exe", "psconfig.exe", "stsadm.exe"), Nth: 1}
	case 2:
		return Moment{Host: host, Event: "started", Text: pick(g, "951695", "951297", "psconfig.exe"), Nth: 1}
	case 3:
		return Moment{Host: host, Event: "boot", Nth: 1}
	case 4:
		return Moment{Host: host, Event: "script", Text: pick(g, "inspect.ps1", "services.ps1", "job-state.ps1"), Nth: g.between(1, 4)}
	default:
		return Moment{Question: pick(g, s.Gates...).Name}
	}
}
