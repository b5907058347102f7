package sharepoint

import (
	"cmp"
	"slices"
	"strings"

	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// beginWizard finds out what this run meets, breaks what its timing breaks, and queues the upgrade job.
func (f *Farm) beginWizard(tx *world.Tx, p *windows.Process, cmd psconfigCommand) wizard {
	server := p.Machine.Name()
	now := windows.Clock(tx, server)
	w := wizard{PID: p.PID, User: p.User, Wait: cmd.wait || !cmd.upgrade, Started: now, Diagnostics: diagnosticsPath(now, p.PID)}
	f.buryDead(tx, server, p.PID)
	if cmd.force {
		f.readmit(tx)
	}

	lagging, begun := f.lagging(tx)
	begun = begun || cmd.upgrade // before the first package any other command is everyday work
	due := f.due(tx, server)
	timer, _ := windows.GetService(tx, server, "SPTimerV3")
	web, hasWeb := windows.GetService(tx, server, "W3SVC")
	busy := f.busy(tx, server, p.PID)
	switch {
	case hasWeb && web.Start == windows.Disabled:
		w.Kind = kindDisabled
	case busy != "":
		w.Kind = kindConflict
		f.atOnce(tx, p, busy)
	case len(lagging) > 0 && begun:
		w.Kind = kindEarly
		f.tooEarly(tx, p, lagging)
		if len(f.missing(tx, server)) == len(f.o.Release.Packages) {
			due = nil // old binaries can upgrade nothing, and still touch the configuration
		} else {
			due = due[:len(due)/2]
		}
		f.leaveUnfinished(tx, f.databases()[0], p.User)
	case timer.State != windows.Running:
		w.Kind = kindNoTimer
		f.staleTimer(tx, server, p.User, []string{server})
	case getServer(tx, server).Mixed:
		w.Kind = kindMixed
	case len(due) > 0 && begun:
		w.Kind = kindFirst
		f.projectServicesHeld(tx, p)
	default:
		w.Kind = kindJoin
	}
	needed := getServer(tx, server).NeedsUpgrade
	w.Upgrade = cmd.upgrade || w.Kind != kindJoin || needed // psconfig upgrades what needs it, asked or not
	f.startDiagnostics(tx, server, w, p)
	switch w.Kind {
	case kindDisabled:
		return w
	case kindFirst, kindMixed, kindEarly, kindJoin:
		if w.Upgrade {
			f.queueUpgrade(tx, p, w, due)
		}
	}
	if w.Kind != kindJoin || needed {
		f.usersDuringUpgrade(tx, p)
	}
	return w
}

// lagging tells which servers lack a package, and whether any server has one.
func (f *Farm) lagging(tx *world.Tx) (servers []string, begun bool) {
	for _, s := range f.servers() {
		lacks := f.missing(tx, s.Name)
		begun = begun || len(lacks) < len(f.o.Release.Packages)
		switch {
		case len(lacks) > 0:
			servers = append(servers, s.Name+" lacks "+strings.Join(lacks, " and "))
		case installing(tx, s.Name, 0) != 0, halfInstalled(tx, s.Name):
			servers = append(servers, s.Name+" has one half installed")
		}
	}
	return servers, begun
}

// busy names the server where another upgrade is at work: a wizard that lives, or the timer service's job
// that outlived one.
func (f *Farm) busy(tx *world.Tx, server string, pid int) string {
	if u, ok := getUpgrade(tx); ok && u.State == upgradeRunning && f.jobLives(tx, u) {
		return u.Host
	}
	if jobs := foreignJobs(tx); len(jobs) > 0 {
		return cmp.Or(jobs[0].Server, "the farm's timer service")
	}
	for _, s := range f.servers() {
		if w, ok := wizardOn(tx, s.Name); ok && alive(tx, s.Name, w.PID) && !(s.Name == server && w.PID == pid) {
			return s.Name
		}
	}
	return ""
}

// buryDead closes the books of runs that died on this server.
func (f *Farm) buryDead(tx *world.Tx, server string, pid int) {
	for _, k := range tx.Keys("sharepoint/wizard/" + strings.ToLower(server) + "/") {
		var w wizard
		tx.Get(k, &w)
		if !w.Ended && w.PID != pid && !alive(tx, server, w.PID) {
			w.Ended = true
			tx.Put(k, w)
		}
	}
}

// due are the databases older than the binaries of a server, in the order of the upgrade.
func (f *Farm) due(tx *world.Tx, server string) []database {
	return slices.DeleteFunc(f.attached(tx), func(d database) bool { return !f.olderThan(tx, d, f.binaries(server, d)) })
}
