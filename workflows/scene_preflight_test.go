package workflows_test

import (
	"context"

	"farmhand/activities"
	"farmhand/internal/farm"
)

func (s *scene) facts(server string, copies bool) farm.ServerFacts {
	f := farm.ServerFacts{
		Server: server, OSVersion: "6.0.6002", Architecture: farm.X64, PowerShell: "2.0", Stack: "2.0", Boot: s.boots[server],
		Account: `CONTOSO\sp-setup`, Administrator: true, SharePoint: true, ServerRole: "WFE", SetupType: "CLEAN_INSTALL",
		Version: farm.MustParseVersion("12.0.0.6219"), Hive: `C:\Program Files\Common Files\Microsoft Shared\web server extensions\12`,
		TempFolder: `C:\Windows\Temp`, Updates: farm.UpdateFacts{Off: true}, Languages: []int{1033},
		Drives: []farm.Drive{{Name: "C:", FreeMB: 40000}, {Name: "D:", FreeMB: 40000}},
	}
	for _, name := range []string{farm.ServiceTimer, farm.ServiceAdministration} {
		f.Services = append(f.Services, farm.ServiceState{Server: server, Name: name, Running: true, StartMode: farm.StartAutomatic})
	}
	all := true
	for _, p := range s.release.Packages {
		is := s.installed[server+"/"+p.KB]
		all = all && is
		f.Packages = append(f.Packages, farm.PackageState{KB: p.KB, Installed: is, Evidence: "the registry"})
		if copies {
			f.Copies = append(f.Copies, farm.PackageCopy{KB: p.KB, Exists: true, SizeMB: 100, SHA256: "aa"})
		}
	}
	if all {
		f.Version = farm.MustParseVersion("12.0.0.6318")
		if !s.finalized[server] {
			f.SetupType = "B2B_UPGRADE"
		}
	}
	if tweak := s.tweak[server]; tweak != nil {
		tweak(&f)
	}
	return f
}

// InspectServer answers for a healthy server.
func (s *scene) InspectServer(_ context.Context, r activities.InspectRequest) (farm.ServerFacts, error) {
	unlock, err := s.call("inspect " + r.Server.Name)
	defer unlock()
	if err != nil {
		return farm.ServerFacts{}, err
	}
	return s.facts(r.Server.Name, r.Copies), nil
}

// Probe finds an account that may do everything.
func (s *scene) Probe(_ context.Context, r activities.ProbeRequest) (farm.ProbeFacts, error) {
	unlock, err := s.call("probe " + r.Server.Name)
	defer unlock()
	return farm.ProbeFacts{Server: r.Server.Name, User: r.RunAs.User, Administrator: true, Elevated: true, Profile: true}, err
}

// DescribeFarm describes the farm as the file does.
func (s *scene) DescribeFarm(context.Context, activities.DescribeRequest) (farm.FarmFacts, error) {
	unlock, err := s.call("describe")
	defer unlock()
	f := farm.FarmFacts{
		Configuration: s.farm.Databases.Configuration, CentralAdministration: []string{s.farm.CentralAdministration().Name},
		WebApplications: []string{"http://pwa.contoso"},
	}
	for _, srv := range s.farm.SharePointServers() {
		f.Servers = append(f.Servers, srv.Name)
	}
	for _, srv := range s.farm.WithRole(farm.RoleFrontEndWeb) {
		f.WebServers = append(f.WebServers, srv.Name)
	}
	if s.webServers != nil {
		f.WebServers = s.webServers
	}
	return f, err
}

// InspectSQLServer finds the databases that the file places on the server: a Project Web Access instance's
// where it says, all others on the configuration database's.
func (s *scene) InspectSQLServer(_ context.Context, t activities.SQLTarget) (farm.SQLFacts, error) {
	unlock, err := s.call("inspect " + t.Server.Name)
	defer unlock()
	f := farm.SQLFacts{Server: t.Server.Name, ProductVersion: "9.00.4060.00", Sysadmin: true, BackupDirectory: true, BackupFreeMB: 500000, Mirrors: s.mirrors}
	var names []string
	if s.farm.Databases.On == t.Server.Name {
		names = append(append(names, s.farm.Databases.Configuration), s.farm.Databases.Expect...)
	}
	for _, p := range s.farm.ProjectWebAccess {
		if p.On == t.Server.Name {
			names = append(names, p.Databases()...)
		}
	}
	for _, d := range names {
		f.Databases = append(f.Databases, farm.DatabaseFacts{Name: d, Server: t.Server.Name, State: "ONLINE", SizeMB: 1000})
	}
	return f, err
}

// AcquireLease gives the lease to whoever asks.
func (s *scene) AcquireLease(context.Context, activities.LeaseRequest) error {
	unlock, err := s.call("acquire")
	defer unlock()
	return err
}

// ReleaseLease takes the lease back.
func (s *scene) ReleaseLease(context.Context, activities.LeaseRequest) error {
	unlock, err := s.call("release")
	defer unlock()
	return err
}

// CleanUp removes nothing, for nothing is left.
func (s *scene) CleanUp(_ context.Context, r activities.CleanUpRequest) error {
	unlock, err := s.call("clean up " + r.Server.Name)
	defer unlock()
	return err
}
