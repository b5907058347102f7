package sharepoint

import (
	"context"
	"strings"
	"time"

	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// upgrade is the timer service's upgrade job (SPUpgradeJobDefinition, executed by OWSTIMER): the last one
// queued. It does not need the psconfig that queued it; a reboot of its server, or its timer service
// stopped, ends it half done. What is done stays done, and a later wizard takes the rest.
type upgrade struct {
	Host string
	PID  int // of the psconfig that queued it
	User string
	Kind kind
	Wait bool
	// Boot of the server that the job began in.
	Boot time.Time
	// Start and End are the world's time; the databases are spread between them.
	Start, End time.Duration
	Databases  []database
	Next       int // index of the database at work
	// Collided: the update conflict has struck.
	Collided bool
	Errors   int
	State    upgradeState
}

type upgradeState string

const (
	upgradeRunning upgradeState = "running"
	upgradeDone    upgradeState = "done"
	upgradeAborted upgradeState = "aborted"
)

const upgradeKey = "sharepoint/upgrade"

func getUpgrade(tx *world.Tx) (upgrade, bool) {
	var u upgrade
	ok := tx.Get(upgradeKey, &u)
	return u, ok
}

// queueUpgrade begins the job.
func (f *Farm) queueUpgrade(tx *world.Tx, p *windows.Process, w wizard, due []database) {
	server := p.Machine.Name()
	tx.Put(upgradeKey, upgrade{
		Host: server, PID: p.PID, User: p.User, Kind: w.Kind, Wait: w.Wait, Boot: windows.BootTime(tx, server),
		Start: f.world.Now(), End: f.world.After(f.wizardDuration(w.Kind)), Databases: due, State: upgradeRunning,
	})
	f.publishJobs(tx)
	f.logUpgrade(tx, server, "SPManager", "INFO", "In-place Upgrade session starts. root object = "+f.root()+", recursive = True.")
}

// jobLives reports whether the timer service still carries the job.
func (f *Farm) jobLives(tx *world.Tx, u upgrade) bool {
	timer, _ := windows.GetService(tx, u.Host, "SPTimerV3")
	return windows.Up(tx, u.Host) && windows.BootTime(tx, u.Host).Equal(u.Boot) && timer.State == windows.Running
}

// runUpgrades carries out one job after the other until ctx ends or the world is suspended.
func (f *Farm) runUpgrades(ctx context.Context) {
	for {
		changed := f.changed.wait()
		var u upgrade
		f.world.View(func(tx *world.Tx) { u, _ = getUpgrade(tx) })
		if u.State == upgradeRunning {
			f.waitFor(ctx, u.deadline(), changed)
			if f.world.Update(f.advance) != nil {
				return
			}
		} else {
			select {
			case <-changed:
			case <-ctx.Done():
			}
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// waitFor waits for a moment in the world's time, or for a change of the job.
func (f *Farm) waitFor(ctx context.Context, at time.Duration, changed <-chan struct{}) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-changed:
			cancel()
		case <-ctx.Done():
		}
	}()
	_ = f.world.WaitUntil(ctx, at) // advance looks whether the moment has come
}

// deadline is when the database at work is done; after the last one, when the job is.
func (u upgrade) deadline() time.Duration {
	n := time.Duration(len(u.Databases) + 1)
	return u.Start + (u.End-u.Start)*time.Duration(u.Next+1)/n
}

// advance is one step of the job, when its time has come: a database, or the end.
func (f *Farm) advance(tx *world.Tx) error {
	u, _ := getUpgrade(tx)
	if u.State != upgradeRunning || f.world.Now() < u.deadline() {
		return nil
	}
	defer f.changed.notify()
	if !f.jobLives(tx, u) {
		f.abort(tx, u)
		return nil
	}
	stopped, stale := f.timerStopped(tx), f.staleCaches(tx)
	collides := len(stopped)+len(stale) > 0 && !u.Collided
	if u.Next == len(u.Databases) {
		if collides {
			f.collide(tx, &u, "SPServer Name="+u.Host+" Parent="+f.root(), stopped, stale)
		}
		f.finish(tx, &u)
		tx.Put(upgradeKey, u)
		f.publishJobs(tx)
		return nil
	}
	d := u.Databases[u.Next]
	last := u.Next == len(u.Databases)-1
	if collides && (d.Type == typeSearch || last) {
		f.leaveUnfinished(tx, d, u.User)
		f.collide(tx, &u, d.object(), stopped, stale)
	} else if aside := false; tx.Get(asidePrefix+d.Name, &aside) {
		f.logUpgrade(tx, u.Host, "SPManager", "DEBUG", "No need to upgrade "+d.object()+".")
	} else {
		f.raise(tx, d, u.Host, u.User)
		f.logUpgrade(tx, u.Host, "SPManager", "INFO", "Finished upgrading "+d.object()+".")
	}
	u.Next++
	tx.Put(upgradeKey, u)
	return nil
}

// object is the name of a database in logs.
func (d database) object() string {
	return d.Type + " Name=" + d.Name + " Parent=SPDatabaseServiceInstance"
}

// collide is the update conflict of a stale configuration cache. A timer service that was stopped while the
// farm changed keeps its stale copy when it is started again, until somebody clears it (field report of 2009).
func (f *Farm) collide(tx *world.Tx, u *upgrade, object string, stopped, stale []string) {
	u.Collided = true
	u.Errors++
	if len(stopped) > 0 {
		f.staleTimer(tx, u.Host, u.User, stopped)
	}
	for _, name := range stopped {
		s := getServer(tx, name)
		s.StaleCache = true
		putServer(tx, name, s)
	}
	f.logUpdateConflict(tx, u.Host, object, u.User, append(stale, stopped...)[0])
}

// finish writes the end of the session, with the errors that the kind of run brings.
func (f *Farm) finish(tx *world.Tx, u *upgrade) {
	u.State = upgradeDone
	switch u.Kind {
	case kindEarly:
		u.Errors++
		f.logUpgrade(tx, u.Host, "SPConfigurationDatabaseSequence", "ERROR",
			"The servers of the farm are not at the same level. Connections to the databases from servers with other versions have been blocked to avoid data loss.")
	case kindMixed:
		u.Errors++
		f.logUpgrade(tx, u.Host, "SPWebTemplateSequence", "ERROR",
			"Template OSRV#0: Exception thrown in activating SPSite scoped features. Skipping this SPSite for template upgrade.  Exception: System.InvalidOperationException: Feature '2b1e4cbf-b5ba-48a4-926a-37100ad77dee' is not installed in this farm, and can not be added to this scope.")
	}
	if u.Errors == 0 {
		f.logUpgrade(tx, u.Host, "SPManager", "INFO", "Finished upgrading "+f.root()+".")
		if !u.Wait { // nobody waits: the timer service finishes the server, too
			f.finishServer(tx, u.Host)
		}
	}
	f.logSummary(tx, u.Host, u.Errors)
}

// abort ends the job where it is: the database at work stays unfinished.
func (f *Farm) abort(tx *world.Tx, u upgrade) {
	if u.Next < len(u.Databases) {
		f.leaveUnfinished(tx, u.Databases[u.Next], u.User)
	}
	u.State = upgradeAborted
	tx.Put(upgradeKey, u)
	f.publishJobs(tx)
}

// failUpgrade is the fault of the twin file: the database at work fails.
func (f *Farm) failUpgrade(tx *world.Tx, p *windows.Process, fault world.Fault) error {
	u, ok := getUpgrade(tx)
	text := fault.Text
	if text == "" {
		text = timesheetConflict
	}
	f.logUpgrade(tx, p.Machine.Name(), "SPUpgradeSession", "ERROR", text)
	if ok && u.PID == p.PID && strings.EqualFold(u.Host, p.Machine.Name()) && u.State == upgradeRunning {
		if u.Next < len(u.Databases) {
			f.leaveUnfinished(tx, u.Databases[u.Next], u.User)
		}
		u.State, u.Errors = upgradeDone, u.Errors+1
		tx.Put(upgradeKey, u)
		f.publishJobs(tx)
	}
	f.logSummary(tx, p.Machine.Name(), 1)
	return nil
}

// logConflict is the failure of a wizard that ran beside another.
func (f *Farm) logConflict(tx *world.Tx, p *windows.Process, w wizard) error {
	object := "SPServer Name=" + p.Machine.Name() + " Parent=" + f.root()
	if d, ok := f.searchDatabase(); ok {
		object = d.object()
	}
	f.logUpdateConflict(tx, p.Machine.Name(), object, w.User, p.Machine.Name())
	f.logSummary(tx, p.Machine.Name(), 1)
	return nil
}

// root is the object at the top of an upgrade.
func (f *Farm) root() string { return "SPFarm=" + f.o.Farm.Databases.Configuration }
