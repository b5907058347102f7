package view_test

import (
	"fmt"
	"slices"
	"time"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// night is when the fixtures' rollout was started.
var night = time.Date(2026, 11, 21, 21, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return night.Add(time.Duration(minutes) * time.Minute) }

var release = farm.Release{
	Name: "infrastructure-update", Title: "Infrastructure Update (July 2008)",
	Packages: []farm.Package{
		{KB: "KB951695", Title: "Infrastructure Update for Windows SharePoint Services 3.0", Files: []farm.PackageFile{
			{Architecture: "x64", Name: "InfrastructureUpdateForWindowsSharePointServices3.0-KB951695-fullfile-x64.exe"},
		}},
		{KB: "KB951297", Title: "Infrastructure Update for Microsoft Office Servers", Files: []farm.PackageFile{
			{Architecture: "x64", Name: "infrastructureupdateformicrosoftofficeservers-kb951297-fullfile-x64.exe"},
		}},
	},
	Baseline: farm.Baseline{Title: "Service Pack 1", Version: farm.MustParseVersion("12.0.0.6219")},
	Expected: farm.Expected{ProjectDatabases: farm.MustParseVersion("12.0.6318.5000"), SharePointDatabases: farm.MustParseVersion("12.0.0.6318")},
	Client:   farm.Client{KB: "KB952067", Statement: "The Project 2007 Infrastructure Update must be installed on all Office Project Professional 2007 client computers that connect to the server."},
	Durations: farm.Durations{
		Package: 8 * time.Minute, Reboot: 6 * time.Minute, FirstWizard: 22 * time.Minute, OtherWizard: 9 * time.Minute,
		BackupPerGB: 10 * time.Second, Preflight: time.Minute, Verification: time.Minute,
	},
}

var contoso = farm.Farm{
	Name: "contoso-pwa", Site: "berlin",
	Servers: []farm.Server{
		{Name: "APP01", Roles: []farm.Role{farm.RoleCentralAdministration, farm.RoleApplication}},
		{Name: "APP02", Roles: []farm.Role{farm.RoleApplication}},
		{Name: "IDX01", Roles: []farm.Role{farm.RoleIndex}},
		{Name: "WFE01", Roles: []farm.Role{farm.RoleFrontEndWeb}},
		{Name: "WFE02", Roles: []farm.Role{farm.RoleFrontEndWeb}},
		{Name: "WFE03", Roles: []farm.Role{farm.RoleFrontEndWeb}},
	},
	SQLServers: []farm.SQLServer{{Name: "SQL01", Backup: farm.Backup{Directory: `E:\Backup`, CopyOnly: true}}},
	Databases:  farm.Databases{Configuration: "SharePoint_Config", On: "SQL01", Expect: []string{"SharePoint_AdminContent", "WSS_Content_PWA"}},
	ProjectWebAccess: []farm.ProjectWebAccess{{
		URL: "http://pwa.contoso/pwa", On: "SQL01", Published: "PWA_Published", Draft: "PWA_Draft", Archive: "PWA_Archive", Reporting: "PWA_Reporting",
	}},
}

func rolloutFile(f farm.Farm) farm.Rollout {
	return farm.Rollout{
		ID: "2026-11-infrastructure-update", Release: release.Name, RequestedBy: "alice", Operators: []string{"dave", "erin"},
		Change:       farm.Change{Ticket: "CHG0041877", Risk: "medium", BackOut: "restore", TestedOn: "staging-pwa"},
		LicenseTerms: []farm.LicenseTerms{{Package: "KB951695", AcceptedBy: "alice"}, {Package: "KB951297", AcceptedBy: "alice"}},
		Groups:       []farm.Group{{Name: "change", Members: []farm.Member{{Name: "bob"}, {Name: "carol"}}}},
		Gates:        []farm.GatePolicy{{Name: farm.GateInstall, Group: "change", Quorum: 1}, {Name: farm.GateContinue, Group: "change", Quorum: 1}},
		Packages:     farm.PackageSource{Directory: `C:\Updates`},
		Credentials:  []farm.Credential{{Name: "setup", User: `CONTOSO\sp-setup`, Password: "env:SP_SETUP_PASSWORD"}},
		Farms:        []farm.Farm{f},
	}
}

// wide is a farm with twelve servers and names as long as forty characters.
func wide() farm.Farm {
	f := farm.Farm{Name: "contoso-project-server-farm-number-00040", Site: "berlin", SQLServers: []farm.SQLServer{{Name: "SQL-SERVER-WITH-A-NAME-OF-40-CHARACTERS1", Backup: farm.Backup{Directory: `E:\Backup`}}}}
	for i := range 12 {
		role := []farm.Role{farm.RoleFrontEndWeb}
		switch {
		case i == 0:
			role = []farm.Role{farm.RoleCentralAdministration, farm.RoleApplication}
		case i < 4:
			role = []farm.Role{farm.RoleApplication}
		}
		f.Servers = append(f.Servers, farm.Server{Name: fmt.Sprintf("SHAREPOINT-SERVER-WITH-A-LONG-NAME-00%03d", i), Roles: role})
	}
	return f
}

func rolloutOf(farms ...farm.Status) farm.RolloutStatus {
	r := farm.RolloutStatus{Rollout: "2026-11-infrastructure-update", Digest: farms[0].Digest, Release: release.Name, Change: farms[0].Change, StartedBy: "dave", Started: night}
	for _, s := range farms {
		h := farm.FarmHandle{Farm: s.Farm, Site: s.Site, WorkflowID: "farm-update/" + s.Farm, State: farm.RunRunning}
		if s.Outcome != "" {
			h.State, h.Result = farm.RunDone, &farm.Result{Farm: s.Farm, Outcome: s.Outcome, Started: s.Started, Finished: s.Finished}
		}
		r.Farms = append(r.Farms, h)
	}
	return r
}

func renamed(s farm.Status, name string) farm.Status {
	s.Farm = name
	return s
}

// screens are the views the tests print.
func screens() map[string]view.Screenable {
	w := wide()
	plan := farm.NewPlan(contoso, release, rolloutFile(contoso).Gates)
	fleet := []farm.Status{
		renamed(completed(contoso), "alpha"), renamed(midInstall(contoso), "bravo"), renamed(waiting(contoso), "charlie"),
		renamed(stuck(contoso), "delta"), renamed(refused(contoso), "echo"), renamed(completed(contoso), "foxtrot"),
	}
	inspecting := begun(contoso)
	phase(&inspecting, farm.PhasePreflight, 0, 0)
	for i := range inspecting.Servers {
		inspecting.Servers[i].Doing, inspecting.Servers[i].DoingSince = "preflight", night
	}
	backup := backedUp(contoso)
	st := backup.PhaseStatus(farm.PhaseBackup)
	st.State, st.Finished = farm.StepRunning, time.Time{}
	for i := range backup.Databases[3:] {
		d := &backup.Databases[3+i]
		d.BackupState, d.Verified, d.BackedUpAt = farm.StepPending, false, time.Time{}
	}
	backup.Databases[3].BackupState = farm.StepRunning
	waves, inWaves := wavesFixture()
	betweenWaves := waves
	betweenWaves.Questions = []farm.Question{nextWaveQuestion()}
	betweenWaves.Waves = slices.Clone(waves.Waves)
	betweenWaves.Waves[1].State, betweenWaves.Waves[2].Gate, betweenWaves.Waves[2].Waits = farm.StepDone, farm.StepRunning, "people are asked"
	return map[string]view.Screenable{
		"waves":        view.FromRollout(waves, inWaves, at(130)),
		"waves-asking": view.FromRollout(betweenWaves, nil, at(130)),
		"plan":         view.FromPlan(rolloutFile(contoso), release, contoso, plan, nil),
		"plan-checked": view.FromPlan(rolloutFile(contoso), release, contoso, plan, refused(contoso).Findings),
		"plan-wide":    view.FromPlan(rolloutFile(w), release, w, farm.NewPlan(w, release, nil), []farm.Finding{}),
		"preflight":    view.FromStatus(inspecting, at(1)),
		"backup":       view.FromStatus(backup, at(17)),
		"install":      view.FromStatus(midInstall(contoso), at(47)),
		"finalize":     view.FromStatus(finalizing(contoso), at(130)),
		"install-wide": view.FromStatus(midInstall(w), at(47)),
		"gate":         view.FromStatus(waiting(contoso), at(96)),
		"gate-wide":    view.FromStatus(waiting(w), at(96)),
		"intervention": view.FromStatus(stuck(contoso), at(110)),
		"completed":    view.FromStatus(completed(contoso), at(200)),
		"aborted":      view.FromStatus(aborted(contoso), at(200)),
		"already":      view.FromStatus(already(contoso), at(10)),
		"verify":       view.FromVerification(doubted(contoso)),
		"releases":     view.FromReleases([]farm.Release{release, asking}),
		"release":      view.FromRelease(asking),
		"refused":      view.FromStatus(refused(contoso), at(200)),
		"rollout":      view.FromRollout(rolloutOf(fleet...), fleet, at(110)),
		"rollout-one":  view.FromRollout(rolloutOf(midInstall(contoso)), []farm.Status{midInstall(contoso)}, at(47)),
		"gates":        view.Gates(fleet, "", at(110)),
		"gates-bob":    view.Gates(fleet, "bob", at(110)),
		"gates-alice":  view.Gates(fleet, "alice", at(110)),
	}
}
