package view_test

import (
	"fmt"
	"time"

	"farmhand/internal/farm"
)

// begun is a farm that was started and has done nothing.
func begun(f farm.Farm) farm.Status {
	file := rolloutFile(f)
	s := farm.Status{
		Rollout: file.ID, Farm: f.Name, Site: f.Site, Digest: file.Digest(release), Release: release.Name, Change: file.Change,
		RequestedBy: "alice", StartedBy: "dave", Executors: []string{"dave"}, RunID: "0192f3c4-7e1a-7c55-9d7e-3f2b6a90c1d2",
		State: farm.RunRunning, Phase: farm.PhasePreflight, Started: night, Plan: farm.NewPlan(f, release, file.Gates),
	}
	for _, p := range farm.Phases() {
		s.Phases = append(s.Phases, farm.PhaseStatus{Phase: p, State: farm.StepPending})
	}
	for _, v := range f.Servers {
		st := farm.ServerStatus{Name: v.Name, Roles: v.Roles}
		for _, p := range release.Packages {
			st.Packages = append(st.Packages, farm.PackageStatus{KB: p.KB, State: farm.StepPending})
		}
		s.Servers = append(s.Servers, st)
	}
	return s
}

func phase(s *farm.Status, p farm.Phase, from, to int) {
	s.Phase = p
	st := s.PhaseStatus(p)
	st.State, st.Started = farm.StepRunning, at(from)
	if to > 0 {
		st.State, st.Finished = farm.StepDone, at(to)
		s.Timeline = append(s.Timeline, farm.TimelineEntry{At: at(from), Until: at(to), Kind: "phase", What: string(p)})
	}
}

func step(s *farm.Status, server, what string, from, to int) {
	s.Timeline = append(s.Timeline, farm.TimelineEntry{At: at(from), Until: at(to), Kind: "step", Server: server, What: what})
}

// backedUp is a farm after its backup: preflight, users off and backups are done.
func backedUp(f farm.Farm) farm.Status {
	s := begun(f)
	before := farm.MustParseVersion("12.0.0.6219")
	s.Findings = []farm.Finding{
		{Severity: farm.SeverityWarning, Server: "APP01", What: "nobody gave a hash for KB951695", Do: "compare it with the file you trust"},
		{Severity: farm.SeverityWarning, Server: "APP02", What: "nobody gave a hash for KB951695", Do: "compare it with the file you trust"},
		{Severity: farm.SeverityInformation, Server: "APP01", What: `the wizard will run as CONTOSO\sp-setup`},
	}
	s.Facts.Farm.WebApplications = []string{"http://pwa.contoso"}
	for i := range s.Servers {
		v := &s.Servers[i]
		v.Version, v.VersionBefore = before, before
		s.Facts.Servers = append(s.Facts.Servers, farm.ServerFacts{
			Server: v.Name, Account: `CONTOSO\sp-setup`, OSVersion: "6.0.6002", Caption: "Windows Server 2008", Architecture: "x64",
			Hive: `C:\Program Files\Common Files\Microsoft Shared\web server extensions\12`, ClockOffset: time.Duration(i) * time.Second,
			Copies: []farm.PackageCopy{
				{KB: "KB951695", Path: `C:\Updates\` + release.Packages[0].Files[0].Name, Exists: true},
				{KB: "KB951297", Path: `C:\Updates\` + release.Packages[1].Files[0].Name, Exists: true},
			},
		})
		for j := range v.Packages {
			v.Packages[j].SHA256 = fmt.Sprintf("%064x", j+1)
		}
	}
	phase(&s, farm.PhasePreflight, 0, 4)
	phase(&s, farm.PhaseDisconnectUsers, 4, 6)
	for _, v := range f.WithRole(farm.RoleFrontEndWeb) {
		s.UsersOff.Servers = append(s.UsersOff.Servers, v.Name)
		s.Services = append(s.Services, farm.RecordedService{
			ServiceState: farm.ServiceState{Server: v.Name, Name: "W3SVC", Display: "World Wide Web Publishing Service", Running: true, StartMode: farm.StartAutomatic},
			RecordedAt:   at(4), StoppedAt: at(5),
		})
		step(&s, v.Name, "stop W3SVC", 4, 5)
	}
	s.UsersOff.Since, s.UsersOff.LastProof, s.UsersOff.Proofs = at(6), at(6), 1
	phase(&s, farm.PhaseBackup, 6, 30)
	for i, name := range []string{"PWA_Archive", "PWA_Draft", "PWA_Published", "PWA_Reporting", "SharePoint_AdminContent", "SharePoint_Config", "WSS_Content_PWA"} {
		s.Databases = append(s.Databases, farm.DatabaseStatus{
			Name: name, Server: "SQL01", SizeMB: 900 + 4100*i, Project: i < 4, File: `E:\Backup\` + name + `_20261121T210600_90c1d2.bak`,
			BackupState: farm.StepDone, BackedUpAt: at(9 + 3*i), Verified: true, VersionBefore: "12.0.6219.1000",
		})
		step(&s, "SQL01", "back up and verify "+name, 6+3*i, 9+3*i)
	}
	return s
}

func gate(id farm.GateName, title string, asked int, facts ...farm.Fact) farm.Question {
	q := farm.Question{
		ID: string(id), Kind: farm.QuestionGate, Title: title, Facts: facts, Revision: 1, Quorum: 1, Members: []string{"bob", "carol"},
		Choices: []farm.Choice{farm.ChoiceApprove, farm.ChoiceReject}, Excluded: []string{"alice", "dave"}, Asked: at(asked),
	}
	q.Digest = farm.EvidenceDigest(q.ID, q.Revision, facts)
	return q
}

func answer(s *farm.Status, q farm.Question, who string, choice farm.Choice, reason string, when int) {
	d := farm.Decision{Subject: q.ID, Evidence: q.Digest[:8], Who: who, Choice: choice, Reason: reason}
	why, err := q.Decide(d, at(when))
	if err != nil {
		why = err.Error()
	}
	s.Questions = append(s.Questions, q)
	s.Decisions = append(s.Decisions, farm.DecisionRecord{Decision: d, At: at(when), Channel: "update", Accepted: err == nil, Why: why, Shown: q.Digest})
	s.Timeline = append(s.Timeline,
		farm.TimelineEntry{At: q.Asked, Until: at(when), Kind: string(q.Kind), What: q.Title},
		farm.TimelineEntry{At: at(when), Kind: "decision", What: fmt.Sprintf("%s: %s %s (%s)", who, choice, q.ID, why)})
}

func install(s *farm.Status, server string, from int) {
	v := s.Server(server)
	for i := range v.Packages {
		p := &v.Packages[i]
		start, end := from+8*i, from+8*i+8
		p.State, p.Outcome, p.Exit, p.Try, p.Started, p.Finished = farm.StepDone, "installed", new(0), 1, at(start), at(end)
		p.Command = `"C:\Updates\` + release.Packages[i].Files[0].Name + `" /quiet /norestart /log:"D:\farmhand\jobs\fh-1\` + p.KB + `.log"`
		p.Evidence = "patch (" + p.KB + ") is applied"
		step(s, server, "install "+p.KB, start, end)
	}
	if server == "WFE02" {
		v.Packages[1].Outcome, v.Packages[1].Exit, v.Reboots = "installed-reboot", new(17022), 1
		step(s, server, "reboot", from+16, from+21)
	}
}

// midInstall is a farm whose servers install side by side.
func midInstall(f farm.Farm) farm.Status {
	s := backedUp(f)
	answer(&s, gate(farm.GateInstall, "Install the packages: the point of no return", 30,
		farm.Fact{Label: "backup", Text: "7/7 databases backed up and verified"},
		farm.Fact{Label: "warning", Text: "APP01: nobody gave a hash for KB951695"}), "bob", farm.ChoiceApprove, "backups are good", 35)
	phase(&s, farm.PhaseInstall, 30, 0)
	s.NoReturn = at(36)
	install(&s, f.Servers[0].Name, 36)
	install(&s, f.Servers[1].Name, 36)
	for i, doing := range []string{"install KB951297", "install KB951297", "reboot"} {
		v := &s.Servers[2+i]
		v.Packages[0].State, v.Packages[0].Outcome, v.Packages[0].Exit, v.Packages[0].Started, v.Packages[0].Finished = farm.StepDone, "installed", new(0), at(36), at(44)
		v.Packages[1].State, v.Packages[1].Started, v.Packages[1].Try = farm.StepRunning, at(44), 1
		v.Doing, v.DoingSince = doing, at(44+i)
	}
	v := s.Server(f.Servers[4].Name)
	v.Packages[1].State, v.Packages[1].Outcome, v.Packages[1].Exit, v.Packages[1].Finished, v.Reboots = farm.StepDone, "installed-reboot", new(17022), at(46), 1
	return s
}

// finalize runs the wizard on a server and proves it.
func finalize(s *farm.Status, server string, from, to int) {
	v := s.Server(server)
	v.Wizards = append(v.Wizards, farm.WizardStatus{Try: len(v.Wizards) + 1, Job: "fh-3f2b6a90c1d2-" + server + "-wizard-1", Command: `"C:\Program Files\Common Files\Microsoft Shared\web server extensions\12\BIN\psconfig.exe" -cmd upgrade -inplace b2b -wait`, Started: at(from), Finished: at(to), Exit: new(0)})
	v.Finalized, v.FinalizedAt, v.Version = true, at(to), farm.MustParseVersion("12.0.0.6318")
	for _, w := range []farm.WitnessResult{
		{Witness: farm.WitnessExitCode, Says: "0"}, {Witness: farm.WitnessUpgradeLog, Says: "412 new lines, 0 failed"},
		{Witness: farm.WitnessSetupType, Says: "CLEAN_INSTALL"}, {Witness: farm.WitnessServices, Says: "SPTimerV3 running, SPAdmin running"},
	} {
		w.Mandatory, w.Agrees, w.At = true, true, at(to)
		v.Witnesses = append(v.Witnesses, w)
	}
	step(s, server, "configuration wizard", from, to)
}

// waiting is a farm at the gate continue: Central Administration is verified.
func waiting(f farm.Farm) farm.Status {
	s := backedUp(f)
	answer(&s, gate(farm.GateInstall, "Install the packages: the point of no return", 30,
		farm.Fact{Label: "warning", Text: "APP01: nobody gave a hash for KB951695"}), "bob", farm.ChoiceApprove, "backups are good", 35)
	s.NoReturn = at(36)
	phase(&s, farm.PhaseInstall, 30, 58)
	for _, v := range f.Servers {
		install(&s, v.Name, 36)
	}
	phase(&s, farm.PhaseStopProjectServices, 58, 59)
	for _, name := range []string{"ProjectEventService", "ProjectQueueService"} {
		s.Services = append(s.Services, farm.RecordedService{
			ServiceState: farm.ServiceState{Server: "APP01", Name: name, Display: "Microsoft Office Project Server " + name, Running: true, StartMode: farm.StartAutomatic},
			RecordedAt:   at(58), StoppedAt: at(59),
		})
	}
	phase(&s, farm.PhaseFinalizeCentral, 59, 81)
	finalize(&s, f.Servers[0].Name, 59, 81)
	phase(&s, farm.PhaseVerifyCentral, 81, 0)
	s.UsersOff.LastProof, s.UsersOff.Proofs = at(81), 17
	for i := range s.Databases {
		s.Databases[i].VersionAfter, s.Databases[i].OK, s.Databases[i].Checked = "12.0.6318.5000", true, at(83)
	}
	ca := s.Server(f.Servers[0].Name)
	facts := []farm.Fact{
		{Label: "install", Text: "12/12 packages proven, 1 reboot"},
		{Label: "users", Text: "OFF since 2026-11-21 21:06 UTC, proven on WFE01, WFE02, WFE03", Seen: at(81)},
		{Label: "finalized", Text: "APP01 12.0.6219 -> 12.0.6318"},
		{Label: "databases", Text: "4/4 Project databases at 12.0.6318.5000 or later"},
	}
	for _, w := range ca.Witnesses {
		facts = append(facts, farm.Fact{Label: string(w.Witness), Text: w.Says})
	}
	facts = append(facts, farm.Fact{Label: "next", Text: "APP02, IDX01, WFE01, WFE02, WFE03"})
	s.Questions = append(s.Questions, gate(farm.GateContinue, "Central Administration is verified: continue with the remaining servers", 84, facts...))
	s.Questions[len(s.Questions)-1].Wait = farm.QuestionWait{Since: at(84), Remind: at(104), Escalate: at(114), To: []string{"frank", "grace"}, Expire: at(324), Then: farm.ExpiryHold}
	s.Timeline = append(s.Timeline, farm.TimelineEntry{At: at(84), Kind: "gate", What: "Central Administration is verified: continue with the remaining servers"})
	s.State = farm.RunGate
	return s
}

// continued is waiting with the gate approved by carol.
func continued(f farm.Farm) farm.Status {
	s := waiting(f)
	q := s.Questions[len(s.Questions)-1]
	s.Questions, s.Timeline = s.Questions[:len(s.Questions)-1], s.Timeline[:len(s.Timeline)-1]
	answer(&s, q, "dave", farm.ChoiceApprove, "looks good to me", 90)
	s.Questions, s.Timeline = s.Questions[:len(s.Questions)-1], s.Timeline[:len(s.Timeline)-2]
	answer(&s, q, "carol", farm.ChoiceApprove, "4/4 databases, log is clean", 96)
	s.PhaseStatus(farm.PhaseVerifyCentral).State, s.PhaseStatus(farm.PhaseVerifyCentral).Finished = farm.StepDone, at(97)
	s.Timeline = append(s.Timeline, farm.TimelineEntry{At: at(81), Until: at(97), Kind: "phase", What: string(farm.PhaseVerifyCentral)})
	s.State = farm.RunRunning
	return s
}

// stuck is a farm with an intervention: the wizard failed on the second server.
func stuck(f farm.Farm) farm.Status {
	s := continued(f)
	phase(&s, farm.PhaseFinalizeRemaining, 97, 0)
	server := f.Servers[1].Name
	v := s.Server(server)
	v.Wizards = []farm.WizardStatus{{Try: 1, Job: "fh-1", Command: `"C:\Program Files\Common Files\Microsoft Shared\web server extensions\12\BIN\psconfig.exe" -cmd upgrade -inplace b2b -wait`, Started: at(97), Finished: at(106), Exit: new(1)}}
	f1 := farm.Failure{
		Kind: farm.FailureWizard, Step: farm.StepRunWizard, Server: server, Ran: v.Wizards[0].Command, Exit: new(1), Try: 1,
		Message: "psconfig ended with exit code 1 after 9m12s", Advice: "probably a stale configuration cache: SPTimerV3 is or was stopped on a server (field report, 2007)",
		Log: []string{"[SPManager] [ERROR] [11/21/2026 10:41:12 PM]: Upgrade [SPSearchDatabase Name=WSS_Search Parent=SPDatabaseServiceInstance] failed.", "An update conflict has occurred, and you must re-try this action."},
	}
	q := farm.Question{
		ID: "i-1", Kind: farm.QuestionIntervention, Title: "wizard-failed " + server, Revision: 1, Quorum: 1, Members: []string{"dave", "erin"}, Asked: at(107), Failure: &f1,
		Choices: []farm.Choice{farm.ChoiceRetry, farm.ChoiceStartTimer, farm.ChoiceVerifyAgain, farm.ChoiceClearConfigCache, farm.ChoiceAbort}, Advised: farm.ChoiceClearConfigCache,
		Facts: []farm.Fact{
			{Label: "what", Text: f1.Message}, {Label: "ran", Text: f1.Ran + "   exit 1, try 1"}, {Label: "log", Text: f1.Log[0]}, {Label: "log", Text: f1.Log[1]},
			{Label: "do", Text: f1.Advice}, {Label: "farm", Text: "APP01 done | APP02 partial | IDX01 installed, not finalized | WFE01 installed, not finalized | WFE02 installed, not finalized"},
		},
	}
	q.Digest = farm.EvidenceDigest(q.ID, q.Revision, q.Facts)
	s.Questions = append(s.Questions, q)
	s.Timeline = append(s.Timeline, farm.TimelineEntry{At: at(107), Kind: "intervention", What: q.Title})
	s.State = farm.RunOperator
	return s
}

// completed is a farm that reached its end after an intervention that was answered with a retry.
func completed(f farm.Farm) farm.Status {
	s := stuck(f)
	q := s.Questions[len(s.Questions)-1]
	s.Questions, s.Timeline = s.Questions[:len(s.Questions)-1], s.Timeline[:len(s.Timeline)-1]
	answer(&s, q, "erin", farm.ChoiceStartTimer, "timer was stopped on WFE03", 112)
	s.Executors = append(s.Executors, "erin")
	for i, v := range f.Servers[1:] {
		finalize(&s, v.Name, 113+10*i, 122+10*i)
	}
	s.Server(f.Servers[1].Name).Wizards[1].AllowedBy = "i-1 start-timer-and-retry by erin"
	s.Corrections = append(s.Corrections, "WFE03: SPTimerV3 was started (i-1)")
	p := s.PhaseStatus(farm.PhaseFinalizeRemaining)
	p.State, p.Finished = farm.StepDone, at(163)
	s.Timeline = append(s.Timeline, farm.TimelineEntry{At: p.Started, Until: p.Finished, Kind: "phase", What: string(p.Phase)})
	phase(&s, farm.PhaseVerifyFarm, 163, 166)
	phase(&s, farm.PhaseReconnectUsers, 166, 171)
	for i := range s.Services {
		s.Services[i].RestoredAt = at(168)
		step(&s, s.Services[i].Server, "start "+s.Services[i].Name, 167, 168)
	}
	s.UsersOff.Until, s.UsersOff.LastProof, s.UsersOff.Proofs = at(169), at(166), 31
	audit(&s)
	s.UsersOff.Violations = []string{"WFE02: W3SVC was found running or not manual after a reboot, and was stopped again"}
	s.Timeline = append(s.Timeline, farm.TimelineEntry{At: at(57), Server: "WFE02", Kind: "finding", What: s.UsersOff.Violations[0]})
	s.State, s.Outcome, s.Finished = farm.RunDone, farm.OutcomeCompleted, at(171)
	s.Residual = []string{release.Client.Statement}
	return s
}

// aborted is stuck, ended by an operator who left the services stopped.
func aborted(f farm.Farm) farm.Status {
	s := stuck(f)
	q := s.Questions[len(s.Questions)-1]
	s.Questions, s.Timeline = s.Questions[:len(s.Questions)-1], s.Timeline[:len(s.Timeline)-1]
	answer(&s, q, "erin", farm.ChoiceAbort, "window ends; we restore", 118)
	st := s.PhaseStatus(farm.PhaseFinalizeRemaining)
	st.State, st.Finished = farm.StepFailed, at(118)
	s.State, s.Outcome, s.Finished = farm.RunDone, farm.OutcomeAborted, at(121)
	for _, v := range s.Services {
		s.Residual = append(s.Residual, fmt.Sprintf("%s: %s is still stopped and manual; it was %s before", v.Server, v.Name, v.StartMode))
	}
	return s
}

// refused is a farm that preflight found no way for.
func refused(f farm.Farm) farm.Status {
	s := begun(f)
	s.Findings = []farm.Finding{
		{Severity: farm.SeverityBlocking, Server: "WFE01", What: "C: has 212 MB free, and the packages want 1624 MB", Do: "make room on C:"},
		{Severity: farm.SeverityBlocking, Server: "WFE02", What: "a reboot is pending: CBS", Do: "reboot the server, then check again"},
		{Severity: farm.SeverityBlocking, Server: "WFE03", What: "a reboot is pending: CBS", Do: "reboot the server, then check again"},
		{Severity: farm.SeverityWarning, Server: "APP01", What: "the clock is 3m12s off", Do: "synchronise the clock"},
	}
	phase(&s, farm.PhasePreflight, 0, 0)
	s.PhaseStatus(farm.PhasePreflight).State, s.PhaseStatus(farm.PhasePreflight).Finished = farm.StepFailed, at(9)
	s.State, s.Outcome, s.Finished = farm.RunDone, farm.OutcomeRefused, at(9)
	return s
}

// finalizing is a farm with the wizard under way on its third server.
func finalizing(f farm.Farm) farm.Status {
	s := continued(f)
	phase(&s, farm.PhaseFinalizeRemaining, 97, 0)
	finalize(&s, f.Servers[1].Name, 97, 106)
	finalize(&s, f.Servers[2].Name, 107, 116)
	s.Servers[3].Doing, s.Servers[3].DoingSince = "configuration wizard", at(127)
	return s
}
