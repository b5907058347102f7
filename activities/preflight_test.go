package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator"
)

func (w *twin) inspection(server string) activities.InspectRequest {
	w.Helper()
	return activities.InspectRequest{Shell: true, ServerTarget: w.server(server), Release: w.options.Release, Directory: w.options.Rollout.Packages.Directory, Copies: true}
}

func TestInspectServer(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.Servers = []simulator.TwinServer{
			{Name: app02, OS: "2003", Architecture: farm.X86, FreeMB: 900, Installed: []string{wss}, ServerRole: "SINGLESERVER", AutomaticUpdates: "wsus", Languages: []int{1036}},
			{Name: wfe01, OS: "2008r2", PendingReboot: true, Missing: []string{office}, WinRM: "3.0"},
		}
	})
	f := do[farm.ServerFacts](w, w.acts.InspectServer, w.inspection(app01))
	require.Equal(t, app01, f.Server)
	require.Equal(t, "6.0.6002", f.OSVersion)
	require.Equal(t, farm.X64, f.Architecture)
	require.Equal(t, "2.0", f.PowerShell)
	require.Equal(t, setupUser, f.Account)
	require.True(t, f.Administrator)
	require.True(t, f.SharePoint)
	require.Equal(t, "CLEAN_INSTALL", f.SetupType)
	require.Equal(t, hive, f.Hive)
	require.Equal(t, "12.0.6219", f.Version.String())
	require.Zero(t, f.ClockOffset)
	require.Empty(t, f.PendingReboot)
	require.Equal(t, farm.UpdateFacts{Off: true}, f.Updates)
	require.Equal(t, []int{1033}, f.Languages)
	require.Equal(t, app01, f.Computer)
	require.Empty(t, f.RunsAs)
	require.Equal(t, farm.ShellFacts{Asked: true, CodePage: 437, Quotas: farm.ShellQuotas{
		ShellsPerUser: 5, MemoryPerShellMB: 150, ProcessesPerShell: 15, ConcurrentUsers: 5, IdleTimeout: 3 * time.Minute, RunTime: 8 * time.Hour,
	}}, f.Shell)
	require.NotEmpty(t, f.TempFolder)
	require.Empty(t, f.Patches, "hundreds of patches do not belong in a history")
	timer, ok := f.Service(farm.ServiceTimer)
	require.True(t, ok)
	require.True(t, timer.Running)
	_, ok = f.Service("Winmgmt")
	require.False(t, ok, "a service nobody asks about")
	require.Len(t, f.Copies, 2)
	for i, c := range f.Copies {
		require.True(t, c.Exists)
		require.Equal(t, w.options.Release.Packages[i].KB, c.KB)
		require.Len(t, c.SHA256, 64)
		require.False(t, c.Blocked)
	}
	require.False(t, f.Packages[0].Installed)
	again := do[farm.ServerFacts](w, w.acts.InspectServer, w.inspection(app01))
	require.Equal(t, f, again)

	w.part("an old, small, half updated server", func(t *testing.T) {
		f := do[farm.ServerFacts](w, w.acts.InspectServer, w.inspection(app02))
		require.Equal(t, "5.2.3790", f.OSVersion)
		require.Equal(t, farm.X86, f.Architecture)
		require.Equal(t, "SINGLESERVER", f.ServerRole)
		require.Equal(t, farm.UpdateFacts{Policy: farm.UpdateInstall, Source: "http://wsus.contoso"}, f.Updates)
		require.Equal(t, []int{1033, 1036}, f.Languages)
		updates, ok := f.Service(farm.ServiceAutomaticUpdates)
		require.True(t, ok)
		require.Equal(t, farm.StartAutomatic, updates.StartMode)
		c, ok := f.Drive(`C:\Windows`)
		require.True(t, ok)
		require.Equal(t, 900, c.FreeMB)
		require.True(t, f.Packages[0].Installed)
		require.False(t, f.Packages[1].Installed)
		require.Contains(t, f.Copies[0].Path, "x86")
	})
	w.part("a package that is missing, a reboot that is due", func(t *testing.T) {
		f := do[farm.ServerFacts](w, w.acts.InspectServer, w.inspection(wfe01))
		require.NotEmpty(t, f.PendingReboot)
		require.True(t, f.Copies[0].Exists)
		require.False(t, f.Copies[1].Exists)
		require.Equal(t, office, f.Copies[1].KB)
	})
	w.part("over https", func(t *testing.T) {
		require.Equal(t, wfe02, do[farm.ServerFacts](w, w.acts.InspectServer, w.inspection(wfe02)).Server)
	})
	w.part("without hashes", func(t *testing.T) {
		r := w.inspection(app01)
		r.Copies = false
		require.Empty(t, do[farm.ServerFacts](w, w.acts.InspectServer, r).Copies)
	})
	for _, s := range []string{app01, app02, wfe01, wfe02} {
		require.Empty(t, w.events(s, "started", ""), "reading starts no job")
		require.Empty(t, w.events(s, "service-stopped", ""))
	}
}

// TestInspectOddShells: what a shell may do is found before anything depends on it.
func TestInspectOddShells(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.Servers = []simulator.TwinServer{
			{Name: app01, Quotas: simulator.TwinQuotas{Shells: 4, MemoryMB: 90, Processes: 7, Users: 2}, ServicesAs: setupUser},
			{Name: app02, PowerShell: "none", OS: "2003"},
			{Name: wfe01, PowerShell: "1.0"},
			{Name: wfe02, CodePage: 850},
		}
	})
	f := do[farm.ServerFacts](w, w.acts.InspectServer, w.inspection(app01))
	require.Equal(t, farm.ShellQuotas{
		ShellsPerUser: 4, MemoryPerShellMB: 90, ProcessesPerShell: 7, ConcurrentUsers: 2, IdleTimeout: 3 * time.Minute, RunTime: 8 * time.Hour,
	}, f.Shell.Quotas)
	require.Contains(t, f.RunsAs, farm.ServiceTimer)
	require.NotContains(t, f.RunsAs, farm.ServiceWebPublishing)

	w.part("a code page under which batch files do nothing", func(t *testing.T) {
		r := w.inspection(wfe02)
		r.Server.WinRM.CodePage = 65001
		shell := do[farm.ServerFacts](w, w.acts.InspectServer, r).Shell
		require.True(t, shell.Silent)
		require.Equal(t, 65001, shell.CodePage)
		require.Zero(t, shell.Quotas)
	})
	w.part("no Windows PowerShell", func(t *testing.T) {
		_, err := try[farm.ServerFacts](w, w.acts.InspectServer, w.inspection(app02))
		f := w.requireFailure(err, farm.FailurePrerequisite, app02, false)
		require.Equal(t, "Windows PowerShell is not installed", f.Message)
		require.Contains(t, f.Advice, "for Windows Server 2003 (KB968930")
	})
	w.part("Windows PowerShell 1.0", func(t *testing.T) {
		_, err := try[farm.ServerFacts](w, w.acts.InspectServer, w.inspection(wfe01))
		require.Equal(t, "Windows PowerShell is 1.0", w.requireFailure(err, farm.FailurePrerequisite, wfe01, false).Message)
	})
}

func TestProbe(t *testing.T) {
	w := newTwin(t, nil)
	packages := w.options.Rollout.Packages.Directory
	r := activities.ProbeRequest{
		ServerTarget: w.server(wfe01), Job: "run-probe-1", SQLServers: w.options.Rollout.Farms[0].SQLServers,
		Paths: []string{packages, `C:\Nowhere`},
	}
	for range 2 {
		p := do[farm.ProbeFacts](w, w.acts.Probe, r)
		require.Equal(t, wfe01, p.Server)
		require.Equal(t, setupUser, p.User)
		require.True(t, p.Administrator)
		require.True(t, p.Elevated)
		require.True(t, p.Profile)
		require.Len(t, p.SQL, 1)
		require.True(t, p.SQL[0].OK, p.SQL[0].Error)
		require.True(t, p.SQL[0].Sysadmin)
		require.Equal(t, sql01, p.SQL[0].Target, "by its name, not by its address")
		require.Len(t, p.Paths, 2)
		require.True(t, p.Paths[0].OK)
		require.False(t, p.Paths[1].OK)
		require.False(t, w.exists(wfe01, `D:\farmhand\jobs\run-probe-1`), "a probe leaves nothing")
	}
	w.part("a SQL Server out of reach", func(t *testing.T) {
		r.SQLServers = []farm.SQLServer{{Name: "SQL02", Address: elsewhere(r.Server.Address), Port: 1433}}
		p := do[farm.ProbeFacts](w, w.acts.Probe, r)
		require.False(t, p.SQL[0].OK)
		require.NotEmpty(t, p.SQL[0].Error)
	})
	w.part("under an account without rights", func(t *testing.T) {
		r.RunAs, r.Job = guest(), "run-probe-2"
		p, err := try[farm.ProbeFacts](w, w.acts.Probe, r)
		require.NoError(t, err)
		require.Equal(t, guestUser, p.User)
		require.False(t, p.Administrator)
	})
}

func TestDescribeFarm(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		off := false
		o.Twin.Servers = []simulator.TwinServer{{Name: wfe02, WebApplication: &off}}
		o.Twin.Databases = []simulator.TwinDatabase{{Name: "WSS_Content_Forgotten", On: sql01}}
	})
	r := activities.DescribeRequest{ServerTarget: w.server(app01), Job: "run-describe-1"}
	f := do[farm.FarmFacts](w, w.acts.DescribeFarm, r)
	require.Equal(t, "SharePoint_Config", f.Configuration)
	require.Equal(t, []string{app01, app02, wfe01, wfe02}, f.Servers, "SQL Servers have no binaries")
	require.Equal(t, []string{app01}, f.CentralAdministration)
	require.Equal(t, []string{wfe01}, f.WebServers)
	require.Len(t, f.WebApplications, 1)
	require.Empty(t, f.NeedsUpgrade)
	var names []string
	for _, d := range f.Databases {
		names = append(names, d.Name)
	}
	require.Contains(t, names, "WSS_Content_Forgotten")
	require.Equal(t, f, do[farm.FarmFacts](w, w.acts.DescribeFarm, r))
	require.False(t, w.exists(app01, `D:\farmhand\jobs\run-describe-1`))

	w.part("an account that may not read the farm", func(*testing.T) {
		r.RunAs, r.Job = guest(), "run-describe-2"
		_, err := try[farm.FarmFacts](w, w.acts.DescribeFarm, r)
		f := w.requireFailure(err, farm.FailureConfig, app01, false)
		require.Equal(w, farm.StepCompareFarm, f.Step)
		require.NotEmpty(w, f.Ran)
	})
}

func TestWarmUp(t *testing.T) {
	w := newTwin(t, nil)
	r := activities.WarmUpRequest{ServerTarget: w.server(wfe01), URLs: []string{"http://pwa.contoso/pwa"}}
	for range 2 {
		witness := do[farm.WitnessResult](w, w.acts.WarmUp, r)
		require.True(t, witness.Agrees, witness.Says)
		require.True(t, witness.Mandatory)
		require.Contains(t, witness.Says, "http://pwa.contoso/pwa")
	}
	w.part("while users are off", func(t *testing.T) {
		do[farm.ServiceState](w, w.acts.StopService, activities.StopRequest{ServerTarget: w.server(wfe01), Name: farm.ServiceWebPublishing, StartMode: farm.StartManual})
		_, err := try[farm.WitnessResult](w, w.acts.WarmUp, r)
		f := w.requireFailure(err, farm.FailureNotProven, wfe01, false)
		require.Equal(t, farm.StepWarmUp, f.Step)
	})
	w.part("a farm without Web applications", func(t *testing.T) {
		r.URLs = nil
		require.True(t, do[farm.WitnessResult](w, w.acts.WarmUp, r).Agrees)
	})
}
