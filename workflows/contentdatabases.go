package workflows

import (
	"fmt"
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// detachContentDatabases is the article's exception (the note to step 14): the farm's ordinary content databases are
// recorded and detached before anything is installed, and attached again from that record after the last wizard. It
// stands right behind the gate install, so that a farm does not wait for people without its content.
func (r *run) detachContentDatabases(ctx workflow.Context) error {
	if r.farm.Strategy != farm.StrategyDetach {
		return nil
	}
	if err := r.recordContentDatabases(ctx); err != nil {
		return err
	}
	for i := range r.status.Content {
		if err := r.detachContentDatabase(ctx, &r.status.Content[i]); err != nil {
			return err
		}
	}
	return nil
}

// recordContentDatabases writes down what is needed to attach them again, before the first is detached.
func (r *run) recordContentDatabases(ctx workflow.Context) error {
	return r.contentStep(ctx, farm.StepRecordContent, false, func(ctx workflow.Context, _ attempt) error {
		all, err := r.contentDatabases(ctx)
		if err != nil {
			return err
		}
		r.status.Content = nil
		for _, d := range farm.Detachable(r.farm, all) {
			r.status.Content = append(r.status.Content, farm.DetachedDatabase{ContentDatabase: d, RecordedAt: workflow.Now(ctx)})
		}
		return nil
	})
}

func (r *run) detachContentDatabase(ctx workflow.Context, d *farm.DetachedDatabase) error {
	level := r.status.Server(r.farm.CentralAdministration().Name).VersionBefore
	return r.contentStep(ctx, farm.StepDetachContent, true, func(ctx workflow.Context, a attempt) error {
		all, err := r.contentDatabases(ctx)
		if err != nil {
			return err
		}
		if _, there := farm.Attached(all, d.Name); !there { // by an earlier try, or by a person
			d.DetachedAt = workflow.Now(ctx)
			return nil
		}
		if a.VerifyOnly {
			return r.contentFailure(d, "is still attached", "detach it by hand, or retry", nil)
		}
		if farm.PrepareToMove(level) && !d.Prepared {
			if err := r.stsadm(ctx, farm.StepDetachContent, "prepare "+d.Name, d.PrepareArguments()); err != nil {
				return err
			}
			d.Prepared = true
		}
		if err := r.stsadm(ctx, farm.StepDetachContent, "detach "+d.Name, d.DetachArguments()); err != nil {
			return err
		}
		d.DetachedAt = workflow.Now(ctx)
		return nil
	})
}

// attachContentDatabases attaches what was detached, one at a time since each is upgraded by it, and proves that
// everything is back as it was recorded.
func (r *run) attachContentDatabases(ctx workflow.Context) error {
	for i := range r.status.Content {
		if d := &r.status.Content[i]; d.Out() {
			if err := r.attachContentDatabase(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) attachContentDatabase(ctx workflow.Context, d *farm.DetachedDatabase) error {
	return r.contentStep(ctx, farm.StepAttachContent, true, func(ctx workflow.Context, a attempt) error {
		all, err := r.contentDatabases(ctx)
		if err != nil {
			return err
		}
		now, there := farm.Attached(all, d.Name)
		if !there && a.VerifyOnly {
			return r.contentFailure(d, "is not attached", "attach it by hand, or retry", nil)
		}
		if !there {
			if err := r.stsadm(ctx, farm.StepAttachContent, "attach "+d.Name, d.AttachArguments()); err != nil {
				return err
			}
			if all, err = r.contentDatabases(ctx); err != nil {
				return err
			}
			if now, there = farm.Attached(all, d.Name); !there {
				return r.contentFailure(d, "was attached, and the farm does not list it", "look at Application Management, Content Databases", nil)
			}
		}
		if differs := d.Differences(now); len(differs) > 0 {
			return r.contentFailure(d, "is back and not as it was", "set it right by hand, then verify again", differs)
		}
		d.AttachedAt = workflow.Now(ctx)
		return nil
	})
}

// leftDetached are the commands that bring back what an ended run leaves detached, and what comes after it.
func (r *run) leftDetached() (out []string) {
	back := false
	for _, d := range r.status.Content {
		if d.Out() {
			out = append(out, fmt.Sprintf("%s: content database %s is detached; attach it: stsadm %s", r.farm.CentralAdministration().Name, d.Name, d.AttachArguments()))
		}
		back = back || !d.AttachedAt.IsZero()
		if d.Search != "" && !d.AttachedAt.IsZero() {
			out = append(out, d.Name+": associate it with the search server "+d.Search+" again, where the farm does not do so by itself")
		}
	}
	if back {
		out = append(out, "content databases were attached again: the next crawl is a full one; plan it")
	}
	return out
}

// contentStep is one step about content databases on the host of Central Administration.
func (r *run) contentStep(ctx workflow.Context, kind farm.StepKind, verifiable bool, do func(workflow.Context, attempt) error) error {
	ca := r.farm.CentralAdministration()
	defer r.doing(ctx, ca.Name, strings.ReplaceAll(string(kind), "-", " "))()
	return r.step(ctx, stepSpec{kind: kind, server: ca.Name, verifiable: verifiable}, do)
}

// contentDatabases asks the farm for its content databases.
func (r *run) contentDatabases(ctx workflow.Context) ([]farm.ContentDatabase, error) {
	var all []farm.ContentDatabase
	ca := r.farm.CentralAdministration()
	err := workflow.ExecuteActivity(probeCall(ctx, r.queue, "List the content databases"), act.ContentDatabases,
		activities.DescribeRequest{ServerTarget: r.target(ca), Job: r.nextJob(ca.Name, "content")}).Get(ctx, &all)
	return all, err
}

// stsadm runs one operation as a detached job and waits for it.
func (r *run) stsadm(ctx workflow.Context, kind farm.StepKind, what, arguments string) error {
	ca := r.farm.CentralAdministration()
	var ref activities.JobRef
	if err := workflow.ExecuteActivity(startJobCall(ctx, r.queue, "stsadm: "+what), act.StartStsadm, activities.StsadmRequest{
		ServerTarget: r.target(ca), Job: r.nextJob(ca.Name, "stsadm"), Hive: r.hives[ca.Name], Step: kind, Arguments: arguments,
	}).Get(ctx, &ref); err != nil {
		return err
	}
	var end activities.JobEnd
	if err := workflow.ExecuteActivity(awaitJobCall(ctx, r.queue, "Wait for stsadm: "+what), act.AwaitJob, ref).Get(ctx, &end); err != nil {
		return err
	}
	if !end.Gone && end.Exit == 0 {
		return nil
	}
	f := farm.Failure{
		Kind: farm.FailureCommand, Server: ca.Name, Ran: ref.Ran, Exit: &end.Exit, Log: end.Tail,
		Message: fmt.Sprintf("stsadm could not %s: exit code %d", what, end.Exit), Advice: "read what it says; a second try looks first what is done",
	}
	if end.Gone {
		f.Kind, f.Exit, f.Message = farm.FailureJobGone, nil, "stsadm ended without an exit code"+rebooted(end)
	}
	return activities.Fail(f)
}

// nextJob is the id of a job that runs as often as it is asked for.
func (r *run) nextJob(server, step string) string {
	return r.job(server, step, r.nextLook(server, step))
}

// nextLook counts how often a step was begun on a server, over all tries and rounds.
func (r *run) nextLook(server, step string) int {
	r.looks[server+"/"+step]++
	return r.looks[server+"/"+step]
}

func (r *run) contentFailure(d *farm.DetachedDatabase, says, advice string, log []string) error {
	return activities.Fail(farm.Failure{
		Kind: farm.FailureNotProven, Server: r.farm.CentralAdministration().Name,
		Message: "content database " + d.Name + " " + says, Advice: advice, Log: slices.Clone(log),
	})
}

// isOut reports whether a database is detached now.
func (r *run) isOut(name string) bool {
	return slices.ContainsFunc(r.status.Content, func(d farm.DetachedDatabase) bool { return d.Out() && strings.EqualFold(d.Name, name) })
}
