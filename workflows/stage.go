package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/scripts"
)

// A pull that failed is tried again by itself: a share hiccups, a server reboots, and copying changes nothing of the
// farm. Only then is a person asked.
const (
	pullTries = 3
	pullPause = 15 * time.Second
)

// stagePackages has every server pull the packages onto its own disk, where the file names a share or an address. It
// is the end of preflight: nothing blocks, users still work, and nothing of the farm is changed.
func (r *run) stagePackages(ctx workflow.Context) error {
	if !r.in.Rollout.Packages.Pulled() {
		return nil
	}
	if err := r.onServers(ctx, r.farm.SharePointServers(), r.in.InstallParallel, func(ctx workflow.Context, s farm.Server) error {
		if s.ByHand() {
			return nil // no job runs there: whoever installs brings the files
		}
		facts, _ := r.status.Facts.Server(s.Name)
		return r.step(ctx, stepSpec{kind: farm.StepStagePackages, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
			return r.pullAndRead(ctx, s, farm.FilesToStage(r.in.Release, facts), false)
		})
	}); err != nil {
		return err
	}
	return r.judgeCopies(ctx)
}

// judgeCopies holds what the servers pulled against the release and against each other. Whoever checks again has it
// pulled anew where something blocked.
func (r *run) judgeCopies(ctx workflow.Context) error {
	before := len(r.status.Findings)
	var blocking []farm.Finding
	return r.step(ctx, stepSpec{kind: farm.StepStagePackages, server: r.farm.CentralAdministration().Name}, func(ctx workflow.Context, _ attempt) error {
		for _, b := range blocking {
			s, ok := r.farm.Server(b.Server)
			if !ok {
				continue
			}
			facts, _ := r.status.Facts.Server(s.Name)
			if err := r.pullAndRead(ctx, s, farm.FilesToStage(r.in.Release, facts), true); err != nil {
				return err
			}
		}
		findings := farm.CopyFindings(r.in.Rollout, r.in.Release, r.farm, r.status.Facts)
		r.status.Findings = append(r.status.Findings[:before:before], findings...)
		if blocking = farm.Blocking(findings); len(blocking) == 0 {
			return nil
		}
		f := farm.Failure{
			Kind: farm.FailureCorruptPackage, Server: blocking[0].Server,
			Message: "what was pulled from " + r.in.Rollout.Packages.From() + " must not be installed", Advice: "set the source right, then retry: it is pulled again",
		}
		for _, b := range blocking {
			f.Log = append(f.Log, fmt.Sprintf("%s: %s. %s", b.Server, b.What, b.Do))
		}
		return activities.Fail(f)
	})
}

// pullAndRead pulls files to a server and reads what came. What arrived damaged is pulled once more by itself.
func (r *run) pullAndRead(ctx workflow.Context, s farm.Server, files []string, again bool) error {
	for round := 1; len(files) > 0; round++ {
		if err := r.pull(ctx, s, files, again || round > 1); err != nil {
			return err
		}
		facts, err := r.readCopies(ctx, s)
		if err != nil {
			return err
		}
		damaged := farm.Damaged(r.in.Release, facts, files)
		if len(damaged) > 0 && round > 1 {
			return activities.Fail(farm.Failure{
				Kind: farm.FailureCorruptPackage, Server: s.Name,
				Message: strings.Join(damaged, ", ") + " arrived damaged from " + r.in.Rollout.Packages.From() + ", twice",
				Advice:  "compare the source's file with the one you trust, then retry",
			})
		}
		for _, name := range damaged {
			r.log(farm.TimelineEntry{At: workflow.Now(ctx), Server: s.Name, Kind: "finding", What: name + " arrived damaged and is pulled once more"})
		}
		files = damaged
	}
	return nil
}

// pull runs the job that fetches files, to its end. A job that a reboot ended is begun again: what is there in full
// stays.
func (r *run) pull(ctx workflow.Context, s farm.Server, files []string, again bool) error {
	defer r.doing(ctx, s.Name, "pull the packages")()
	for try := 1; ; try++ {
		r.pulls[s.Name]++
		var ref activities.JobRef
		if err := workflow.ExecuteActivity(startJobCall(ctx, r.queue, "Start the pull of the packages on "+s.Name), act.StartStaging, activities.StageRequest{
			ServerTarget: r.target(s), Job: r.job(s.Name, "packages", r.pulls[s.Name]), Source: r.in.Rollout.Packages, Files: files, Again: again,
		}).Get(ctx, &ref); err != nil {
			return err
		}
		var end activities.JobEnd
		if err := workflow.ExecuteActivity(awaitJobCall(ctx, r.queue, "Wait for the packages on "+s.Name), act.AwaitJob, ref).Get(ctx, &end); err != nil {
			return err
		}
		if !end.Gone && end.Exit == scripts.PullDone {
			return nil
		}
		if try == pullTries || !end.Gone && end.Exit == scripts.PullNoFolder {
			return activities.Fail(r.pullFailure(s, ref, end))
		}
		if err := workflow.Sleep(ctx, pullPause); err != nil {
			return err
		}
		if err := r.checkpoint(ctx); err != nil {
			return err
		}
	}
}

func (r *run) pullFailure(s farm.Server, ref activities.JobRef, end activities.JobEnd) farm.Failure {
	f := farm.Failure{Kind: farm.FailureSource, Server: s.Name, Ran: ref.Ran, Log: end.Tail}
	from := r.in.Rollout.Packages.From()
	if end.Gone {
		f.Kind, f.Message, f.Advice = farm.FailureJobGone, "the pull of the packages ended without an exit code"+rebooted(end), "find out why the server goes down, then retry"
		return f
	}
	f.Exit = &end.Exit
	switch end.Exit {
	case scripts.PullUnreadable:
		f.Message, f.Advice = from+" cannot be read, or lacks a file", "make it readable for the account that packages run under, and look at the names of its files: starter packages lists them"
	case scripts.PullNoFolder:
		f.Kind, f.Message, f.Advice = farm.FailureEnvironment, "the folder for the packages cannot be made", "check the path, its drive and the rights of the account that packages run under"
	default:
		f.Message, f.Advice = "copying the packages from "+from+" ended early", "check the connection and the free space of the drive, then retry: what is there in full stays"
	}
	return f
}

// readCopies reads the packages' files on a server into the facts.
func (r *run) readCopies(ctx workflow.Context, s farm.Server) (farm.ServerFacts, error) {
	for i := range r.status.Facts.Servers {
		facts := &r.status.Facts.Servers[i]
		if !strings.EqualFold(facts.Server, s.Name) {
			continue
		}
		var copies []farm.PackageCopy
		if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Read the packages on "+s.Name), act.ReadCopies, activities.CopiesRequest{
			ServerTarget: r.target(s), Release: r.in.Release.For(facts.Languages), Architecture: facts.Architecture, Directory: r.in.Rollout.Packages.Folder(s),
		}).Get(ctx, &copies); err != nil {
			return *facts, err
		}
		facts.Copies = copies
		r.noteHashes(*facts)
		return *facts, nil
	}
	return farm.ServerFacts{Server: s.Name}, nil
}

// noteHashes takes the hashes of a server's packages over into its status.
func (r *run) noteHashes(facts farm.ServerFacts) {
	st := r.status.Server(facts.Server)
	if st == nil {
		return
	}
	for i := range st.Packages {
		for _, c := range facts.Copies {
			if c.KB == st.Packages[i].KB {
				st.Packages[i].SHA256 = c.SHA256
			}
		}
	}
}

// packagePaths are what the probe job of a server has to be able to read.
func (r *run) packagePaths(s farm.Server) []string {
	switch p := r.in.Rollout.Packages; {
	case !p.Pulled():
		return []string{p.Folder(s)}
	case p.UNC != "":
		return []string{strings.TrimRight(p.UNC, `\`)}
	}
	return nil // an address is tried by the pull itself, which changes nothing either
}

// cleanUpRequest names what this run left on a server: its jobs, and the packages it pulled into farmhand's own
// folder. In a folder that the file names they stay.
func (r *run) cleanUpRequest(s farm.Server, jobs []string) activities.CleanUpRequest {
	req := activities.CleanUpRequest{ServerTarget: r.target(s), Jobs: jobs}
	if facts, ok := r.status.Facts.Server(s.Name); ok && r.pulls[s.Name] > 0 && r.in.Rollout.Packages.Own() {
		req.Folder, req.Packages = r.in.Rollout.Packages.Folder(s), farm.FilesToStage(r.in.Release, facts)
	}
	return req
}
