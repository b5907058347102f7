package sharepoint

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// serverState is what the farm knows of one of its servers.
type serverState struct {
	// NeedsUpgrade: binaries were installed and the wizard has not finished since.
	NeedsUpgrade bool
	// Mixed: packages were installed in the wrong order, so that older files lie over newer ones.
	Mixed bool
	// StaleCache: the timer service's copy of the configuration missed changes of the farm.
	StaleCache bool
}

func serverKey(name string) string { return "sharepoint/server/" + strings.ToLower(name) }

func getServer(tx *world.Tx, name string) serverState {
	var s serverState
	tx.Get(serverKey(name), &s)
	return s
}

func putServer(tx *world.Tx, name string, s serverState) { tx.Put(serverKey(name), s) }

// installation is a package at work on a server: the last one begun.
type installation struct {
	KB  string
	PID int
	// Refusal is the exit code it was refused with at the beginning; 0 when it went ahead.
	Refusal int
	// FilesInUse: W3SVC of this server held files.
	FilesInUse bool
	Ended      bool
}

func installationKey(server string, pid int) string {
	return fmt.Sprintf("sharepoint/installation/%s/%d", strings.ToLower(server), pid)
}

// installing returns the PID of a package at work on the server, other than the one given; 0 when none is.
func installing(tx *world.Tx, server string, but int) int {
	for _, k := range tx.Keys("sharepoint/installation/" + strings.ToLower(server) + "/") {
		var i installation
		tx.Get(k, &i)
		if i.PID != but && i.Refusal == 0 && !i.Ended && alive(tx, server, i.PID) {
			return i.PID
		}
	}
	return 0
}

// halfInstalled reports whether a package was begun on the server and never finished.
func halfInstalled(tx *world.Tx, server string) bool {
	return slices.ContainsFunc(windows.Patches(tx, server), func(p windows.Patch) bool { return p.State == patchRegistered })
}

func alive(tx *world.Tx, server string, pid int) bool {
	return slices.ContainsFunc(windows.Processes(tx, server), func(p windows.ProcessInfo) bool { return p.PID == pid })
}

// parent is the process that started another; 0 when that one lives no more.
func parent(tx *world.Tx, server string, pid int) int {
	for _, p := range windows.Processes(tx, server) {
		if p.PID == pid {
			return p.Parent
		}
	}
	return 0
}

// wizard is one run of psconfig, from its beginning.
type wizard struct {
	PID  int
	User string
	Kind kind
	// Upgrade: the run upgrades, because it was asked to or because something needs it.
	Upgrade bool
	// Wait: psconfig stays until the upgrade job is done.
	Wait bool
	// Started is the server's clock; Diagnostics the path of the run's own log.
	Started     time.Time
	Diagnostics string
	Ended       bool
}

// kind is what a run of psconfig meets when it begins.
type kind string

const (
	kindFirst    kind = "first"     // databases are older than the binaries
	kindJoin     kind = "join"      // the databases are upgraded already
	kindEarly    kind = "early"     // a server of the farm lacks a package
	kindMixed    kind = "mixed"     // this server's files are of different levels
	kindConflict kind = "conflict"  // another upgrade is at work in the farm
	kindNoTimer  kind = "no-timer"  // the timer service does not run here
	kindDisabled kind = "w3svc-off" // W3SVC is disabled, and the wizard cannot start it
)

func wizardKey(server string, pid int) string {
	return fmt.Sprintf("sharepoint/wizard/%s/%d", strings.ToLower(server), pid)
}

func getWizard(tx *world.Tx, server string, pid int) (wizard, bool) {
	var w wizard
	ok := tx.Get(wizardKey(server, pid), &w)
	return w, ok
}

// wizardOn returns the run of psconfig that is under way on a server. One that died there counts until
// the server is up again with nothing left of it.
func wizardOn(tx *world.Tx, server string) (wizard, bool) {
	for _, k := range tx.Keys("sharepoint/wizard/" + strings.ToLower(server) + "/") {
		var w wizard
		tx.Get(k, &w)
		if !w.Ended {
			return w, true
		}
	}
	return wizard{}, false
}

// usersOn names the Web servers whose W3SVC runs.
func (f *Farm) usersOn(tx *world.Tx) []string {
	var out []string
	for _, s := range f.webServers() {
		if web, ok := windows.GetService(tx, s.Name, "W3SVC"); ok && web.State == windows.Running && windows.Up(tx, s.Name) {
			out = append(out, s.Name)
		}
	}
	return out
}

// timerStopped names the servers, of those that are up, whose timer service does not run.
func (f *Farm) timerStopped(tx *world.Tx) []string {
	var out []string
	for _, s := range f.servers() {
		if t, ok := windows.GetService(tx, s.Name, "SPTimerV3"); windows.Up(tx, s.Name) && (!ok || t.State != windows.Running) {
			out = append(out, s.Name)
		}
	}
	return out
}

// mixed says why users would meet files and databases of different levels, or that they would not.
func (f *Farm) mixed(tx *world.Tx) (string, bool) {
	if u, ok := getUpgrade(tx); ok && u.State == upgradeRunning {
		return "the databases are being upgraded on " + u.Host, true
	}
	first := ""
	for i, s := range f.servers() {
		state := getServer(tx, s.Name)
		lacks := strings.Join(f.missing(tx, s.Name), ", ")
		switch {
		case state.Mixed:
			return s.Name + " has files of different levels", true
		case installing(tx, s.Name, 0) != 0 || halfInstalled(tx, s.Name):
			return "a package is half installed on " + s.Name, true
		case state.NeedsUpgrade:
			return "the wizard has not run on " + s.Name + " since its packages", true
		case i > 0 && lacks != first:
			return f.servers()[0].Name + " and " + s.Name + " have different packages", true
		}
		first = lacks
	}
	for _, d := range f.attached(tx) {
		if f.behind(tx, d) {
			return "database " + d.Name + " is older than the binaries", true
		}
	}
	return "", false
}
