package view

import (
	"fmt"
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// Plan is what would happen to one farm, for the people who approve it.
type Plan struct {
	Rollout  string      `json:"rollout"`
	Farm     string      `json:"farm"`
	Digest   string      `json:"digest"`
	Change   farm.Change `json:"change"`
	Release  string      `json:"release"`
	Title    string      `json:"title"`
	Packages []string    `json:"packages"`
	Baseline string      `json:"baseline"`
	Expected string      `json:"expected"` // version of the Project databases afterwards
	// Servers, SQLServers and Databases are what the file names.
	Servers    []PlannedServer `json:"servers"`
	SQLServers []string        `json:"sql_servers"`
	Databases  []string        `json:"databases"`
	Phases     []PlannedPhase  `json:"phases"`
	// Tasks are what people do outside farmhand, in the order they are met.
	Tasks []farm.ManualTask `json:"tasks,omitempty"`
	// Duration and UsersOff are estimates without the waits for people.
	Duration Seconds `json:"duration_seconds"`
	UsersOff Seconds `json:"users_off_seconds"`
	// Checked is set when preflight has run; Findings are its findings.
	Checked  bool      `json:"checked"`
	Findings []Finding `json:"findings,omitempty"`
	Client   string    `json:"client,omitempty"`
	// Turn is when the farm's turn comes, nil where it is the rollout's only farm.
	Turn *PlannedTurn `json:"turn,omitempty"`
	// Window is the window the plan would use, nil for a farm that may be changed at any time.
	Window *PlannedWindow `json:"window,omitempty"`
}

// PlannedServer is a server of the farm and when the wizard runs on it.
type PlannedServer struct {
	Name  string      `json:"name"`
	Roles []farm.Role `json:"roles"`
	// Wizard is the server's place in the order of the wizard, 0 when none runs on it.
	Wizard int `json:"wizard"`
}

// PlannedPhase is one phase of a plan.
type PlannedPhase struct {
	Name       farm.Phase    `json:"name"`
	Detail     string        `json:"detail"`
	Expected   Seconds       `json:"expected_seconds"`
	GateBefore farm.GateName `json:"gate_before,omitempty"`
	GateAfter  farm.GateName `json:"gate_after,omitempty"`
	NoReturn   bool          `json:"no_return,omitempty"`
	// GateWithin is asked when the phase's first front-end is back.
	GateWithin farm.GateName `json:"gate_within,omitempty"`
	// TasksBefore and TasksAfter are the manual tasks at the phase, by name.
	TasksBefore []string `json:"tasks_before,omitempty"`
	TasksAfter  []string `json:"tasks_after,omitempty"`
}

// FromPlan works out what is shown of a farm's plan. Findings are those of preflight; nil means that
// preflight has not run yet, an empty list that it found nothing.
func FromPlan(r farm.Rollout, rel farm.Release, f farm.Farm, p farm.Plan, findings []farm.Finding) Plan {
	v := Plan{
		Rollout: r.ID, Farm: f.Name, Digest: r.Digest(rel), Change: r.Change, Release: rel.Name, Title: rel.Title,
		Baseline: rel.Baseline.Version.String(), Expected: rel.Expected.ProjectDatabases.String(),
		Duration: secondsOf(p.Expected()), UsersOff: secondsOf(p.UsersOff()),
		Checked: findings != nil, Findings: foldFindings(findings), Client: rel.Client.Statement,
	}
	for _, k := range rel.Packages {
		v.Packages = append(v.Packages, k.KB)
	}
	order := farm.FinalizeOrder(f)
	for _, s := range f.Servers {
		place := 1 + slices.IndexFunc(order, func(o farm.Server) bool { return o.Name == s.Name })
		v.Servers = append(v.Servers, PlannedServer{s.Name, s.Roles, place})
	}
	for _, s := range f.SQLServers {
		v.SQLServers = append(v.SQLServers, s.Name)
	}
	v.Databases = namedDatabases(f)
	for _, ph := range p.Phases {
		v.Phases = append(v.Phases, PlannedPhase{
			Name: ph.Phase, Detail: v.phaseDetail(f, ph), Expected: secondsOf(ph.Expected),
			GateBefore: ph.GateBefore, GateAfter: ph.GateAfter, NoReturn: ph.NoReturn, GateWithin: ph.GateWithin,
			TasksBefore: taskNames(ph.TasksBefore), TasksAfter: taskNames(ph.TasksAfter),
		})
		v.Tasks = append(v.Tasks, slices.Concat(ph.TasksBefore, ph.TasksAfter)...)
	}
	return v
}

// namedDatabases are the databases the file names; preflight discovers the others.
func namedDatabases(f farm.Farm) []string {
	names := append([]string{f.Databases.Configuration}, f.Databases.Expect...)
	for _, p := range f.ProjectWebAccess {
		names = append(names, p.Databases()...)
	}
	var out []string
	for _, n := range names {
		if n != "" && !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, n) }) {
			out = append(out, n)
		}
	}
	return out
}

func (v Plan) phaseDetail(f farm.Farm, ph farm.PlannedPhase) string {
	targets := strings.Join(stepTargets(only(ph, targetKinds[ph.Phase])), " ")
	switch ph.Phase {
	case farm.PhasePreflight:
		return fmt.Sprintf("%d servers, %d SQL, %d databases named", len(f.Servers), len(f.SQLServers), len(v.Databases))
	case farm.PhaseBackup:
		return fmt.Sprintf("every database found on %s", targets)
	case farm.PhaseInstall:
		return fmt.Sprintf("%s on %d servers", strings.Join(v.Packages, " then "), len(f.SharePointServers()))
	case farm.PhaseFinalizeRemaining:
		return "one at a time: " + targets
	case farm.PhaseVerifyFarm:
		return fmt.Sprintf("%d servers, %d SQL, %d Project Web Access", len(f.SharePointServers()), len(f.SQLServers), len(f.ProjectWebAccess))
	default:
		return targets
	}
}

// targetKinds names the steps whose targets stand for a phase on the plan.
var targetKinds = map[farm.Phase]farm.StepKind{
	farm.PhaseDisconnectUsers:     farm.StepStopWebPublishing,
	farm.PhaseBackup:              farm.StepBackupDatabase,
	farm.PhaseInstall:             farm.StepInstallPackage,
	farm.PhaseStopProjectServices: farm.StepStopProjectServices,
	farm.PhaseFinalizeCentral:     farm.StepRunWizard,
	farm.PhaseVerifyCentral:       farm.StepVerifyServer,
	farm.PhaseFinalizeRemaining:   farm.StepRunWizard,
	farm.PhaseReconnectUsers:      farm.StepStartWebPublishing,
}

func only(ph farm.PlannedPhase, kind farm.StepKind) farm.PlannedPhase {
	var out farm.PlannedPhase
	for _, s := range ph.Steps {
		if s.Kind == kind {
			out.Steps = append(out.Steps, s)
		}
	}
	return out
}
