package simulator

import (
	"fmt"
	"slices"
	"strings"

	"farmhand/simulator/sqlserver"
	"farmhand/simulator/windows"
)

// Step is a moment of a simulated farm that a twin file can name, and what may go wrong there.
type Step struct {
	// Name is the step's name. Its last word is a placeholder where it is in capitals: KB, DATABASE, COMMAND, URL.
	Name string
	// Kinds are the kinds of faults that it knows, sorted.
	Kinds []string
	// Holds says whether a hold can stop it.
	Holds bool
}

// The kinds that several steps know.
const (
	reboot, powerLoss, slow, clock = windows.FaultReboot, windows.FaultPowerLoss, windows.FaultSlow, windows.FaultClock
)

// Steps lists every step, as the package comment describes them.
func Steps() []Step {
	message := func(name string, more ...string) Step {
		return Step{name, append([]string{"reset", "freeze", "slow", "http"}, more...), true}
	}
	operation := []string{"soap", "truncate", "garbage", "lost-reply", reboot, powerLoss}
	onShell := append(slices.Clone(operation), "shell-gone")
	command := []string{
		windows.FaultExit, windows.FaultHang, windows.FaultSilent, windows.FaultCut, windows.FaultCodePage, reboot, powerLoss, slow, clock,
	}
	steps := []Step{
		{"package KB", []string{"exit", "fail", "disk-full", reboot, powerLoss, slow, clock}, true},
		{"fetch KB", []string{"down", "truncate", "corrupt", "disk-full", reboot, powerLoss, slow, clock}, true},
		{"wizard", []string{"fail", "exit", reboot, powerLoss, slow, clock}, true},
		{"attach DATABASE", []string{"fail", reboot, powerLoss, slow, clock}, true},
		{"boot", []string{slow, reboot, powerLoss, clock, windows.FaultRefuse, windows.FaultUnready, windows.FaultTwice}, true},
		message("winrm Logon", windows.FaultRefuse, reboot, powerLoss),
		message("winrm Identify", operation...),
		message("winrm Create", operation...),
		message("winrm Command", onShell...),
		message("winrm Receive", onShell...),
		message("winrm Send", onShell...),
		message("winrm Signal", onShell...),
		message("winrm Delete", onShell...),
		{"command COMMAND", command, true},
		{"command SCRIPT", append(slices.Clone(command), windows.FaultNoSentinel), true},
		{"after COMMAND", []string{reboot, powerLoss, clock}, true},
		{"backup DATABASE", []string{"fail", "disk-full", "slow", "corrupt", sqlserver.FaultDown, sqlserver.FaultFailover}, true},
		{"page URL", []string{"http"}, false},
		{"sql connect", []string{"reset", "freeze", "slow", sqlserver.FaultDown}, false},
		{"sql login", []string{"reset", "reset-after", "freeze", "slow", "fail", sqlserver.FaultDown}, false},
		{"sql batch", []string{"reset", "reset-after", "freeze", "slow", "fail", sqlserver.FaultDown}, false},
	}
	for _, s := range steps {
		slices.Sort(s.Kinds)
	}
	return steps
}

// FindStep finds the step that a twin file names.
func FindStep(name string) (Step, bool) {
	for _, s := range Steps() {
		if s.is(name) {
			return s, true
		}
	}
	return Step{}, false
}

// is reports whether a name, spelled as Windows compares names, is one of the step.
func (s Step) is(name string) bool {
	first, last, two := strings.Cut(s.Name, " ")
	switch {
	case !two || last != strings.ToUpper(last):
		return strings.EqualFold(name, s.Name)
	case len(name) <= len(first)+1 || !strings.EqualFold(name[:len(first)+1], first+" ") || strings.TrimSpace(name[len(first):]) == "":
		return false
	}
	isScript := strings.HasSuffix(strings.ToLower(name), ".ps1")
	return last != "SCRIPT" && last != "COMMAND" || first != "command" || isScript == (last == "SCRIPT")
}

// mistakes says what is wrong with a step and, of a fault, its kind: by the key of the twin file.
func mistakes(name, kind string, fault bool) map[string]string {
	s, ok := FindStep(name)
	switch {
	case name == "":
		return map[string]string{"step": "no step"}
	case !ok:
		return map[string]string{"step": fmt.Sprintf("no step %q: want one of %s", name, stepNames())}
	case !fault && !s.Holds:
		return map[string]string{"step": fmt.Sprintf("the step %q cannot be held", name)}
	case fault && kind == "":
		return map[string]string{"kind": "no kind"}
	case fault && !slices.Contains(s.Kinds, kind):
		return map[string]string{"kind": fmt.Sprintf("the step %q knows no kind %q: want one of %s", name, kind, strings.Join(s.Kinds, ", "))}
	}
	return nil
}

func stepNames() string {
	var names []string
	for _, s := range Steps() {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}
