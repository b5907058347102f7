package farm

import (
	"slices"
	"time"
)

const (
	// serviceChange is the estimate for stopping or starting services on one server, or for its warm-up.
	serviceChange = time.Minute
	// serverBackup is the estimate for keeping a server's settings and its 12 hive, some thousand files.
	serverBackup = 5 * time.Minute
	// assumedGB is what a plan assumes a SQL Server to hold: sizes are known only when it was inspected.
	assumedGB = 20
)

// planner holds what the phases of one farm's plan are derived from; each method is one phase.
type planner struct {
	farm Farm
	// sharePoint are the servers that get packages, in the file's order; order is the wizard's order of them.
	sharePoint, order []Server
	release           Release
	gates             []GatePolicy
}

func newPlanner(f Farm, rel Release, gates []GatePolicy) planner {
	return planner{farm: f, sharePoint: f.SharePointServers(), order: FinalizeOrder(f), release: rel, gates: gates}
}

// asked returns the gate's name if the rollout asks it, else no name.
func (d planner) asked(g GateName) GateName {
	if g == GateContinue || slices.ContainsFunc(d.gates, func(p GatePolicy) bool { return p.Name == g }) {
		return g
	}
	return ""
}

// first is the server the wizard runs on first, as a list; rest are the others.
func (d planner) first() []Server { return d.order[:min(1, len(d.order))] }
func (d planner) rest() []Server  { return d.order[min(1, len(d.order)):] }

func (d planner) preflight() PlannedPhase {
	ph := PlannedPhase{Phase: PhasePreflight, Parallel: true, GateAfter: d.asked(GateStart)}
	for _, s := range d.farm.Servers {
		ph.add(StepInspectServer, s.Name, d.release.Durations.Preflight)
	}
	for _, s := range d.sharePoint {
		ph.add(StepProbeJob, s.Name, d.release.Durations.Preflight)
	}
	for _, q := range d.farm.SQLServers {
		ph.add(StepInspectSQLServer, q.Name, d.release.Durations.Preflight)
	}
	ph.add(StepCompareFarm, d.farm.Name, d.release.Durations.Preflight)
	return ph
}

func (d planner) disconnectUsers() PlannedPhase {
	ph := PlannedPhase{Phase: PhaseDisconnectUsers, Parallel: true}
	if queues := Queues(d.farm, d.release.Queue); len(queues) > 0 {
		ph.add(StepDrainQueue, d.farm.Name, serviceChange)
	}
	for _, s := range d.farm.WithRole(RoleFrontEndWeb) {
		ph.add(StepStopWebPublishing, s.Name, serviceChange)
	}
	if d.farm.PauseCrawls {
		for _, s := range d.farm.WithRole(RoleIndex) {
			ph.add(StepPauseCrawls, s.Name, serviceChange)
		}
	}
	return ph
}

func (d planner) backup() PlannedPhase {
	ph := PlannedPhase{Phase: PhaseBackup, Parallel: true}
	if d.farm.ServerBackup.Any() {
		for _, s := range d.sharePoint {
			ph.add(StepBackupServer, s.Name, serverBackup)
		}
	}
	for _, q := range d.farm.SQLServers {
		ph.add(StepBackupDatabase, q.Name, assumedGB*d.release.Durations.BackupPerGB)
	}
	return ph
}

// install counts one reboot per server, though only a package that asks for one gets it: a plan that is
// too short takes the window's end by surprise.
func (d planner) install() PlannedPhase {
	ph := PlannedPhase{Phase: PhaseInstall, Parallel: true, NoReturn: true, GateBefore: d.asked(GateInstall)}
	if d.farm.Strategy == StrategyDetach {
		ph.add(StepRecordContent, d.farm.CentralAdministration().Name, d.release.Durations.Preflight)
		ph.add(StepDetachContent, d.farm.CentralAdministration().Name, d.release.Durations.Preflight)
	}
	for _, s := range d.sharePoint {
		for _, p := range d.release.Packages {
			ph.Steps = append(ph.Steps, PlannedStep{Kind: StepInstallPackage, Target: s.Name, Package: p.KB, Expected: d.release.Durations.Package})
		}
		ph.add(StepProvePackages, s.Name, d.release.Durations.Reboot)
	}
	return ph
}

func (d planner) stopProjectServices() PlannedPhase {
	ph := PlannedPhase{Phase: PhaseStopProjectServices, Parallel: true}
	for _, s := range ApplicationServers(d.farm) {
		ph.add(StepStopProjectServices, s.Name, serviceChange)
	}
	return ph
}

func (d planner) finalizeCentral() PlannedPhase {
	ph := PlannedPhase{Phase: PhaseFinalizeCentral}
	for _, s := range d.first() {
		ph.add(StepRunWizard, s.Name, d.release.Durations.FirstWizard)
	}
	return ph
}

func (d planner) verifyCentral() PlannedPhase {
	ph := PlannedPhase{Phase: PhaseVerifyCentral, GateAfter: d.asked(GateContinue)}
	for _, s := range d.first() {
		ph.add(StepVerifyServer, s.Name, d.release.Durations.Verification)
	}
	d.verifyDatabases(&ph)
	return ph
}

func (d planner) finalizeRemaining() PlannedPhase {
	ph := PlannedPhase{Phase: PhaseFinalizeRemaining}
	for _, s := range d.rest() {
		ph.add(StepRunWizard, s.Name, d.release.Durations.OtherWizard)
		ph.add(StepVerifyServer, s.Name, d.release.Durations.Verification)
	}
	if d.farm.Strategy == StrategyDetach { // how many there are is known when they are recorded
		ph.add(StepAttachContent, d.farm.CentralAdministration().Name, d.release.Durations.FirstWizard)
	}
	return ph
}

func (d planner) verifyFarm() PlannedPhase {
	ph := PlannedPhase{Phase: PhaseVerifyFarm, Parallel: true}
	for _, s := range d.order {
		ph.add(StepVerifyServer, s.Name, d.release.Durations.Verification)
	}
	d.verifyDatabases(&ph)
	if d.farm.Clients.Checked() {
		ph.add(StepCheckClients, d.farm.Name, 0)
	}
	return ph
}

func (d planner) verifyDatabases(ph *PlannedPhase) {
	for _, q := range d.farm.SQLServers {
		ph.add(StepVerifyDatabases, q.Name, d.release.Durations.Verification)
	}
}

// reconnectUsers takes one server after the other: the first front-end shows whether the rest may follow, and
// people are asked when it does.
func (d planner) reconnectUsers() PlannedPhase {
	ph := PlannedPhase{Phase: PhaseReconnectUsers, GateWithin: d.asked(GateReconnect)}
	for _, s := range ApplicationServers(d.farm) {
		ph.add(StepStartProjectServices, s.Name, serviceChange)
	}
	for _, s := range d.farm.WithRole(RoleFrontEndWeb) {
		ph.add(StepStartWebPublishing, s.Name, serviceChange)
		ph.add(StepWarmUp, s.Name, serviceChange)
		if len(d.farm.SmokeTests) > 0 {
			ph.add(StepSmokeTest, s.Name, serviceChange)
		}
	}
	if d.farm.PauseCrawls {
		for _, s := range d.farm.WithRole(RoleIndex) {
			ph.add(StepResumeCrawls, s.Name, serviceChange)
		}
	}
	for _, s := range d.sharePoint {
		ph.add(StepCleanUp, s.Name, 0)
	}
	return ph
}
