package workflows_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/stretchr/testify/mock"

	"farmhand/activities"
	"farmhand/internal/farm"
)

var boot = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

func (w *world) facts(s farm.Server, copies bool) farm.ServerFacts {
	f := farm.ServerFacts{
		Server: s.Name, OSVersion: "6.0.6002", Architecture: farm.X64, PowerShell: "2.0", Stack: "2.0", Boot: boot,
		Account: `CONTOSO\sp-setup`, Administrator: true, SharePoint: true, ServerRole: "WFE", SetupType: "CLEAN_INSTALL",
		Version: farm.MustParseVersion("12.0.0.6219"), Hive: `C:\Program Files\Common Files\Microsoft Shared\web server extensions\12`,
		TempFolder: `C:\Windows\Temp`, Drives: []farm.Drive{{Name: "C:", FreeMB: 40000}, {Name: "D:", FreeMB: 40000}},
	}
	for _, name := range []string{farm.ServiceTimer, farm.ServiceAdministration} {
		f.Services = append(f.Services, farm.ServiceState{Server: s.Name, Name: name, Running: true, StartMode: farm.StartAutomatic})
	}
	all := true
	for _, p := range w.in.Release.Packages {
		is := w.installed[s.Name+"/"+p.KB]
		all = all && is
		f.Packages = append(f.Packages, farm.PackageState{KB: p.KB, Installed: is, Evidence: "the registry"})
		if copies {
			f.Copies = append(f.Copies, farm.PackageCopy{KB: p.KB, Exists: true, SizeMB: 100, SHA256: "aa"})
		}
	}
	if all {
		f.Version = farm.MustParseVersion("12.0.0.6318")
		if !w.finalized[s.Name] {
			f.SetupType = "B2B_UPGRADE"
		}
	}
	return f
}

func (w *world) answerPreflight() {
	w.env.OnActivity(act.InspectServer, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.InspectRequest) (farm.ServerFacts, error) {
		return w.facts(r.Server, r.Copies), nil
	}).Maybe()
	w.env.OnActivity(act.Probe, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.ProbeRequest) (farm.ProbeFacts, error) {
		return farm.ProbeFacts{Server: r.Server.Name, User: r.RunAs.User, Administrator: true, Elevated: true, Profile: true}, nil
	}).Maybe()
	w.env.OnActivity(act.DescribeFarm, mock.Anything, mock.Anything).Return(func(context.Context, activities.DescribeRequest) (farm.FarmFacts, error) {
		f := farm.FarmFacts{Configuration: w.farm().Databases.Configuration, CentralAdministration: []string{w.farm().CentralAdministration().Name}, WebApplications: []string{"http://pwa.contoso"}}
		for _, s := range w.farm().Servers {
			f.Servers = append(f.Servers, s.Name)
		}
		for _, s := range w.farm().WithRole(farm.RoleFrontEndWeb) {
			f.WebServers = append(f.WebServers, s.Name)
		}
		return f, nil
	}).Maybe()
	w.env.OnActivity(act.InspectSQLServer, mock.Anything, mock.Anything).Return(func(_ context.Context, t activities.SQLTarget) (farm.SQLFacts, error) {
		f := farm.SQLFacts{Server: t.Server.Name, ProductVersion: "9.00.4060.00", Sysadmin: true, BackupDirectory: true, BackupFreeMB: 500000}
		dbs := append([]string{w.farm().Databases.Configuration}, w.farm().Databases.Expect...)
		for _, p := range w.farm().ProjectWebAccess {
			dbs = append(dbs, p.Databases()...)
		}
		for _, d := range dbs {
			f.Databases = append(f.Databases, farm.DatabaseFacts{Name: d, Server: t.Server.Name, State: "ONLINE", SizeMB: 1000})
		}
		return f, nil
	}).Maybe()
}

func (w *world) answerServices() {
	w.env.OnActivity(act.ReadServices, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.ServiceRequest) ([]farm.ServiceState, error) {
		var out []farm.ServiceState
		for _, n := range r.Names {
			out = append(out, w.service(r.Server.Name, n))
		}
		w.did("read " + strings.Join(r.Names, ",") + " " + r.Server.Name)
		return out, nil
	}).Maybe()
	w.env.OnActivity(act.FindProjectServices, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.ProjectServiceRequest) ([]farm.ServiceState, error) {
		return []farm.ServiceState{w.service(r.Server.Name, "Queue")}, nil
	}).Maybe()
	w.env.OnActivity(act.StopService, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.StopRequest) (farm.ServiceState, error) {
		w.did("stop " + r.Name + " " + r.Server.Name)
		w.running[r.Server.Name+"/"+r.Name], w.manual[r.Server.Name+"/"+r.Name] = false, true
		return w.service(r.Server.Name, r.Name), nil
	}).Maybe()
	w.env.OnActivity(act.RestoreService, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.RestoreRequest) (farm.ServiceState, error) {
		w.did("restore " + r.State.Name + " " + r.Server.Name)
		w.running[r.Server.Name+"/"+r.State.Name], w.manual[r.Server.Name+"/"+r.State.Name] = r.State.Running, false
		return r.State, nil
	}).Maybe()
	w.env.OnActivity(act.StartService, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.ServiceRequest) ([]farm.ServiceState, error) {
		w.did("start " + strings.Join(r.Names, ",") + " " + r.Server.Name)
		return nil, nil
	}).Maybe()
	w.env.OnActivity(act.WarmUp, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.WarmUpRequest) (farm.WitnessResult, error) {
		w.did("warm up " + r.Server.Name)
		return farm.WitnessResult{Witness: farm.WitnessWebResponse, Mandatory: true, Agrees: true}, nil
	}).Maybe()
}

func (w *world) service(server, name string) farm.ServiceState {
	s := farm.ServiceState{Server: server, Name: name, Running: w.running[server+"/"+name], StartMode: farm.StartAutomatic}
	if w.manual[server+"/"+name] {
		s.StartMode = farm.StartManual
	}
	return s
}

func (w *world) answerPackages() {
	w.env.OnActivity(act.DetectPackages, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.DetectRequest) (activities.DetectResult, error) {
		f := w.facts(r.Server, false)
		return activities.DetectResult{Packages: f.Packages, Version: f.Version, SetupType: f.SetupType}, nil
	}).Maybe()
	w.env.OnActivity(act.StartPackage, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.PackageRequest) (activities.JobRef, error) {
		w.jobs[r.Job]++
		w.did("install " + r.Package.KB + " " + r.Server.Name)
		w.installed[r.Server.Name+"/"+r.Package.KB] = true
		return activities.JobRef{ServerTarget: r.ServerTarget, Job: r.Job, Boot: boot, Ran: r.File.Name}, nil
	}).Maybe()
	w.env.OnActivity(act.AwaitJob, mock.Anything, mock.Anything).Return(func(context.Context, activities.JobRef) (activities.JobEnd, error) {
		return activities.JobEnd{Boot: boot}, nil
	}).Maybe()
	w.env.OnActivity(act.BootTime, mock.Anything, mock.Anything).Return(boot, nil).Maybe()
	w.env.OnActivity(act.Reboot, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.RebootRequest) (time.Time, error) {
		w.did("reboot " + r.Server.Name)
		return boot.Add(time.Hour), nil
	}).Maybe()
}

func (w *world) answerWizard() {
	w.env.OnActivity(act.WizardProcesses, mock.Anything, mock.Anything).Return(nil, nil).Maybe()
	w.env.OnActivity(act.MarkLogs, mock.Anything, mock.Anything).Return(activities.LogMark{}, nil).Maybe()
	w.env.OnActivity(act.StartWizard, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.WizardRequest) (activities.JobRef, error) {
		w.jobs[r.Job]++
		w.did("wizard " + r.Server.Name)
		w.finalized[r.Server.Name] = true
		ran := "psconfig"
		if r.Force {
			ran += " -force"
		}
		return activities.JobRef{ServerTarget: r.ServerTarget, Job: r.Job, Boot: boot, Ran: ran}, nil
	}).Maybe()
	w.env.OnActivity(act.ReadWizardLogs, mock.Anything, mock.Anything).Return(farm.WizardLogs{Succeeded: true, Run: 4, Completed: true, UpgradeFinished: true}, nil).Maybe()
	w.env.OnActivity(act.LocalUpgradeStatus, mock.Anything, mock.Anything).Return(farm.WitnessResult{Witness: farm.WitnessLocalStatus, Agrees: true}, nil).Maybe()
}

func (w *world) answerDatabases() {
	w.env.OnActivity(act.BackupDatabase, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.BackupRequest) (activities.BackupResult, error) {
		w.did("backup " + r.Database)
		return activities.BackupResult{File: r.File, Verified: true}, nil
	}).Maybe()
	w.env.OnActivity(act.DatabaseVersions, mock.Anything, mock.Anything).Return(func(_ context.Context, r activities.VersionsRequest) ([]activities.DatabaseVersion, error) {
		w.versions++
		w.did(fmt.Sprintf("versions %d", w.versions))
		v := "12.0.6219.1000"
		if w.finalized[w.farm().CentralAdministration().Name] {
			v = "12.0.6318.5000"
		}
		var out []activities.DatabaseVersion
		for _, d := range r.Databases {
			out = append(out, activities.DatabaseVersion{Database: d, Version: farm.MustParseVersion(v), Raw: v, Rows: 2})
		}
		return out, nil
	}).Maybe()
}
