package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// busyWaits and busyPause bound how long another installation is waited for: half an hour.
const (
	busyWaits = 10
	busyPause = 3 * time.Minute
)

// runInstaller runs a package's installer to its end. Twice it is started once more by itself, in a job of its own and
// without a person's decision, because the installer says that it did nothing:
//
//   - 1618, another installation is under way. Windows has one at a time. Looking for one beforehand would not help:
//     the mutex may be taken between the look and the start, and an idle msiexec.exe lives ten minutes longer than its
//     installation.
//   - 17030, its own file is damaged, where the packages are pulled: the file is pulled once more first.
//
// A try counts decisions, so it stays the same; the starts of a try are counted by themselves. Before each the server
// is looked at again: whoever installed meanwhile may have installed this very package.
func (r *run) runInstaller(ctx workflow.Context, s farm.Server, p farm.Package, file farm.PackageFile, a attempt) (ref activities.JobRef, end activities.JobEnd, err error) {
	st := r.packageStatus(s.Name, p.ID())
	for waits, start := 0, 1; ; start++ {
		st.Starts, st.Started = start, workflow.Now(ctx)
		if ref, end, err = r.startInstaller(ctx, s, p, file, a.Try, start); err != nil {
			return ref, end, err
		}
		st.Command, st.Finished, st.Exit = ref.Ran, workflow.Now(ctx), nil
		if end.Gone {
			return ref, end, nil
		}
		st.Exit = &end.Exit
		switch class := farm.PackageExit(end.Exit).Class; {
		case class == farm.ExitRetryable && waits < busyWaits:
			waits++
			err = r.awaitOtherInstallation(ctx, s, p)
		case class == farm.ExitCorrupt && r.in.Rollout.Packages.Pulled() && !st.Recopied:
			st.Recopied = true
			r.log(farm.TimelineEntry{At: workflow.Now(ctx), Server: s.Name, Kind: "finding", What: fmt.Sprintf("%s: exit code %d, its file is damaged; it is pulled once more", p.ID(), end.Exit)})
			err = r.pullAndRead(ctx, s, []string{file.Name}, true)
		default:
			return ref, end, nil
		}
		if err != nil {
			return ref, end, err
		}
		found, err := r.detect(ctx, s)
		if err != nil || packageState(found, p.ID()).Installed {
			return ref, end, err // judgePackage looks for itself
		}
		if err := wizardStarted(s, found); err != nil {
			return ref, end, err
		}
	}
}

// startInstaller runs one job of an installer to its end.
func (r *run) startInstaller(ctx workflow.Context, s farm.Server, p farm.Package, file farm.PackageFile, try, start int) (ref activities.JobRef, end activities.JobEnd, err error) {
	step := p.ID()
	if start > 1 {
		step = fmt.Sprintf("%s-start%d", p.ID(), start)
	}
	if err := workflow.ExecuteActivity(startJobCall(ctx, r.queue, "Start "+p.ID()+" on "+s.Name), act.StartPackage, activities.PackageRequest{
		ServerTarget: r.target(s), Job: r.job(s.Name, step, try), Package: p, File: file, Directory: r.in.Rollout.Packages.Folder(s),
	}).Get(ctx, &ref); err != nil {
		return ref, end, err
	}
	err = workflow.ExecuteActivity(awaitJobCall(ctx, r.queue, "Wait for "+p.ID()+" on "+s.Name), act.AwaitJob, ref).Get(ctx, &end)
	return ref, end, err
}

// awaitOtherInstallation waits a while, between two checkpoints: whoever asks for an abort need not wait for it.
func (r *run) awaitOtherInstallation(ctx workflow.Context, s farm.Server, p farm.Package) error {
	defer r.doing(ctx, s.Name, "wait for another installation")()
	r.log(farm.TimelineEntry{At: workflow.Now(ctx), Server: s.Name, Kind: "finding", What: p.ID() + " did not start: another installation is under way (1618); it is waited for"})
	if _, err := workflow.AwaitWithTimeout(ctx, busyPause, func() bool { return r.abortBy != "" }); err != nil {
		return err
	}
	return r.checkpoint(ctx)
}

// wizardStarted fails where somebody runs the configuration wizard on a server on which packages are installed: it
// would upgrade databases before every server has every package. Nobody's wizard is ended by farmhand.
func wizardStarted(s farm.Server, found activities.DetectResult) error {
	if len(found.Wizards) == 0 {
		return nil
	}
	return activities.Fail(farm.Failure{
		Kind: farm.FailureWizardStarted, Server: s.Name, Log: found.Wizards,
		Message: "somebody started the configuration wizard on " + s.Name + " before every package is proven on every server",
		Advice:  "find out who did, and let it end: a wizard that is killed leaves databases half upgraded; then retry",
	})
}

// watchSetupType reports that a wizard ran to its end between two looks: SetupType, B2B_UPGRADE since a package was
// installed, is something else. The value's meaning is inferred from later versions (domain.md A.2), so that this is
// told and stops nothing; the witnesses of the farm judge what became of it.
func (r *run) watchSetupType(ctx workflow.Context, s farm.Server, found activities.DetectResult) {
	const pending = "B2B_UPGRADE"
	was := r.setupTypes[s.Name]
	r.setupTypes[s.Name] = found.SetupType
	if was != pending || found.SetupType == pending || found.SetupType == "" {
		return
	}
	f := farm.Finding{
		Severity: farm.SeverityWarning, Server: s.Name,
		What: "SetupType went from " + was + " to " + found.SetupType + " while packages were installed: somebody ran the configuration wizard",
		Do:   "find out who; look at Upgrade.log and VERSIONS before you approve continue",
	}
	r.status.Findings = append(r.status.Findings, f)
	r.log(farm.TimelineEntry{At: workflow.Now(ctx), Server: s.Name, Kind: "finding", What: f.What})
}
