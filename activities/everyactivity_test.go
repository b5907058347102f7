package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// Every activity that reaches a server says the same of a wrong password, of an account without rights and of
// a server that is down; and a wrong password is tried once.
func TestEveryActivityNamesWhatIsWrong(t *testing.T) {
	w := newTwin(t, nil)
	server := w.server(app01)
	calls := map[string]func(activities.ServerTarget) error{
		"InspectServer": func(s activities.ServerTarget) error {
			r := w.inspection(app01)
			r.ServerTarget = s
			_, err := try[farm.ServerFacts](w, w.acts.InspectServer, r)
			return err
		},
		"ReadClientComputer": func(s activities.ServerTarget) error {
			_, err := try[[]farm.ClientRecord](w, w.acts.ReadClientComputer, activities.ClientComputerRequest{ServerTarget: s})
			return err
		},
		"Probe": func(s activities.ServerTarget) error {
			_, err := try[farm.ProbeFacts](w, w.acts.Probe, activities.ProbeRequest{ServerTarget: s, Job: "run-probe-1"})
			return err
		},
		"DescribeFarm": func(s activities.ServerTarget) error {
			_, err := try[farm.FarmFacts](w, w.acts.DescribeFarm, activities.DescribeRequest{ServerTarget: s, Job: "run-describe-1"})
			return err
		},
		"WarmUp": func(s activities.ServerTarget) error {
			_, err := try[farm.WitnessResult](w, w.acts.WarmUp, activities.WarmUpRequest{ServerTarget: s, URLs: []string{"http://pwa.contoso/pwa"}})
			return err
		},
		"SmokeTest": func(s activities.ServerTarget) error {
			_, err := try[farm.WitnessResult](w, w.acts.SmokeTest, activities.SmokeTestRequest{ServerTarget: s, Tests: []farm.SmokeTest{{URL: "http://pwa.contoso/pwa"}}})
			return err
		},
		"DetectPackages": func(s activities.ServerTarget) error {
			_, err := try[activities.DetectResult](w, w.acts.DetectPackages, activities.DetectRequest{ServerTarget: s, Release: w.options.Release})
			return err
		},
		"StartPackage": func(s activities.ServerTarget) error {
			r := w.pkg(app01, wss, "run-install-1")
			r.ServerTarget = s
			_, err := try[activities.JobRef](w, w.acts.StartPackage, r)
			return err
		},
		"StartStaging": func(s activities.ServerTarget) error {
			_, err := try[activities.JobRef](w, w.acts.StartStaging, activities.StageRequest{ServerTarget: s, Job: "run-packages-1", Source: farm.PackageSource{UNC: share}, Files: []string{"a.exe"}})
			return err
		},
		"StartServerBackup": func(s activities.ServerTarget) error {
			r := w.serverBackup(app01, "6.0.6002", "run-backup-1")
			r.ServerTarget = s
			_, err := try[activities.ServerBackupStart](w, w.acts.StartServerBackup, r)
			return err
		},
		"ProveServerBackup": func(s activities.ServerTarget) error {
			_, err := try[none](w, w.acts.ProveServerBackup, activities.ServerBackupProof{ServerTarget: s, Files: []string{`D:\farmhand\kept.reg`}})
			return err
		},
		"ReadCopies": func(s activities.ServerTarget) error {
			_, err := try[[]farm.PackageCopy](w, w.acts.ReadCopies, activities.CopiesRequest{ServerTarget: s, Release: w.options.Release, Architecture: farm.X64, Directory: `C:\Updates`})
			return err
		},
		"AwaitJob": func(s activities.ServerTarget) error {
			_, err := try[activities.JobEnd](w, w.acts.AwaitJob, activities.JobRef{ServerTarget: s, Job: "run-install-1"})
			return err
		},
		"MarkLogs": func(s activities.ServerTarget) error {
			_, err := try[activities.LogMark](w, w.acts.MarkLogs, activities.MarkRequest{ServerTarget: s, Hive: hive})
			return err
		},
		"StartWizard": func(s activities.ServerTarget) error {
			_, err := try[activities.JobRef](w, w.acts.StartWizard, activities.WizardRequest{ServerTarget: s, Job: "run-wizard-1", Hive: hive, Wizard: w.options.Release.Wizard})
			return err
		},
		"ReadWizardLogs": func(s activities.ServerTarget) error {
			_, err := try[farm.WizardLogs](w, w.acts.ReadWizardLogs, activities.WizardLogsRequest{ServerTarget: s, Job: "run-wizard-1", Mark: activities.LogMark{Hive: hive}})
			return err
		},
		"LocalUpgradeStatus": func(s activities.ServerTarget) error {
			_, err := try[farm.WitnessResult](w, w.acts.LocalUpgradeStatus, activities.WizardRequest{ServerTarget: s, Job: "run-status-1", Hive: hive})
			return err
		},
		"LookBeforeWizard": func(s activities.ServerTarget) error {
			_, err := try[activities.WizardGround](w, w.acts.LookBeforeWizard, s)
			return err
		},
		"ReadUpgradeJobs": func(s activities.ServerTarget) error {
			_, err := try[farm.UpgradeJobWitness](w, w.acts.ReadUpgradeJobs, activities.UpgradeJobsRequest{ServerTarget: s, Job: "run-upgrade-jobs-1", Checks: w.options.Release.UpgradeJobs})
			return err
		},
		"ClearConfigCache": func(s activities.ServerTarget) error {
			_, err := try[farm.ConfigCache](w, w.acts.ClearConfigCache, s)
			return err
		},
		"RebuildConfigCache": func(s activities.ServerTarget) error {
			_, err := try[farm.ConfigCache](w, w.acts.RebuildConfigCache, s)
			return err
		},
		"ReadServices": func(s activities.ServerTarget) error {
			_, err := try[[]farm.ServiceState](w, w.acts.ReadServices, activities.ServiceRequest{ServerTarget: s, Names: []string{farm.ServiceTimer}})
			return err
		},
		"FindProjectServices": func(s activities.ServerTarget) error {
			_, err := try[[]farm.ServiceState](w, w.acts.FindProjectServices, activities.ProjectServiceRequest{ServerTarget: s})
			return err
		},
		"StopService": func(s activities.ServerTarget) error {
			_, err := try[farm.ServiceState](w, w.acts.StopService, activities.StopRequest{ServerTarget: s, Name: farm.ServiceTimer, StartMode: farm.StartManual})
			return err
		},
		"RestoreService": func(s activities.ServerTarget) error {
			_, err := try[farm.ServiceState](w, w.acts.RestoreService, activities.RestoreRequest{ServerTarget: s, State: farm.ServiceState{Name: farm.ServiceTimer, StartMode: farm.StartManual}})
			return err
		},
		"StartService": func(s activities.ServerTarget) error {
			_, err := try[[]farm.ServiceState](w, w.acts.StartService, activities.ServiceRequest{ServerTarget: s, Names: []string{farm.ServiceTimer}})
			return err
		},
		"AcquireLease": func(s activities.ServerTarget) error {
			_, err := try[none](w, w.acts.AcquireLease, activities.LeaseRequest{ServerTarget: s, Owner: "run-1"})
			return err
		},
		"ReleaseLease": func(s activities.ServerTarget) error {
			_, err := try[none](w, w.acts.ReleaseLease, activities.LeaseRequest{ServerTarget: s, Owner: "run-1"})
			return err
		},
		"CleanUp": func(s activities.ServerTarget) error {
			_, err := try[none](w, w.acts.CleanUp, activities.CleanUpRequest{ServerTarget: s, Jobs: []string{"run-install-1"}})
			return err
		},
		"BootTime": func(s activities.ServerTarget) error {
			_, err := try[time.Time](w, w.acts.BootTime, s)
			return err
		},
		"Reboot": func(s activities.ServerTarget) error {
			_, err := try[time.Time](w, w.acts.Reboot, activities.RebootRequest{ServerTarget: s})
			return err
		},
	}
	for name, call := range calls {
		w.part(name, func(t *testing.T) {
			refused := len(w.events(app01, "auth-failed", ""))
			wrong := server
			wrong.Connect = mistaken()
			w.requireFailure(call(wrong), farm.FailureAuth, app01, false)
			require.Len(t, w.events(app01, "auth-failed", ""), refused+1, "each more is a step towards a lockout")

			stranger := server
			stranger.Connect = guest()
			w.requireFailure(call(stranger), farm.FailureDenied, app01, false)

			down := server
			down.Server.Address = elsewhere(server.Server.Address)
			w.requireFailure(call(down), farm.FailureUnreachable, app01, true)

			hidden := server
			hidden.Connect.Password = "env:HOME"
			w.requireFailure(call(hidden), farm.FailureConfig, app01, false)
		})
	}
	require.Empty(t, w.events(app01, "started", ""))
	require.Empty(t, w.events(app01, "service-stopped", ""))
	require.Empty(t, w.events(app01, "shutdown", ""))
}
