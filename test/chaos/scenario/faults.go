package scenario

import (
	"time"
)

// Packages are the packages of the release in install order.
var Packages = []string{"KB951695", "KB951297"}

// Fault makes a step of the simulated farm go wrong; the twin file's words (docs/simulator.md).
type Fault struct {
	Host, Step, Kind string
	Code, Skip       int
	// Times is how often it strikes: zero means once, -1 always.
	Times int
	Delay time.Duration
	Text  string
}

// Peculiarity is what is unusual about one server from the start.
type Peculiarity struct {
	Server    string
	Installed []string
	FreeMB    int
	Missing   []string
	Role      string
}

// kinds is what may happen at a step.
type kinds struct {
	step  string
	kinds []string
}

// weather passes by itself, or costs a job that people start again.
var weather = []kinds{
	{"winrm Create", []string{"reset", "slow", "truncate", "garbage", "lost-reply", "http", "quota", "freeze"}},
	{"winrm Command", []string{"reset", "slow", "truncate", "garbage", "lost-reply", "reboot", "power-loss", "quota", "freeze"}},
	{"winrm Receive", []string{"reset", "slow", "truncate", "garbage", "lost-reply", "reboot", "freeze"}},
	{"winrm Send", []string{"reset", "slow", "truncate", "lost-reply"}},
	{"winrm Signal", []string{"reset", "slow", "lost-reply"}},
	{"winrm Delete", []string{"reset", "slow", "lost-reply"}},
}

var (
	packageFaults = []string{"reboot-required", "reboot-required", "busy", "failed", "fail", "reboot", "power-loss", "slow"}
	wizardFaults  = []string{"fail", "exit", "reboot", "power-loss", "slow", "slow"}
	bootFaults    = []string{"slow", "reboot", "power-loss"}
	backupFaults  = []string{"fail", "disk-full", "slow", "corrupt"}
	sqlFaults     = []kinds{{"sql connect", []string{"reset", "slow"}}, {"sql batch", []string{"reset", "reset-after", "slow"}}}
)

// WSMan's codes for too many shells and too many operations of a user.
const (
	quotaShells     = 2150859173
	quotaOperations = 2150859174
)

// Exit codes of installers: success that wants a reboot (3010), another installation at work (1618), failed (1603).
const (
	exitReboot = 3010
	exitBusy   = 1618
	exitFailed = 1603
)

func (g *generator) faults(f Farm) []Fault {
	var out []Fault
	for range pick(g, 0, 1, 1, 2, 2, 3, 4) {
		host := pick(g, f.Servers...).Name
		switch g.IntN(10) {
		case 0, 1, 2:
			out = append(out, g.packageFault(host)...)
		case 3, 4:
			out = append(out, Fault{Host: host, Step: "wizard", Kind: pick(g, wizardFaults...), Code: 1, Delay: 10 * time.Minute})
		case 5:
			q := pick(g, f.SQL...)
			if len(q.Databases) > 0 {
				out = append(out, Fault{Host: q.Name, Step: "backup " + pick(g, q.Databases...).Name, Kind: pick(g, backupFaults...), Delay: 20 * time.Minute})
			}
		case 6:
			k := pick(g, sqlFaults...)
			out = append(out, Fault{Host: pick(g, f.SQL...).Name, Step: k.step, Kind: pick(g, k.kinds...), Skip: g.IntN(30), Delay: 10 * time.Minute})
		default:
			out = append(out, g.weather(host))
		}
	}
	return out
}

func (g *generator) weather(host string) Fault {
	k := pick(g, weather...)
	f := Fault{Host: host, Step: k.step, Kind: pick(g, k.kinds...), Skip: g.IntN(100), Times: g.between(1, 3), Delay: 10 * time.Minute}
	switch f.Kind {
	case "http":
		f.Code = 503
	case "quota":
		f.Kind, f.Code = "soap", quotaOperations
		if f.Step == "winrm Create" {
			f.Code = quotaShells
		}
	case "freeze":
		f.Times = 1 // each costs the client's whole patience
	}
	return f
}

// packageFault may bring a boot that goes wrong with it.
func (g *generator) packageFault(host string) []Fault {
	f := Fault{Host: host, Step: "package " + pick(g, Packages...), Kind: pick(g, packageFaults...), Delay: 20 * time.Minute}
	boots := f.Kind == "reboot" || f.Kind == "power-loss"
	switch f.Kind {
	case "reboot-required":
		f.Kind, f.Code, boots = "exit", exitReboot, true
	case "busy":
		f.Kind, f.Code = "exit", exitBusy
	case "failed":
		f.Kind, f.Code = "exit", exitFailed
	}
	if boots && g.chance(40) {
		return []Fault{f, {Host: host, Step: "boot", Kind: pick(g, bootFaults...), Times: g.between(1, 2), Delay: 20 * time.Minute}}
	}
	return []Fault{f}
}

// peculiarities makes a few farms that must be refused, and a few servers that are ahead of the others.
func (g *generator) peculiarities(f Farm) (out []Peculiarity, hindrance string) {
	one := pick(g, f.Servers...).Name
	switch n := g.IntN(100); {
	case n < 2:
		return []Peculiarity{{Server: one, FreeMB: 100}}, "no room on the disk of " + one
	case n < 4:
		return []Peculiarity{{Server: one, Missing: []string{Packages[1]}}}, "a package is missing on " + one
	case n < 5:
		return []Peculiarity{{Server: one, Role: "SINGLESERVER"}}, one + " is a Basic installation"
	case n < 6:
		return []Peculiarity{{Server: one, Installed: Packages[:1]}}, "half of an update is on " + one
	case n < 13:
		return []Peculiarity{{Server: one, Installed: Packages}}, ""
	}
	return nil, ""
}
