package workflows_test

import (
	"context"
	"fmt"
	"time"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// DetectPackages tells what is installed.
func (s *scene) DetectPackages(_ context.Context, r activities.DetectRequest) (activities.DetectResult, error) {
	unlock, err := s.call("detect " + r.Server.Name)
	defer unlock()
	f := s.facts(r.Server.Name, false)
	return activities.DetectResult{Packages: f.Packages, Version: f.Version, SetupType: f.SetupType, Wizards: s.wizards[r.Server.Name]}, err
}

// StartPackage starts a package's job; what it will do is settled then.
func (s *scene) StartPackage(_ context.Context, r activities.PackageRequest) (activities.JobRef, error) {
	unlock, err := s.call("install " + r.Package.KB + " " + r.Server.Name)
	defer unlock()
	if err != nil {
		return activities.JobRef{}, err
	}
	s.jobs[r.Job]++
	end := s.end(r.Package.KB + " " + r.Server.Name)
	s.pending[r.Job] = end
	if end.done {
		s.installed[r.Server.Name+"/"+r.Package.KB] = true
	}
	return activities.JobRef{ServerTarget: r.ServerTarget, Job: r.Job, Boot: s.boots[r.Server.Name], Ran: r.File.Name}, nil
}

// AwaitJob tells how the job ended.
func (s *scene) AwaitJob(_ context.Context, ref activities.JobRef) (activities.JobEnd, error) {
	unlock, err := s.call("await " + ref.Server.Name)
	defer unlock()
	if err != nil {
		return activities.JobEnd{}, err
	}
	end := s.pending[ref.Job].JobEnd
	if end.Rebooted && s.boots[ref.Server.Name].Equal(ref.Boot) {
		s.boot(ref.Server.Name)
	}
	end.Boot = s.boots[ref.Server.Name]
	return end, nil
}

// BootTime tells when the server booted last.
func (s *scene) BootTime(_ context.Context, t activities.ServerTarget) (time.Time, error) {
	unlock, err := s.call("boot time " + t.Server.Name)
	defer unlock()
	return s.boots[t.Server.Name], err
}

// Reboot boots a server that has not booted since, or waits for its boot.
func (s *scene) Reboot(_ context.Context, r activities.RebootRequest) (time.Time, error) {
	what := "reboot "
	if r.Only {
		what = "await boot "
	}
	unlock, err := s.call(what + r.Server.Name)
	defer unlock()
	if err != nil {
		return time.Time{}, err
	}
	if s.boots[r.Server.Name].Equal(r.BootBefore) {
		s.boot(r.Server.Name)
	}
	return s.boots[r.Server.Name], nil
}

// LookBeforeWizard tells of the wizards that live, and of the timer service.
func (s *scene) LookBeforeWizard(_ context.Context, t activities.ServerTarget) (activities.WizardGround, error) {
	unlock, err := s.call("look for a wizard " + t.Server.Name)
	defer unlock()
	return activities.WizardGround{Wizards: s.wizards[t.Server.Name], Timer: !s.stopped[t.Server.Name+"/SPTimerV3"]}, err
}

// MarkLogs marks nothing.
func (s *scene) MarkLogs(_ context.Context, r activities.MarkRequest) (activities.LogMark, error) {
	unlock, err := s.call("mark " + r.Server.Name)
	defer unlock()
	return activities.LogMark{Hive: r.Hive}, err
}

// StartWizard starts the wizard's job; what it will do, and what its logs will say, is settled then.
func (s *scene) StartWizard(_ context.Context, r activities.WizardRequest) (activities.JobRef, error) {
	unlock, err := s.call("wizard " + r.Server.Name)
	defer unlock()
	if err != nil {
		return activities.JobRef{}, err
	}
	s.jobs[r.Job]++
	s.wizardRan = append(s.wizardRan, r)
	end := s.end("wizard " + r.Server.Name)
	s.pending[r.Job] = end
	s.logs[r.Server.Name] = farm.WizardLogs{Failed: !end.Gone, UpgradeLines: []string{"[ERROR] the upgrade stopped"}}
	if end.done {
		s.finish(r.Server.Name)
	}
	ran := "psconfig"
	if r.Force {
		ran += " -force"
	}
	return activities.JobRef{ServerTarget: r.ServerTarget, Job: r.Job, Boot: s.boots[r.Server.Name], Ran: ran}, nil
}

// finish is what a wizard that succeeds leaves on a server, whoever ran it.
func (s *scene) finish(server string) {
	s.finalized[server] = true
	s.logs[server] = farm.WizardLogs{Succeeded: true, Run: 4, Completed: true, UpgradeFinished: true}
}

// ReadWizardLogs tells what the last wizard left.
func (s *scene) ReadWizardLogs(_ context.Context, r activities.WizardLogsRequest) (farm.WizardLogs, error) {
	unlock, err := s.call("logs " + r.Server.Name)
	defer unlock()
	return s.logs[r.Server.Name], err
}

// LocalUpgradeStatus agrees.
func (s *scene) LocalUpgradeStatus(_ context.Context, r activities.WizardRequest) (farm.WitnessResult, error) {
	unlock, err := s.call("stsadm " + r.Server.Name)
	defer unlock()
	s.jobs[r.Job]++
	return farm.WitnessResult{Witness: farm.WitnessLocalStatus, Agrees: true}, err
}

// DatabaseVersions are new as soon as the first wizard has run.
func (s *scene) DatabaseVersions(_ context.Context, r activities.VersionsRequest) ([]activities.DatabaseVersion, error) {
	unlock, err := s.call("versions")
	defer unlock()
	s.calls = append(s.calls, fmt.Sprintf("versions %d", s.times("versions")))
	v := "12.0.6219.1000"
	if s.finalized[s.farm.CentralAdministration().Name] {
		v = "12.0.6318.5000"
	}
	if s.stale != "" {
		v = s.stale
	}
	var out []activities.DatabaseVersion
	for _, d := range r.Databases {
		out = append(out, activities.DatabaseVersion{Database: d, Version: farm.MustParseVersion(v), Raw: v, Rows: 2})
	}
	return out, err
}
