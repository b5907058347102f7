package simulator_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

func TestPackageExitCodes(t *testing.T) {
	t.Parallel()
	twin := func(change simulator.TwinServer) simulator.Twin {
		change.Name, change.WinRM = "WFE01", "3.0"
		return simulator.Twin{Servers: []simulator.TwinServer{change}}
	}
	fault := func(f world.Fault) simulator.Twin {
		f.Host, f.Step = "WFE01", "package KB951695"
		t := twin(simulator.TwinServer{})
		t.Faults = []world.Fault{f}
		return t
	}
	x86 := `C:\Updates\InfrastructureUpdateForWindowsSharePointServices3.0-KB951695-fullfile-x86.exe`
	for name, c := range map[string]struct {
		twin      simulator.Twin
		file      string
		exit      int
		installed bool
		pending   bool
	}{
		"success":              {twin(simulator.TwinServer{}), wss, 0, true, false},
		"already there":        {twin(simulator.TwinServer{Installed: []string{"KB951695"}}), wss, 17025, true, false},
		"no Service Pack 1":    {twin(simulator.TwinServer{Baseline: "12.0.4518.1016"}), wss, 17031, false, false},
		"disk full":            {twin(simulator.TwinServer{FreeMB: 100}), wss, 17303, false, false},
		"x86 on its own":       {twin(simulator.TwinServer{Architecture: "x86", OS: "2003"}), x86, 0, true, false},
		"fault: reboot wanted": {fault(world.Fault{Kind: "exit", Code: 3010}), wss, 3010, true, true},
		"fault: patch failed":  {fault(world.Fault{Kind: "fail", Text: "no luck"}), wss, 17029, false, false},
		"fault: exit":          {fault(world.Fault{Kind: "exit", Code: 1603}), wss, 1603, false, false},
		"fault: disk":          {fault(world.Fault{Kind: "disk-full"}), wss, 17303, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, simulator.Options{Twin: c.twin})
			r.usersOff()
			_, exit := r.run("WFE01", `md C:\logs`)
			require.Zero(t, exit)
			r.job("WFE01", "wss", `"`+c.file+`" /quiet /norestart /log:C:\logs\wss.log`)
			require.Equal(t, new(c.exit), r.ended("WFE01", "KB951695").Exit)
			log, exit := r.run("WFE01", `type C:\logs\wss.log`)
			require.Zero(t, exit)
			require.Contains(t, log, "Property 'SYS.PROC.RESULT' value '")
			r.World().View(func(tx *world.Tx) {
				installed := false
				for _, p := range windows.Patches(tx, "WFE01") {
					installed = installed || p.State == 1
				}
				require.Equal(t, c.installed, installed)
				require.Equal(t, c.pending, len(windows.PendingReboot(tx, "WFE01")) > 0)
			})
		})
	}
}

func TestPackagesDoNotRunBesideEachOther(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{Twin: simulator.Twin{Holds: []world.Hold{{Host: "APP01", Step: "package KB951695"}}}})
	r.usersOff()
	r.job("APP01", "first", `"`+wss+`"`+quiet)
	r.await("hold", held)
	r.job("APP01", "second", `"`+office+`"`+quiet)
	require.Equal(t, new(1618), r.ended("APP01", "kb951297").Exit)
	r.World().Release("APP01", "package KB951695")
	require.Equal(t, new(0), r.ended("APP01", "KB951695").Exit)
}

func TestAPackageThatMayRestartDoes(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{Twin: simulator.Twin{Faults: []world.Fault{{Host: "APP01", Step: "package KB951695", Kind: "exit", Code: 3010}}}})
	r.usersOff()
	r.job("APP01", "wss", `"`+wss+`" /quiet`)
	require.Equal(t, new(1641), r.ended("APP01", "KB951695").Exit)
	r.booted("APP01")
	r.World().View(func(tx *world.Tx) { require.Empty(t, windows.PendingReboot(tx, "APP01")) })
}

func TestAWizardThatFails(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{Twin: simulator.Twin{Faults: []world.Fault{{Host: "APP01", Step: "wizard", Kind: "fail", Code: 3, Text: "the table is full"}}}})
	r.usersOff()
	r.install("APP01")
	r.install("WFE01")
	r.projectOff()
	require.Equal(t, 3, r.wizard("APP01", "first"))
	l := r.wizardLogs("APP01", "first")
	require.True(t, l.Failed && !l.Succeeded && l.UpgradeFinished && !l.Completed, "%+v", l)
	require.Equal(t, []int{3, 1, 1}, []int{l.Run, l.Unsuccessful, l.Errors})
	require.Contains(t, strings.Join(l.UpgradeLines, "\n"), "the table is full")
	require.Equal(t, "B2B_UPGRADE", r.registry("APP01", "SetupType"))
	require.Zero(t, r.wizard("APP01", "again"))
	require.Equal(t, "CLEAN_INSTALL", r.registry("APP01", "SetupType"))
}

func TestAnyCommandOfPsconfigUpgrades(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	r.usersOff()
	r.install("APP01")
	r.install("WFE01")
	r.projectOff()
	r.job("APP01", "features", `"`+bin+`psconfig.exe" -cmd installfeatures`)
	require.Equal(t, new(0), r.ended("APP01", "psconfig").Exit)
	out, _ := r.run("APP01", `type D:\jobs\features\output.log`)
	require.Contains(t, out, "Performing configuration task 4 of 5\r\nUpgrading SharePoint Products and Technologies...")
	version, _ := r.level("PWA_Draft")
	require.Equal(t, "12.0.6318.5000", version)
}

func TestOtherCommandsOfPsconfigAreEverydayWork(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	for range 2 { // nothing of the first is left to collide with
		out, exit := r.run("APP01", `"`+bin+`psconfig.exe" -cmd installfeatures -cmd secureresources`)
		require.Zero(t, exit)
		require.Contains(t, out, "Performing configuration task 5 of 5")
		require.NotContains(t, out, "Upgrading")
	}
	require.Empty(t, r.all("damage"))
	version, finalized := r.level("SharePoint_Config")
	require.Equal(t, "12.0.0.6219", version)
	require.True(t, finalized)
}

func TestPsconfigWithoutWaitLeavesTheRestToTheTimerService(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	r.usersOff()
	r.install("APP01")
	r.install("WFE01")
	r.projectOff()
	out, exit := r.run("APP01", `"`+bin+`psconfig.exe" -cmd upgrade -inplace b2b`)
	require.Zero(t, exit, out)
	for r.registry("APP01", "SetupType") != "CLEAN_INSTALL" {
		require.NoError(t, t.Context().Err())
	}
	version, _ := r.level("PWA_Reporting")
	require.Equal(t, "12.0.6318.5000", version)
}

func TestAWizardOnAServerWithW3SVCDisabled(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	r.usersOff()
	r.install("APP01")
	r.install("WFE01")
	r.projectOff()
	_, exit := r.run("WFE01", "sc config w3svc start= disabled")
	require.Zero(t, exit)
	out, exit := r.run("WFE01", upgrade)
	require.Equal(t, 1, exit)
	require.Contains(t, out, "Cannot start service W3SVC on computer '.'.")
	version, _ := r.level("PWA_Reporting")
	require.Equal(t, "12.0.6219.1000", version)
	_, exit = r.run("WFE01", "sc config w3svc start= demand")
	require.Zero(t, exit)
	_, exit = r.run("WFE01", upgrade)
	require.Zero(t, exit)
}

func TestPsconfigExplainsItself(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	out, exit := r.run("APP01", `"`+bin+`psconfig.exe" -cmd update`)
	require.Equal(t, 1, exit)
	require.Contains(t, out, "The command update is invalid")
	out, exit = r.run("APP01", `"`+bin+`psconfig.exe" -help`)
	require.Zero(t, exit)
	require.Contains(t, out, "applicationcontent")
	out, exit = r.run("APP01", `"`+bin+`stsadm.exe" -o deleteeverything`)
	require.Equal(t, 1, exit)
	require.Contains(t, out, "not a valid operation")
	out, exit = r.run("APP01", `"`+bin+`stsadm.exe" -help localupgradestatus`)
	require.Zero(t, exit)
	require.Contains(t, out, "stsadm.exe -o localupgradestatus")
	require.Empty(t, r.all("damage"))
}
