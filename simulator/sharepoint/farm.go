package sharepoint

import (
	"context"
	"slices"
	"strings"
	"sync"

	"farmhand/internal/farm"
	"farmhand/scripts"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// Farm is one simulated farm, alive. Its state is in the World.
type Farm struct {
	o       Options
	world   *world.World
	changed signal

	// idle holds, by Web server, the revision of the world at which a user had nothing to tell.
	idleMu sync.Mutex
	idle   map[string]int64
}

// New makes the farm that Seed wrote.
func New(w *world.World, o Options) *Farm {
	return &Farm{o: o.complete(), world: w, idle: map[string]int64{}}
}

// Seed writes a farm as it stands before the update. The databases themselves are made by
// sqlserver.Seed with what SQLState returns.
func Seed(tx *world.Tx, o Options) {
	o = o.complete()
	o.seedStaying(tx)
	for _, s := range o.Farm.Servers {
		windows.Seed(tx, o.serverSpec(s))
		if o.server(s.Name).PendingReboot {
			windows.SetPendingReboot(tx, s.Name, "PendingFileRenameOperations")
		}
		if twin := o.server(s.Name); o.wizardPending(s.Name) || twin.StaleCache {
			putServer(tx, s.Name, serverState{NeedsUpgrade: o.wizardPending(s.Name), StaleCache: twin.StaleCache})
		}
	}
	if jobs := o.seededJobs(); len(jobs) > 0 {
		tx.Put(foreignJobsKey, jobs)
	}
}

// Attach gives a server of the farm SharePoint's programs and the farm's answers to scripts. It must be
// called before the machine runs.
func (f *Farm) Attach(m *windows.Machine) {
	m.Program("psconfig.exe", windows.Program{Journal: true, Run: f.psconfig})
	m.Program("stsadm.exe", windows.Program{Journal: true, Run: f.stsadm})
	for _, p := range f.o.Release.InstallOrder() {
		for _, file := range p.Files {
			m.Program(strings.ToLower(file.Name), windows.Program{Journal: true, Run: func(ctx context.Context, proc *windows.Process) int {
				return f.runPackage(ctx, proc, p, file.Architecture)
			}})
		}
	}
	m.Runs(scripts.Pull, windows.Program{Run: f.pullBatch})
	m.Runs(scripts.Download, windows.Program{Run: f.pullScript})
	m.Script(scripts.Farm, f.describe)
	m.Script(scripts.UpgradeJobs, f.describeJobs)
	m.Script(scripts.ConfigCache, f.describeCache)
	m.Script(scripts.Probe, f.probe)
	m.Script(scripts.WarmUp, f.warmUp)
	m.Script(scripts.ContentDatabases, f.describeContent)
	m.Script(scripts.SmokeTest, f.smokeTest)
}

// Run lives the farm's own life until ctx ends: the timer service's upgrade jobs, the users, and Project
// Server's queue. It goes on with an upgrade job that was under way when a former simulator ended.
func (f *Farm) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	wg.Go(func() { f.runUpgrades(ctx) })
	wg.Go(func() { f.runUsers(ctx) })
	wg.Go(func() { f.runForeignJobs(ctx) })
	wg.Wait()
	return nil
}

// servers are the farm's servers with SharePoint on them.
func (f *Farm) servers() []farm.Server { return f.o.Farm.SharePointServers() }

// webServers are those that run the Web Application service: users connect there.
func (f *Farm) webServers() []farm.Server {
	return slices.DeleteFunc(f.servers(), func(s farm.Server) bool { return !f.o.runsWebApplication(s) })
}

// signal wakes whoever waits for a change of the farm's state inside this process.
type signal struct {
	mu sync.Mutex
	ch chan struct{}
}

// wait returns a channel that closes at the next notify.
func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch == nil {
		s.ch = make(chan struct{})
	}
	return s.ch
}

func (s *signal) notify() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch != nil {
		close(s.ch)
		s.ch = nil
	}
}
