package farm_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

// steps returns the targets of a kind of step in the plan's order.
func steps(p farm.Plan, kind farm.StepKind) []string {
	var out []string
	for _, ph := range p.Phases {
		for _, s := range ph.Steps {
			if s.Kind == kind {
				out = append(out, s.Target)
			}
		}
	}
	return out
}

// TestPlanOfAnyFarm holds the plan of random farms against the article's rules.
func TestPlanOfAnyFarm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, rel := drawFarm(t), drawRelease(t)
		gates := rapid.SliceOfDistinct(rapid.SampledFrom([]farm.GateName{farm.GateInstall, farm.GateContinue, farm.GateReconnect}), rapid.ID[farm.GateName]).Draw(t, "gates")
		var policies []farm.GatePolicy
		for _, g := range gates {
			policies = append(policies, farm.GatePolicy{Name: g})
		}
		p := farm.NewPlan(f, rel, policies)

		var phases []farm.Phase
		for _, ph := range p.Phases {
			phases = append(phases, ph.Phase)
		}
		require.Equal(t, farm.Phases(), phases)
		require.Equal(t, names(farm.FinalizeOrder(f)), steps(p, farm.StepRunWizard), "one wizard on each server, in order")

		install, ok := p.Phase(farm.PhaseInstall)
		require.True(t, ok)
		checkInstall(t, f, rel, install)
		for _, ph := range p.Phases {
			checkPlace(t, f, gates, ph)
		}
		require.ElementsMatch(t, names(f.SharePointServers()), steps(p, farm.StepCleanUp))
		require.ElementsMatch(t, steps(p, farm.StepStopWebPublishing), steps(p, farm.StepStartWebPublishing), "what is stopped is started")
		require.ElementsMatch(t, steps(p, farm.StepStopProjectServices), steps(p, farm.StepStartProjectServices))
		require.ElementsMatch(t, steps(p, farm.StepPauseCrawls), steps(p, farm.StepResumeCrawls))
		require.Len(t, steps(p, farm.StepBackupDatabase), len(f.SQLServers))
	})
}

// checkInstall: on every server with SharePoint all packages in the release's order, then their proof.
func checkInstall(t *rapid.T, f farm.Farm, rel farm.Release, install farm.PlannedPhase) {
	var want []string
	for _, p := range rel.Packages {
		want = append(want, p.KB)
	}
	for _, s := range f.Servers {
		var got []string
		var last farm.StepKind
		for _, step := range install.Steps {
			if step.Target != s.Name {
				continue
			}
			last = step.Kind
			if step.Kind == farm.StepInstallPackage {
				got = append(got, step.Package)
			}
		}
		if !s.RunsSharePoint() {
			require.Empty(t, last, "a database server gets nothing")
			continue
		}
		require.Equal(t, want, got)
		require.Equal(t, farm.StepProvePackages, last)
	}
}

// checkPlace: steps and gates stand in the phase they belong to and in no other.
func checkPlace(t *rapid.T, f farm.Farm, gates []farm.GateName, ph farm.PlannedPhase) {
	place := map[farm.StepKind][]farm.Phase{
		farm.StepInstallPackage:    {farm.PhaseInstall},
		farm.StepProvePackages:     {farm.PhaseInstall},
		farm.StepRunWizard:         {farm.PhaseFinalizeCentral, farm.PhaseFinalizeRemaining},
		farm.StepStopWebPublishing: {farm.PhaseDisconnectUsers},
		farm.StepDrainQueue:        {farm.PhaseDisconnectUsers},
		farm.StepPauseCrawls:       {farm.PhaseDisconnectUsers},
		farm.StepBackupDatabase:    {farm.PhaseBackup},
		farm.StepWarmUp:            {farm.PhaseReconnectUsers},
		farm.StepSmokeTest:         {farm.PhaseReconnectUsers},
	}
	wizards := 0
	for _, s := range ph.Steps {
		if phases, known := place[s.Kind]; known {
			require.Contains(t, phases, ph.Phase)
		}
		if s.Kind == farm.StepRunWizard {
			wizards++
		}
	}
	if wizards > 0 {
		require.False(t, ph.Parallel, "the wizard runs on one computer at a time")
	}
	if ph.Phase == farm.PhaseFinalizeCentral {
		require.Equal(t, []farm.PlannedStep{{Kind: farm.StepRunWizard, Target: f.CentralAdministration().Name, Expected: ph.Expected}}, ph.Steps)
	}
	require.Equal(t, ph.Phase == farm.PhaseInstall, ph.NoReturn)
	require.Equal(t, gateHere(gates, farm.GateInstall, ph.Phase == farm.PhaseInstall), ph.GateBefore)
	require.Equal(t, gateHere(gates, farm.GateReconnect, ph.Phase == farm.PhaseReconnectUsers), ph.GateWithin, "the first front-end shows what is approved")
	after := farm.GateName("")
	if ph.Phase == farm.PhaseVerifyCentral {
		after = farm.GateContinue // asked whether named or not
	}
	require.Equal(t, after, ph.GateAfter)
}

// gateHere is the gate where it belongs and the rollout asks it.
func gateHere(gates []farm.GateName, g farm.GateName, here bool) farm.GateName {
	if here && slices.Contains(gates, g) {
		return g
	}
	return ""
}

// TestPlanEstimates adds up one farm by hand.
func TestPlanEstimates(t *testing.T) {
	f := farm.Farm{Name: "pwa", SQLServers: []farm.SQLServer{{Name: "SQL01"}}, Servers: []farm.Server{
		{Name: "APP01", Roles: []farm.Role{farm.RoleCentralAdministration, farm.RoleApplication}},
		{Name: "WFE01", Roles: []farm.Role{farm.RoleFrontEndWeb}}, {Name: "WFE02", Roles: []farm.Role{farm.RoleFrontEndWeb}},
	}}
	rel := farm.Release{Name: "r", Packages: []farm.Package{{KB: "KB1"}, {KB: "KB2"}}, Durations: farm.Durations{
		Package: 8 * time.Minute, Reboot: 6 * time.Minute, FirstWizard: 22 * time.Minute, OtherWizard: 9 * time.Minute,
		BackupPerGB: 10 * time.Second, Preflight: time.Minute, Verification: time.Minute,
	}}
	p := farm.NewPlan(f, rel, nil)
	want := map[farm.Phase]time.Duration{
		farm.PhasePreflight:           2 * time.Minute,   // inspect and probe, servers side by side
		farm.PhaseDisconnectUsers:     1 * time.Minute,   //
		farm.PhaseBackup:              200 * time.Second, // 20 GB assumed
		farm.PhaseInstall:             22 * time.Minute,  // two packages and a reboot, servers side by side
		farm.PhaseStopProjectServices: 1 * time.Minute,   //
		farm.PhaseFinalizeCentral:     22 * time.Minute,  //
		farm.PhaseVerifyCentral:       2 * time.Minute,   // server and databases
		farm.PhaseFinalizeRemaining:   20 * time.Minute,  // two servers, one after the other
		farm.PhaseVerifyFarm:          1 * time.Minute,   //
		farm.PhaseReconnectUsers:      5 * time.Minute,   // Project services, then start and warm up each front end
	}
	var total time.Duration
	for phase, expected := range want {
		ph, ok := p.Phase(phase)
		require.True(t, ok)
		require.Equal(t, expected, ph.Expected, phase)
		total += expected
	}
	whole := p.Expected()
	require.Equal(t, total, whole)
	require.Equal(t, total-2*time.Minute, p.UsersOff())
	_, ok := p.Phase("none")
	require.False(t, ok)
}

// TestPlanOfNothing: a farm that was never checked gives a plan without a step, not a panic.
func TestPlanOfNothing(t *testing.T) {
	p := farm.NewPlan(farm.Farm{}, farm.Release{}, nil)
	require.Len(t, p.Phases, len(farm.Phases()))
	require.Empty(t, steps(p, farm.StepRunWizard))
	require.Zero(t, farm.Plan{}.UsersOff())
}
