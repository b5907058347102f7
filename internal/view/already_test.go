package view_test

import "farmhand/internal/farm"

// already is a farm that preflight proved at the release.
func already(f farm.Farm) farm.Status {
	s := begun(f)
	phase(&s, farm.PhasePreflight, 0, 4)
	for i := range s.Phases[1:] {
		s.Phases[1+i].State = farm.StepSkipped
	}
	for i := range s.Servers {
		v := &s.Servers[i]
		v.Finalized, v.FinalizedAt, v.Version, v.Witnesses = true, at(4), farm.MustParseVersion("12.0.0.6318"), proofs(true)
		for j := range v.Packages {
			v.Packages[j].State, v.Packages[j].Outcome = farm.StepDone, "already-installed"
		}
	}
	s.Databases = databasesAt(true)
	s.Already, s.State, s.Outcome, s.Finished = true, farm.RunDone, farm.OutcomeCompleted, at(4)
	s.Residual = []string{release.Client.Statement}
	return s
}

// doubted is a verification in which one server's wizard is pending and one could not be asked.
func doubted(f farm.Farm) farm.Verification {
	v := farm.Verification{Farm: f.Name, Release: release.Name, At: at(5), Databases: databasesAt(true), Doubts: []string{
		"APP02: SetupType: B2B_UPGRADE", "IDX01: unreachable: the server does not answer",
	}}
	v.Databases[1].Note = "component 6333368d-85f0-4ef5-8241-5252b12b2e50 is at 12.0.0.6219"
	for i, s := range f.Servers[:3] {
		st := farm.ServerStatus{Name: s.Name, Version: farm.MustParseVersion("12.0.0.6318"), Witnesses: proofs(i == 0)}
		if i == 2 {
			st.Version, st.Witnesses = farm.Version{}, nil
		}
		v.Servers = append(v.Servers, st)
	}
	return v
}

func proofs(finalized bool) []farm.WitnessResult {
	setup := farm.WitnessResult{Witness: farm.WitnessSetupType, Mandatory: true, Agrees: finalized, Says: "B2B_UPGRADE", At: at(4)}
	if finalized {
		setup.Says = "CLEAN_INSTALL"
	}
	return []farm.WitnessResult{
		setup,
		{Witness: farm.WitnessPackages, Mandatory: true, Agrees: true, Says: "KB951695: patch Hotfix for Windows SharePoint Services 3.0 (KB951695) 64-Bit Edition", At: at(4)},
		{Witness: farm.WitnessRegistry, Mandatory: true, Agrees: true, Says: "12.0.6318", At: at(4)},
		{Witness: farm.WitnessFiles, Agrees: finalized, Says: "OWSSVR.DLL 12.0.6219.1000", At: at(4)},
	}
}

func databasesAt(ok bool) []farm.DatabaseStatus {
	return []farm.DatabaseStatus{
		{Name: "SharePoint_Config", Server: "SQL01", SizeMB: 180, BackupState: farm.StepSkipped, VersionAfter: "12.0.0.6318", Checked: at(4), OK: ok},
		{Name: "PWA_Draft", Server: "SQL01", SizeMB: 1200, Project: true, BackupState: farm.StepSkipped, VersionAfter: "12.0.6318.5000", Checked: at(4), OK: ok},
	}
}

// asking is a release with a question and a language pack.
var asking = farm.Release{
	Name: "service-pack-9", Title: "Service Pack 9", Baseline: farm.Baseline{Title: "Service Pack 1", Version: farm.MustParseVersion("12.0.0.6219")},
	Packages: release.Packages, Contains: []farm.Contained{{KB: "KB951297"}}, Client: release.Client,
	LanguagePacks: farm.LanguagePacks{Order: farm.LanguagesBefore, Packages: []farm.Package{{KB: "KB123456", Language: 1036, Title: "French"}}},
	Questions:     []farm.ReleaseQuestion{{Key: "packages[1].version", Ask: "the file version in the file list of KB951297"}},
}
