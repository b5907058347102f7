package farm

import (
	"slices"
	"time"
)

// StepKind names what one step does; the names are the article's actions.
type StepKind string

// The kinds of step, in the order a farm meets them.
const (
	StepInspectServer        StepKind = "inspect-server"         // everything preflight reads of one server
	StepCheckWindow          StepKind = "check-window"           // where a moment lies in the farm's windows and freezes
	StepProbeJob             StepKind = "probe-job"              // a harmless job under the setup account
	StepInspectSQLServer     StepKind = "inspect-sql-server"     // version, rights, backup folder
	StepCompareFarm          StepKind = "compare-farm"           // what the farm says of itself against the file
	StepStagePackages        StepKind = "stage-packages"         // each server pulls the packages onto its own disk
	StepDrainQueue           StepKind = "drain-queue"            // wait until no job of Project Server is on its way
	StepStopWebPublishing    StepKind = "stop-w3svc"             // stop the World Wide Web Publishing Service
	StepPauseCrawls          StepKind = "pause-crawls"           // stop Office search, where the file asks for it
	StepBackupDatabase       StepKind = "backup-database"        // back up and verify one SQL Server's databases
	StepBackupServer         StepKind = "backup-server"          // keep a server's settings and 12 hive
	StepPauseMirroring       StepKind = "pause-mirroring"        // suspend database mirroring
	StepResumeMirroring      StepKind = "resume-mirroring"       // let paused mirrors catch up
	StepProvePrincipal       StepKind = "prove-principal"        // this server is the principal of its mirrored databases
	StepInstallPackage       StepKind = "install-package"        // run one package, without the wizard
	StepProvePackages        StepKind = "prove-packages"         // reboot where a package asked, then detect every package on one server
	StepStopProjectServices  StepKind = "stop-project-services"  // Events and Queue service
	StepCheckUpgradeJobs     StepKind = "check-upgrade-jobs"     // no upgrade timer job waits or runs in the farm
	StepStartTimers          StepKind = "start-timers"           // SPTimerV3 runs on every server: the upgrade runs inside it
	StepRunWizard            StepKind = "run-wizard"             // the configuration wizard on one server
	StepClearConfigCache     StepKind = "clear-config-cache"     // the known fix for an update conflict, on one server
	StepRebootAfterSetup     StepKind = "reboot-after-setup"     // the reboot that Project services left running ask for
	StepVerifyServer         StepKind = "verify-server"          // the witnesses of one server
	StepVerifyDatabases      StepKind = "verify-databases"       // VERSIONS of the databases of one SQL Server
	StepCheckClients         StepKind = "check-clients"          // the inventory of Project Professional clients
	StepRecordContent        StepKind = "record-content"         // the content databases and their limits, before they are detached
	StepDetachContent        StepKind = "detach-content"         // stsadm -o preparetomove, deletecontentdb
	StepAttachContent        StepKind = "attach-content"         // stsadm -o addcontentdb, which upgrades the database
	StepStartProjectServices StepKind = "start-project-services" // back to the recorded state
	StepStartWebPublishing   StepKind = "start-w3svc"            // back to the recorded state
	StepWarmUp               StepKind = "warm-up"                // one request per Web application
	StepSmokeTest            StepKind = "smoke-test"             // the file's pages, asked of one front-end
	StepResumeCrawls         StepKind = "resume-crawls"          // back to the recorded state
	StepCleanUp              StepKind = "clean-up"               // remove farmhand's tasks and job folders
)

// PlannedStep is one activity that a plan foresees.
type PlannedStep struct {
	Kind StepKind `json:"kind"`
	// Target is the server or SQL Server the step works on; the farm's name for a step on the whole farm.
	Target string `json:"target"`
	// Package is the KB of an install-package step.
	Package  string        `json:"package,omitempty"`
	Expected time.Duration `json:"expected"`
}

// PlannedPhase is one phase of a plan.
type PlannedPhase struct {
	Phase Phase `json:"phase"`
	// GateBefore is asked before the phase begins, empty when none is.
	GateBefore GateName `json:"gate_before,omitempty"`
	// GateWithin is asked inside the phase, when its first front-end is back; empty when none is.
	GateWithin GateName `json:"gate_within,omitempty"`
	// TasksBefore and TasksAfter are the manual tasks of the rollout file at this phase.
	TasksBefore []ManualTask `json:"tasks_before,omitempty"`
	TasksAfter  []ManualTask `json:"tasks_after,omitempty"`
	// GateAfter is asked when the phase's steps are done, empty when none is.
	GateAfter GateName `json:"gate_after,omitempty"`
	// NoReturn marks the point of no return: the phase begins with the first package.
	NoReturn bool `json:"no_return,omitempty"`
	// Parallel says that the steps of different targets run side by side; those of one target never do.
	Parallel bool          `json:"parallel,omitempty"`
	Steps    []PlannedStep `json:"steps"`
	Expected time.Duration `json:"expected"`
}

// Plan is what happens to one farm, in order. Databases are discovered when the farm is inspected, so a
// plan counts one backup step per SQL Server and assumes a size. Estimates leave out the waits for people
// and for a free place where a worker bounds how many servers install at a time.
type Plan struct {
	Farm    string         `json:"farm"`
	Release string         `json:"release"`
	Phases  []PlannedPhase `json:"phases"`
}

// NewPlan derives the plan of a farm from the release and the gates that are asked; GateContinue is asked
// whether named or not. It does no more than order and estimate: the same value drives the plan screen,
// the workflow and the read model.
func NewPlan(f Farm, rel Release, gates []GatePolicy) Plan {
	d := newPlanner(f, rel, gates)
	p := Plan{Farm: f.Name, Release: rel.Name, Phases: []PlannedPhase{
		d.preflight(), d.disconnectUsers(), d.backup(), d.install(), d.stopProjectServices(),
		d.finalizeCentral(), d.verifyCentral(), d.finalizeRemaining(), d.verifyFarm(), d.reconnectUsers(),
	}}
	for i := range p.Phases {
		p.Phases[i].Expected = p.Phases[i].expected()
	}
	return p
}

// WithTasks returns the plan with the manual tasks of the rollout file.
func (p Plan) WithTasks(r Rollout) Plan {
	p.Phases = slices.Clone(p.Phases)
	for i := range p.Phases {
		ph := &p.Phases[i]
		ph.TasksBefore, ph.TasksAfter = r.TasksAt(TaskBefore, ph.Phase), r.TasksAt(TaskAfter, ph.Phase)
	}
	return p
}

// Phase returns a phase of the plan.
func (p Plan) Phase(name Phase) (PlannedPhase, bool) {
	for _, ph := range p.Phases {
		if ph.Phase == name {
			return ph, true
		}
	}
	return PlannedPhase{}, false
}

// Expected is the whole plan's estimate, without the waits for people.
func (p Plan) Expected() time.Duration {
	var d time.Duration
	for _, ph := range p.Phases {
		d += ph.Expected
	}
	return d
}

// UsersOff is the estimate from the first W3SVC stopped to the last one started: every phase but preflight.
func (p Plan) UsersOff() time.Duration {
	preflight, _ := p.Phase(PhasePreflight)
	return p.Expected() - preflight.Expected
}

func (ph *PlannedPhase) add(k StepKind, target string, d time.Duration) {
	ph.Steps = append(ph.Steps, PlannedStep{Kind: k, Target: target, Expected: d})
}

// expected is the sum of the steps, or of the slowest target's steps where targets run side by side.
func (ph *PlannedPhase) expected() time.Duration {
	var sum, longest time.Duration
	per := map[string]time.Duration{}
	for _, s := range ph.Steps {
		sum += s.Expected
		per[s.Target] += s.Expected
		longest = max(longest, per[s.Target])
	}
	if ph.Parallel {
		return longest
	}
	return sum
}
