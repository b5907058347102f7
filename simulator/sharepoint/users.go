package sharepoint

import (
	"context"
	"fmt"
	"strings"

	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// turnedAwayAtMost is how many users of one outage of a Web server the journal names.
const turnedAwayAtMost = 3

// powerLoss is the text of a shutdown event that nobody asked for.
const powerLoss = "power loss"

// visits is what users met at one Web server lately.
type visits struct {
	// TurnedAway counts the users of this outage.
	TurnedAway int
	// Damaged is the process of W3SVC that served them a mixed farm.
	Damaged int
}

func visitsKey(server string) string { return "sharepoint/visits/" + strings.ToLower(server) }

// runUsers lets somebody try each front-end Web server now and then.
func (f *Farm) runUsers(ctx context.Context) {
	for {
		next := max(f.world.After(f.o.UserInterval), f.world.Now()+f.o.LeastInterval)
		if f.world.WaitUntil(ctx, next) != nil {
			return
		}
		for _, s := range f.webServers() {
			f.visit(s.Name)
		}
		f.workQueue()
	}
}

// visit is one user at a Web server. It looks first: nearly always there is nothing to write.
func (f *Farm) visit(server string) {
	news := func(tx *world.Tx) (visits, string, bool) {
		var v visits
		tx.Get(visitsKey(server), &v)
		web, _ := windows.GetService(tx, server, "W3SVC")
		if web.State != windows.Running || !windows.Up(tx, server) {
			v.TurnedAway++
			return v, "", v.TurnedAway <= turnedAwayAtMost
		}
		why, mixed := f.mixed(tx)
		changed := v.TurnedAway != 0 || mixed && v.Damaged != web.PID
		v.TurnedAway = 0
		if !mixed || v.Damaged == web.PID {
			return v, "", changed
		}
		v.Damaged = web.PID
		return v, why, true
	}
	changed := false
	f.world.View(func(tx *world.Tx) {
		f.idleMu.Lock()
		defer f.idleMu.Unlock()
		now := tx.Revision()
		if seen, looked := f.idle[server]; looked && seen == now {
			return
		}
		if _, _, changed = news(tx); !changed {
			f.idle[server] = now
		}
	})
	if !changed {
		return
	}
	_ = f.world.Update(func(tx *world.Tx) error { // a suspended world has no users
		v, mixed, changed := news(tx)
		switch {
		case !changed:
			return nil
		case v.TurnedAway > 0:
			turnAway(tx, server, fmt.Sprintf("the Web server did not answer (%d)", v.TurnedAway))
		case mixed != "":
			turnAway(tx, server, "a page could not be shown")
			damage(tx, server, "", "users connected to "+server+" while the farm was not of one level: "+mixed)
		}
		tx.Put(visitsKey(server), v)
		return nil
	})
}

// Observe tells the farm of an event of one of its servers, right after it happened: users are back the
// moment W3SVC starts, and a wizard dies with its server.
func (f *Farm) Observe(e world.Event) {
	if e.Protocol != world.ProtocolSystem {
		return
	}
	switch e.Event {
	case "service-started":
		if strings.EqualFold(e.Text, timerService) {
			f.rebuildCache(e.Host)
		}
		for _, s := range f.webServers() {
			if s.Name == e.Host && strings.EqualFold(e.Text, "W3SVC") {
				f.visit(s.Name)
			}
		}
	case "service-stopped":
		if strings.EqualFold(e.Text, timerService) {
			f.dropForeignJobs(e.Host)
		}
		if strings.EqualFold(e.Text, "W3SVC") {
			_ = f.world.Update(func(tx *world.Tx) error { // a suspended world has no users
				f.cutOff(tx, e.Host, e.User)
				return nil
			})
		}
	case "shutdown":
		f.serverWentDown(e)
	}
}

// serverWentDown ends what ran there.
func (f *Farm) serverWentDown(e world.Event) {
	_ = f.world.Update(func(tx *world.Tx) error { // a suspended world goes on when it is started again
		w, ran := wizardOn(tx, e.Host)
		u, queued := getUpgrade(tx)
		if ran && queued && u.Host == e.Host && u.PID == w.PID && u.State != upgradeDone && e.Text == powerLoss {
			f.powerLost(tx, e.Host, w.User)
		}
		f.cutOff(tx, e.Host, e.User)
		f.buryDead(tx, e.Host, 0)
		if u.State == upgradeRunning && !f.jobLives(tx, u) {
			f.abort(tx, u)
		}
		return nil
	})
	f.changed.notify()
}
