package simulator_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator"
	"farmhand/simulator/world"
)

// killed returns what a kill -9 at this moment leaves of a simulator.
func (r *rig) killed(dir string) string {
	r.Helper()
	to := r.TempDir()
	require.NoError(r, os.CopyFS(to, os.DirFS(dir)))
	require.NoError(r, r.Close())
	return to
}

// jobs counts the job events of a command line.
func (r *rig) jobs(event, text string) (n int) {
	for _, e := range r.all(event) {
		if e.Protocol == world.ProtocolJob && strings.Contains(e.Text, text) {
			n++
		}
	}
	return n
}

func held(e world.Event) bool { return e.Event == "held" }

func TestAPackageSurvivesTheSimulator(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := simulator.Options{Rollout: rollout(), Dir: dir, Twin: simulator.Twin{Holds: []world.Hold{{Host: "APP01", Step: "package KB951695"}}}}
	r := start(t, o)
	r.usersOff()
	r.job("APP01", "wss", `"`+wss+`"`+quiet)
	r.await("hold", held)
	o.Dir = r.killed(dir)

	r = start(t, o)
	require.Equal(t, new(0), r.ended("APP01", "KB951695").Exit)
	require.Equal(t, 1, r.jobs("started", "KB951695"))
	require.Equal(t, 1, r.jobs("exited", "KB951695"))
	r.job("APP01", "again", `"`+wss+`"`+quiet)
	require.Equal(t, new(17025), r.ended("APP01", "KB951695").Exit)
	require.Empty(t, r.all("damage"))
}

func TestAWizardSurvivesTheSimulator(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := simulator.Options{Rollout: rollout(), Dir: dir, Twin: simulator.Twin{Holds: []world.Hold{{Host: "APP01", Step: "wizard"}}}}
	r := start(t, o)
	r.usersOff()
	r.install("APP01")
	r.install("WFE01")
	r.projectOff()
	r.job("APP01", "first", upgrade)
	r.await("hold", held)
	o.Dir = r.killed(dir)

	r = start(t, o)
	require.Equal(t, new(0), r.ended("APP01", "psconfig").Exit)
	require.Equal(t, 1, r.jobs("started", "psconfig"))
	require.Equal(t, 1, r.jobs("exited", "psconfig"))
	log, _ := r.run("APP01", `type D:\jobs\first\output.log`)
	require.Equal(t, 1, strings.Count(log, "has succeeded."), log)
	require.Equal(t, 1, strings.Count(log, "Performing configuration task 1 of 4"), log)
	version, _ := r.level("PWA_Reporting")
	require.Equal(t, "12.0.6318.5000", version)
	require.Empty(t, r.all("damage"))
}

func TestABootSurvivesTheSimulator(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	o := simulator.Options{Rollout: rollout(), Dir: dir, Twin: simulator.Twin{Holds: []world.Hold{{Host: "WFE01", Step: "boot"}}}}
	r := start(t, o)
	r.usersOff()
	r.restart("WFE01")
	r.await("hold", held)
	o.Dir = r.killed(dir)

	r = start(t, o)
	r.booted("WFE01")
	out, _ := r.run("WFE01", "sc query w3svc")
	require.Contains(t, out, "STOPPED", "W3SVC was set to manual")
	require.Len(t, r.all("boot"), 1)
}

func TestARebootInThePackageLeavesItHalfInstalled(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{Twin: simulator.Twin{Faults: []world.Fault{{Host: "APP01", Step: "package KB951695", Kind: "reboot"}}}})
	r.usersOff()
	r.job("APP01", "wss", `"`+wss+`"`+quiet)
	r.booted("APP01")
	require.Equal(t, "CLEAN_INSTALL", r.registry("APP01", "SetupType"))
	r.job("APP01", "again", `"`+wss+`"`+quiet)
	require.Equal(t, new(0), r.ended("APP01", "KB951695").Exit)
	require.Equal(t, "B2B_UPGRADE", r.registry("APP01", "SetupType"))
	require.Equal(t, 2, r.jobs("started", "KB951695"))
}

func TestARebootInTheWizardLeavesTheRestToTheNext(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{Twin: simulator.Twin{Faults: []world.Fault{{Host: "APP01", Step: "wizard", Kind: "reboot"}}}})
	r.usersOff()
	r.install("APP01")
	r.install("WFE01")
	r.projectOff()
	r.job("APP01", "first", upgrade)
	r.booted("APP01")
	version, finalized := r.level("SharePoint_Config")
	require.Equal(t, "12.0.0.6318", version, "what is done stays done")
	require.True(t, finalized)
	version, _ = r.level("PWA_Reporting")
	require.Equal(t, "12.0.6219.1000", version)
	r.projectOff()
	require.Zero(t, r.wizard("APP01", "again"))
	version, _ = r.level("PWA_Reporting")
	require.Equal(t, "12.0.6318.5000", version)
	require.Empty(t, r.all("damage"))
}

// TestTheJobOutlivesPsconfig: a wizard started from a WinRM shell dies with it; the timer service goes on.
func TestTheJobOutlivesPsconfig(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{Twin: simulator.Twin{Holds: []world.Hold{{Host: "APP01", Step: "wizard"}}}})
	r.usersOff()
	r.install("APP01")
	r.install("WFE01")
	r.projectOff()
	r.job("APP01", "first", upgrade)
	r.await("hold", held)
	_, exit := r.run("APP01", "taskkill /f /im psconfig.exe")
	require.Zero(t, exit)
	r.ended("APP01", "psconfig")
	for log := ""; !strings.Contains(log, "Finished upgrading SPFarm=SharePoint_Config."); {
		log, exit = r.run("APP01", `type "C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\12\LOGS\Upgrade.log"`)
		require.Zero(t, exit)
	}
	version, _ := r.level("PWA_Reporting")
	require.Equal(t, "12.0.6318.5000", version)
	require.Equal(t, "B2B_UPGRADE", r.registry("APP01", "SetupType"), "the rest of psconfig never ran")
	require.Zero(t, r.wizard("APP01", "again"))
	require.Equal(t, "CLEAN_INSTALL", r.registry("APP01", "SetupType"))
	require.Empty(t, r.all("damage"))
}

func TestTheStateOfAnotherFarmIsRefused(t *testing.T) {
	t.Parallel()
	o := simulator.Options{Rollout: rollout(), Dir: t.TempDir()}
	r := start(t, o)
	require.NoError(t, r.Close())
	o.Release = release()
	o.Rollout.Farms[0].Servers[1].Name = "WEB07"
	_, err := simulator.Start(t.Context(), o)
	require.ErrorContains(t, err, "the state is of a farm with the servers [APP01 WFE01 SQL01], not [APP01 WEB07 SQL01]")
}
