package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// install puts both packages on every server in the release's order and never starts the configuration
// wizard (the article, steps 2 to 8). Servers work side by side, bounded; within a server the order is
// strict. It begins with the gate install, for the first package is the point of no return.
func (r *run) install(ctx workflow.Context) error {
	if err := r.gate(ctx, farm.GateInstall, "Install the packages: the point of no return", r.installFacts); err != nil {
		return err
	}
	// Days may have passed at the gate: the world is looked at again.
	const when = "before the first package"
	if err := together(ctx,
		func(ctx workflow.Context) error { return r.proveUsersOff(ctx, r.heldServers(), when) },
		func(ctx workflow.Context) error { return r.upgradeJobsIdle(ctx, when) },
	); err != nil {
		return err
	}
	if err := r.pauseMirroring(ctx); err != nil {
		return err
	}
	if err := r.detachContentDatabases(ctx); err != nil {
		return err
	}
	servers := r.farm.SharePointServers()
	if err := r.onServers(ctx, servers, r.in.InstallParallel, r.installServer); err != nil {
		return err
	}
	// The barrier: no wizard until every server proves every package.
	return r.onServers(ctx, servers, 0, r.proveServer)
}

func (r *run) installServer(ctx workflow.Context, s farm.Server) error {
	defer r.timeServer(ctx, farm.PhaseInstall)()
	st := r.status.Server(s.Name)
	owed := -1 // how many reboots the server had had when a package asked for one
	for _, p := range r.packagesOf(s) {
		if err := r.step(ctx, stepSpec{kind: farm.StepInstallPackage, server: s.Name, verifiable: true}, func(ctx workflow.Context, a attempt) error {
			asked, err := r.installPackage(ctx, s, p, a)
			if asked {
				owed = st.Reboots
			}
			return err
		}); err != nil {
			return err
		}
		if err := r.proveUsersOff(ctx, r.heldOnly(s), "after "+p.ID()); err != nil {
			return err
		}
	}
	if owed < 0 || st.Reboots > owed {
		return nil // nobody asked, or the server has booted since
	}
	var before time.Time
	return r.step(ctx, stepSpec{kind: farm.StepProvePackages, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
		return r.rebootServer(ctx, s, &before)
	})
}

// installPackage runs one package and proves it. It reports whether a reboot was asked for.
func (r *run) installPackage(ctx workflow.Context, s farm.Server, p farm.Package, a attempt) (reboot bool, err error) {
	st := r.packageStatus(s.Name, p.ID())
	st.State, st.Try = farm.StepRunning, a.Try
	defer func() {
		if err != nil {
			st.State = farm.StepFailed
		}
	}()
	found, err := r.detect(ctx, s)
	if err != nil {
		return false, err
	}
	if err := wizardStarted(s, found); err != nil && !s.ByHand() { // who works by hand is told by the question
		return false, err
	}
	if d := packageState(found, p.ID()); d.Installed || a.VerifyOnly && d.Foreign {
		st.State, st.Evidence, st.Finished = farm.StepDone, d.Evidence, workflow.Now(ctx)
		if st.Outcome == "" {
			st.Outcome = "already-installed"
		}
		return false, nil
	} else if a.VerifyOnly {
		return false, activities.Fail(farm.Failure{Kind: farm.FailureNotProven, Server: s.Name, Message: p.ID() + " is not on the server: " + d.Evidence, Advice: "retry the package"})
	}
	facts, _ := r.status.Facts.Server(s.Name)
	file, ok := p.File(facts.Architecture)
	if !ok {
		return false, activities.Fail(farm.Failure{Kind: farm.FailureWrongPackage, Server: s.Name, Message: fmt.Sprintf("the release has no file of %s for %s", p.ID(), facts.Architecture), Advice: "add the file to the release"})
	}
	if err := r.commit(); err != nil {
		return false, err
	}
	defer r.doing(ctx, s.Name, "install "+p.ID())()
	r.passNoReturn(ctx)
	if s.ByHand() {
		st.Started = workflow.Now(ctx)
		return r.installByHand(ctx, s, p, file)
	}
	ref, end, err := r.runInstaller(ctx, s, p, file, a)
	if err != nil {
		return false, err
	}
	return r.judgePackage(ctx, s, p, ref, end, st)
}

// judgePackage weighs the exit code against detection: the code hints, what is on the server decides.
func (r *run) judgePackage(ctx workflow.Context, s farm.Server, p farm.Package, ref activities.JobRef, end activities.JobEnd, st *farm.PackageStatus) (reboot bool, err error) {
	exit := farm.PackageExit(end.Exit)
	if end.Rebooted || !end.Gone && exit.Class == farm.ExitRebooting {
		// The server goes down by itself: wait until it stands before anything is read from it.
		if err := r.awaitBoot(ctx, s, ref.Boot); err != nil {
			return false, err
		}
	}
	found, err := r.detect(ctx, s)
	if err != nil {
		return false, err
	}
	d := packageState(found, p.ID())
	st.Evidence, st.Log = d.Evidence, end.Read
	if differs := end.Log.Differs(end.Exit); differs != "" && !end.Gone {
		st.Evidence += "; " + differs
	}
	if st.Recopied {
		st.Evidence += "; its file was damaged and pulled once more"
	}
	switch {
	case d.Foreign && !end.Gone && exit.Code == farm.CodeNoProduct:
		st.Outcome = "not-applicable" // the installer and the registry say the same
	case d.Installed && (end.Gone || exit.Class.DidNothing()):
		st.Outcome = "already-installed"
		if end.Gone {
			st.Outcome = "installed"
		}
	case d.Installed && exit.Class.Succeeded():
		st.Outcome = "installed"
		reboot = exit.Class == farm.ExitReboot && !end.Rebooted
		if exit.Class != farm.ExitSuccess {
			st.Outcome = "installed-reboot"
		}
	case end.Gone:
		return false, activities.Fail(farm.Failure{
			Kind: farm.FailureJobGone, Server: s.Name, Ran: ref.Ran, Log: end.Tail,
			Message: p.ID() + " ended without an exit code" + rebooted(end) + ", and is not on the server",
			Advice:  "find out why the server went down; the package may be run again",
		})
	default:
		f := farm.Failure{
			Kind: packageFailure(exit.Class), Server: s.Name, Ran: ref.Ran, Exit: &end.Exit, Log: slices.Concat(end.Log.Lines, end.Tail),
			Message: fmt.Sprintf("%s: exit code %d (%s)", p.ID(), end.Exit, exit.Meaning), Advice: exit.Advice,
		}
		if exit.Class.Succeeded() || exit.Class == farm.ExitBenign {
			f.Kind, f.Advice = farm.FailureNotProven, "the installer reports "+exit.Meaning+", and detection says: "+st.Evidence
		}
		return false, activities.Fail(f)
	}
	if err := wizardStarted(s, found); err != nil {
		return reboot, err
	}
	st.State = farm.StepDone
	return reboot, nil
}

func rebooted(end activities.JobEnd) string {
	if end.Rebooted {
		return " (the server rebooted meanwhile)"
	}
	return ""
}

func packageFailure(c farm.ExitClass) farm.FailureKind {
	switch c {
	case farm.ExitPrerequisite:
		return farm.FailurePrerequisite
	case farm.ExitWrongPackage, farm.ExitBenign:
		return farm.FailureWrongPackage
	case farm.ExitCorrupt:
		return farm.FailureCorruptPackage
	case farm.ExitEnvironment, farm.ExitRetryable:
		return farm.FailureEnvironment
	default:
		return farm.FailurePackage
	}
}

// proveServer is one server's part of the barrier.
func (r *run) proveServer(ctx workflow.Context, s farm.Server) error {
	return r.step(ctx, stepSpec{kind: farm.StepProvePackages, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
		found, err := r.detect(ctx, s)
		if err != nil {
			return err
		}
		if err := wizardStarted(s, found); err != nil {
			return err
		}
		for _, p := range found.Packages {
			if !p.Proven() {
				return activities.Fail(farm.Failure{Kind: farm.FailureNotProven, Server: s.Name, Message: p.KB + " is not on the server: " + p.Evidence, Advice: "install it by hand without starting the wizard, then retry"})
			}
		}
		return nil
	})
}

func (r *run) detect(ctx workflow.Context, s farm.Server) (activities.DetectResult, error) {
	var found activities.DetectResult
	err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Detect packages on "+s.Name), act.DetectPackages,
		activities.DetectRequest{ServerTarget: r.target(s), Release: r.in.Release}).Get(ctx, &found)
	if st := r.status.Server(s.Name); err == nil && st != nil && !found.Version.IsZero() {
		st.Version = found.Version
	}
	if err == nil {
		r.watchSetupType(ctx, s, found)
	}
	return found, err
}

// rebootServer reboots a server once and holds users off after it. The boot it is to end is read once and
// kept over tries, so that a server that booted too late for the first try is not rebooted by the second.
func (r *run) rebootServer(ctx workflow.Context, s farm.Server, before *time.Time) error {
	if before.IsZero() {
		if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Read the boot time of "+s.Name), act.BootTime, r.target(s)).Get(ctx, before); err != nil {
			return err
		}
	}
	defer r.doing(ctx, s.Name, "reboot")()
	if err := workflow.ExecuteActivity(rebootCall(ctx, r.queue, "Reboot "+s.Name), act.Reboot,
		activities.RebootRequest{ServerTarget: r.target(s), BootBefore: *before}).Get(ctx, nil); err != nil {
		return err
	}
	r.status.Server(s.Name).Reboots++
	return r.proveUsersOff(ctx, r.heldOnly(s), "after a reboot")
}

// awaitBoot waits for a boot that something else began.
func (r *run) awaitBoot(ctx workflow.Context, s farm.Server, before time.Time) error {
	defer r.doing(ctx, s.Name, "wait for the boot")()
	if err := workflow.ExecuteActivity(rebootCall(ctx, r.queue, "Wait for the boot of "+s.Name), act.Reboot,
		activities.RebootRequest{ServerTarget: r.target(s), BootBefore: before, Only: true}).Get(ctx, nil); err != nil {
		return err
	}
	r.status.Server(s.Name).Reboots++
	return r.proveUsersOff(ctx, r.heldOnly(s), "after a reboot")
}

func (r *run) heldOnly(s farm.Server) []farm.Server {
	if len(r.stoppedOn(s.Name)) == 0 {
		return nil
	}
	return []farm.Server{s}
}

func (r *run) packageStatus(server, kb string) *farm.PackageStatus {
	st := r.status.Server(server)
	for i := range st.Packages {
		if st.Packages[i].KB == kb {
			return &st.Packages[i]
		}
	}
	panic("workflows: a package that the release does not have: " + kb) // both come from the same release
}

func packageState(d activities.DetectResult, kb string) farm.PackageState {
	for _, p := range d.Packages {
		if p.KB == kb {
			return p
		}
	}
	return farm.PackageState{KB: kb, Evidence: "detection did not look for it"}
}
