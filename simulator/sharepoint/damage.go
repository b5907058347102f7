package sharepoint

import (
	"strings"

	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// The rules of the article that do damage when they are broken. Each function records the fact and makes
// the state that follows in life; where a rule follows from an interpretation, its comment says so.

// damage records what broke and why.
func damage(tx *world.Tx, host, user, text string) {
	tx.Record(world.Event{Host: host, Protocol: world.ProtocolSystem, Event: "damage", User: user, Text: text})
}

// turnAway records a user who found no farm behind a Web server.
func turnAway(tx *world.Tx, host, text string) {
	tx.Record(world.Event{Host: host, Protocol: world.ProtocolSystem, Event: "user-turned-away", Text: text})
}

// breakOrder: a package was started on a server that lacks an earlier one of the release (installation
// steps 1 and 2). When the earlier one follows, its older copies of shared files replace the newer ones.
func (f *Farm) breakOrder(tx *world.Tx, p *windows.Process, kb string, before []string) {
	server := p.Machine.Name()
	damage(tx, server, p.User, kb+" was started before "+strings.Join(before, ", ")+
		": when that follows, its copies of shared files replace the newer ones; the wizard will not find features that "+kb+" brought")
	s := getServer(tx, server)
	s.Mixed = true
	putServer(tx, server, s)
}

// filesUnderUsers: a package was started while users were connected (step 1 of the farm procedure): they
// are served new files from one server and old ones from another.
func (f *Farm) filesUnderUsers(tx *world.Tx, p *windows.Process, kb string) (inUse bool) {
	for _, web := range f.usersOn(tx) {
		damage(tx, web, p.User, "users were connected through W3SVC of "+web+" while "+kb+" replaced files on "+p.Machine.Name())
		if strings.EqualFold(web, p.Machine.Name()) {
			inUse = true
			continue
		}
		turnAway(tx, web, "a page mixed old and new files")
	}
	return inUse
}

// filesUnderJob: a package was started while an upgrade job was not complete ("Before you begin"): the job
// goes on with new binaries under it.
func (f *Farm) filesUnderJob(tx *world.Tx, p *windows.Process, kb string, job upgradeJob) {
	damage(tx, p.Machine.Name(), p.User, kb+" replaced files while the upgrade job "+job.Name+" was not complete")
}

// tooEarly: the wizard was started before all binaries were on all servers (installation step 3). The
// databases are upgraded in part and no longer match the servers that lag behind. One Project database is
// left aside: later runs believe it done, and it stays at its old level until a run with -force (an
// interpretation of "an inconsistent farm" and of "-force" that no source states in these words).
func (f *Farm) tooEarly(tx *world.Tx, p *windows.Process, lagging []string) {
	damage(tx, p.Machine.Name(), p.User, "the wizard ran before all packages were on all servers ("+strings.Join(lagging, "; ")+
		"): databases are upgraded in part and the servers that lag behind are cut off from them")
	for _, d := range f.databases() {
		if d.Project {
			tx.Put(asidePrefix+d.Name, true)
			return
		}
	}
}

// asidePrefix begins the keys of databases that an early wizard left aside.
const asidePrefix = "sharepoint/aside/"

// readmit lets upgrades see every database again.
func (f *Farm) readmit(tx *world.Tx) {
	for _, key := range tx.Keys(asidePrefix) {
		tx.Delete(key)
	}
}

// atOnce: a second wizard was started while one was at work (step 12: one at a time). The second one's
// changes to the search database collide with the first one's.
func (f *Farm) atOnce(tx *world.Tx, p *windows.Process, busy string) {
	damage(tx, p.Machine.Name(), p.User, "the wizard ran while an upgrade was at work on "+busy+
		": an update conflict; the upgrade of the search database is left unfinished")
	if d, ok := f.searchDatabase(); ok {
		f.leaveUnfinished(tx, d, p.User)
	}
}

// projectServicesHeld: the databases were upgraded while Project services ran (step 9: a reboot may be
// required then).
func (f *Farm) projectServicesHeld(tx *world.Tx, p *windows.Process) {
	for _, s := range f.servers() {
		for _, svc := range windows.Services(tx, s.Name) {
			if svc.State != windows.Running || !isProjectService(svc) {
				continue
			}
			windows.SetPendingReboot(tx, s.Name, "PendingFileRenameOperations")
			damage(tx, s.Name, p.User, "the "+svc.Display+" held files while the wizard upgraded the farm: "+s.Name+" wants a reboot")
		}
	}
}

func isProjectService(s windows.Service) bool {
	return strings.HasPrefix(s.Display, "Microsoft Office Project Server")
}

// usersDuringUpgrade: the wizard was started while users were connected.
func (f *Farm) usersDuringUpgrade(tx *world.Tx, p *windows.Process) {
	for _, web := range f.usersOn(tx) {
		damage(tx, web, p.User, "users were connected through W3SVC of "+web+" while the wizard ran on "+p.Machine.Name())
	}
}

// staleTimer: a timer service was stopped during the upgrade: its server holds a stale copy of the
// configuration, and the upgrade collides with it.
func (f *Farm) staleTimer(tx *world.Tx, host, user string, stopped []string) {
	damage(tx, host, user, "SPTimerV3 was stopped on "+strings.Join(stopped, ", ")+
		" during the upgrade: an update conflict with a stale configuration cache")
}

// powerLost: the machine went down without a shutdown while it upgraded databases.
func (f *Farm) powerLost(tx *world.Tx, host, user string) {
	damage(tx, host, user, "power was lost while the wizard ran: the database at work was left unfinished")
}
