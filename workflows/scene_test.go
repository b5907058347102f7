package workflows_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// scene is a farm that does what it is told. Its methods are the activities, under their production names;
// it is what the test environment and a real worker run instead of package activities. A scenario changes
// one thing of it and leaves the rest alone.
type scene struct {
	// detached content databases, and how many site collections fewer one may hold than before.
	detached   map[string]bool
	fewerSites map[string]int
	// clientsBehind are the clients of the inventory that do not meet the requirement.
	clientsBehind int
	// elsewhere says that the worker of the workflow serves another site.
	elsewhere bool
	farm      farm.Farm
	release   farm.Release

	mu    sync.Mutex
	calls []string // what was done, in order
	// on runs before a call of that name acts, with the number of such calls so far, from 1. Its error is
	// the call's; nil lets the farm answer.
	on map[string]func(n int) error
	// ends says how the tries of a job end ("KB951695 APP01", "wizard APP01"), first to last; a job
	// without one ends well.
	ends map[string][]ending
	// tweak changes what a server says of itself.
	tweak map[string]func(*farm.ServerFacts)

	installed map[string]bool // server/KB
	finalized map[string]bool // server
	running   map[string]bool // server/service
	manual    map[string]bool // server/service
	boots     map[string]time.Time
	pending   map[string]ending          // by job id
	wizards   map[string][]string        // processes by server
	logs      map[string]farm.WizardLogs // by server
	jobs      map[string]int             // how often a job id was started
	wizardRan []activities.WizardRequest
	project   []string // short names of the Project services on application servers
	// webServers is what the farm reports as such; nil for those of the file.
	webServers []string
	mirrors    []farm.MirrorState // mirrored databases of SQL01
	stale      string             // what VERSIONS say whatever was done
	// queueLooks are what looks at a database's queue find, one after the other; the last one stays.
	queueLooks map[string][]farm.QueueReading
	told       []farm.Notification
	// stopped are services that run unless something stopped them: server/SPTimerV3.
	stopped map[string]bool
	// What the sources of upgrade jobs show, and why they do not answer.
	modelJobs, databaseJobs     []farm.UpgradeJob
	modelSilent, databaseSilent string
	// looks are the moments at which the calendar was asked.
	looks []time.Time
	// described counts how often the worker described itself; upgraded is set where it is another one each time.
	described int
	upgraded  bool
}

// ending is how a job ends, and whether its work is done then.
type ending struct {
	activities.JobEnd
	done bool
}

// exits is a job that ends with a code and does what the code says.
func exits(code int) ending {
	return ending{activities.JobEnd{Exit: code, Tail: []string{"the last line"}}, farm.PackageExit(code).Class.Succeeded()}
}

// gone is a job that leaves no exit code.
func gone(rebooted, done bool) ending {
	return ending{activities.JobEnd{Gone: true, Rebooted: rebooted}, done}
}

const hour = time.Hour

var firstBoot = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

func newScene(f farm.Farm, rel farm.Release) *scene {
	s := &scene{
		farm: f, release: rel, on: map[string]func(int) error{}, ends: map[string][]ending{}, tweak: map[string]func(*farm.ServerFacts){},
		installed: map[string]bool{}, finalized: map[string]bool{}, running: map[string]bool{}, manual: map[string]bool{},
		boots: map[string]time.Time{}, pending: map[string]ending{}, wizards: map[string][]string{}, logs: map[string]farm.WizardLogs{},
		jobs: map[string]int{}, project: []string{"Events", "Queue"}, queueLooks: map[string][]farm.QueueReading{}, stopped: map[string]bool{},
	}
	for _, srv := range f.Servers {
		s.boots[srv.Name] = firstBoot
		s.running[srv.Name+"/W3SVC"] = srv.HasRole(farm.RoleFrontEndWeb)
	}
	for _, srv := range farm.ApplicationServers(f) {
		for _, name := range s.project {
			s.running[srv.Name+"/"+name] = true
		}
	}
	return s
}

// call notes a call and lets the scenario act on it. The scene is locked until the returned function is called.
func (s *scene) call(what string) (unlock func(), err error) {
	s.mu.Lock()
	s.calls = append(s.calls, what)
	if on := s.on[what]; on != nil {
		err = on(s.times(what))
	}
	return s.mu.Unlock, err
}

// times is how often something was done. It is for callers that hold the lock, and for a finished run.
func (s *scene) times(what string) int {
	n := 0
	for _, c := range s.calls {
		if c == what {
			n++
		}
	}
	return n
}

// index is when something was done first, -1 when never.
func (s *scene) index(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Index(s.calls, what)
}

// count is how often something was done.
func (s *scene) count(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.times(what)
}

// end takes the next ending of a job.
func (s *scene) end(job string) ending {
	if left := s.ends[job]; len(left) > 0 {
		s.ends[job] = left[1:]
		return left[0]
	}
	return ending{done: true}
}

// boot is what a server does by itself when it starts: services that are not manual run.
func (s *scene) boot(server string) {
	s.boots[server] = s.boots[server].Add(time.Hour)
	for name := range s.running {
		s.running[name] = s.running[name] || name == server+"/W3SVC" && !s.manual[name]
	}
}

// first fails the first n calls and lets the rest through.
func first(n int, err error) func(int) error {
	return func(call int) error {
		if call <= n {
			return err
		}
		return nil
	}
}

// always fails every call.
func always(err error) func(int) error { return func(int) error { return err } }

func fails(kind farm.FailureKind, server, message string) error {
	return activities.Fail(farm.Failure{Kind: kind, Server: server, Message: message, Advice: "look there"})
}

// errUnknownHost is no failure of any activity's: what a defect looks like.
var errUnknownHost = errors.New("no such host")

// TestSceneHasEveryActivity: with the same name, parameters and results as package activities.
func TestSceneHasEveryActivity(t *testing.T) {
	production, ours := reflect.TypeFor[*activities.Activities](), reflect.TypeFor[*scene]()
	require.Equal(t, production.NumMethod(), ours.NumMethod())
	for i := range production.NumMethod() {
		want, got := production.Method(i), ours.Method(i)
		require.Equal(t, want.Name, got.Name)
		require.Equal(t, want.Type.NumIn(), got.Type.NumIn(), want.Name)
		for j := 1; j < want.Type.NumIn(); j++ {
			require.Equal(t, want.Type.In(j), got.Type.In(j), want.Name)
		}
		require.Equal(t, want.Type.NumOut(), got.Type.NumOut(), want.Name)
		for j := range want.Type.NumOut() {
			require.Equal(t, want.Type.Out(j), got.Type.Out(j), want.Name)
		}
	}
}

// Notify keeps what people would be told.
func (s *scene) Notify(_ context.Context, n farm.Notification) error {
	unlock, err := s.call("notify " + string(n.Event))
	defer unlock()
	s.told = append(s.told, n)
	return err
}

// KeepRunbook is the worker of the workflow: of the farm's site, unless elsewhere is set.
func (s *scene) KeepRunbook(context.Context, farm.Status) (bool, error) {
	unlock, err := s.call("keep runbook")
	defer unlock()
	return !s.elsewhere, err
}

// SaveRunbook writes nothing.
func (s *scene) SaveRunbook(context.Context, farm.Status) error {
	unlock, err := s.call("save runbook")
	defer unlock()
	return err
}
