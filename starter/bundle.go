package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"farmhand/activities"
	"farmhand/internal/evidence"
	"farmhand/internal/farm"
	"farmhand/internal/sshsig"
	"farmhand/internal/version"
	"farmhand/internal/view"
	"farmhand/workflows"
)

// signTimeout is how long a worker may take to look at everything and sign it.
const signTimeout = 5 * time.Minute

// errNotEnded says that there is no complete evidence yet.
var errNotEnded = errors.New("the run has not ended: its evidence is bundled when it has; without --bundle the report shows where it stands")

// bundler gathers what goes into a bundle.
type bundler struct {
	desk     *desk
	files    evidence.Files
	manifest evidence.Manifest
	site     string // whose worker signs
}

// bundle writes everything about a rollout, or one farm of it, into a new directory, with a manifest that a worker signed.
func (a *app) bundle(ctx context.Context, d *desk, name, directory string) error {
	e, snap, _, err := d.evidence(ctx, name, a.now())
	if err != nil {
		return err
	}
	if err := d.awaitClose(ctx, snap, e.Farm); err != nil {
		return err
	}
	// Once more: what arrived while the runs closed is evidence, too.
	e, snap, in, err := d.evidence(ctx, name, a.now())
	if err != nil {
		return err
	}
	b := bundler{desk: d, files: evidence.Files{}, site: in.Rollout.Farms[0].Site, manifest: evidence.Manifest{
		Format: evidence.Format, Rollout: e.Rollout, Farm: e.Farm, Digest: in.Digest, Made: a.now().UTC(), MadeBy: a.who(), Program: version.Current().Version,
	}}
	if err := b.prints(e); err != nil {
		return err
	}
	for path, v := range map[string]any{"rollout.json": in.Rollout, "release.json": in.Release} {
		if b.files[path], err = evidence.StatusFile(v); err != nil {
			return err
		}
	}
	if err := b.runs(ctx, snap, e.Farm); err != nil {
		return err
	}
	b.manifest.Files = b.files.List()
	text, err := b.manifest.Encode()
	if err != nil {
		return err
	}
	signed, err := d.sign(ctx, b.manifest, b.site, activities.SignRequest{Manifest: text, AskedBy: a.who()})
	if err != nil {
		return err
	}
	if err := evidence.Write(directory, b.files, text, signed.Signature, signed.Public); err != nil {
		return err
	}
	key, err := sshsig.ParseKey(signed.Public)
	if err != nil {
		return err
	}
	if _, err := evidence.Verify(directory, key); err != nil {
		return err
	}
	a.say("%s and a manifest signed with the key %s are in %s", count(len(b.manifest.Files), "file"), key.Fingerprint(), directory)
	return nil
}

// prints are the report in its three forms.
func (b *bundler) prints(e view.Evidence) error {
	var js, md, html bytes.Buffer
	if err := errors.Join(e.JSON(&js), e.Markdown(&md), e.HTML(&html)); err != nil {
		return err
	}
	b.files["report.json"], b.files["report.md"], b.files["report.html"] = js.Bytes(), md.Bytes(), html.Bytes()
	return nil
}

// runs adds the status, runbook and history of every run. only is the farm of a bundle of one farm.
func (b *bundler) runs(ctx context.Context, snap snapshot, only string) error {
	if only == "" {
		run, err := b.desk.describe(ctx, workflows.RolloutID(snap.rollout.Rollout))
		if err != nil {
			return err
		}
		if err := b.run(ctx, evidence.Run{Workflow: run.ID, Run: run.RunID, Outcome: snap.rollout.Outcome, Status: "rollout-status.json"}, snap.rollout); err != nil {
			return err
		}
	}
	for _, s := range snap.farms {
		if only != "" && s.Farm != only {
			continue
		}
		if only != "" {
			b.site = s.Site
		}
		if err := b.farm(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// farm adds what belongs to one farm.
func (b *bundler) farm(ctx context.Context, s farm.Status) error {
	runID, err := b.desk.farmRun(ctx, s.Farm, s.Rollout)
	if err != nil {
		return err
	}
	runbook, err := view.Runbook(s)
	if err != nil {
		return err
	}
	folder := path.Join("farms", s.Farm)
	b.files[path.Join(folder, "runbook.md")] = runbook
	return b.run(ctx, evidence.Run{
		Workflow: workflows.FarmUpdateID(s.Farm), Run: runID, Farm: s.Farm, Outcome: s.Outcome, Status: path.Join(folder, "status.json"),
	}, s)
}

func (b *bundler) run(ctx context.Context, run evidence.Run, status any) error {
	text, err := evidence.StatusFile(status)
	if err != nil {
		return err
	}
	b.files[run.Status] = text
	b.manifest.Runs = append(b.manifest.Runs, run)
	return b.desk.histories(ctx, b.files, run.Workflow, run.Run)
}

// awaitClose waits until runs that have an outcome are closed, which takes them a moment. One without an outcome has not
// ended. only is the farm of a bundle of one farm.
func (d *desk) awaitClose(ctx context.Context, snap snapshot, only string) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	id, outcome := workflows.RolloutID(snap.rollout.Rollout), snap.rollout.Outcome
	for _, s := range snap.farms {
		if s.Farm == only {
			id, outcome = workflows.FarmUpdateID(only), s.Outcome
		}
	}
	if outcome == "" {
		return fmt.Errorf("%s: %w", id, errNotEnded)
	}
	// How it ended is in its status; a farm's newest run may be another rollout's and still open.
	if err := d.client.GetWorkflow(ctx, id, "").Get(ctx, nil); err != nil && ctx.Err() != nil && only == "" {
		return fmt.Errorf("%s: %w", id, errNotEnded)
	}
	return nil
}

// farmRun is the run of a farm's update that belongs to a rollout.
func (d *desk) farmRun(ctx context.Context, name, rollout string) (string, error) {
	id := workflows.FarmUpdateID(name)
	run, err := d.describe(ctx, id)
	if err != nil {
		return "", err
	}
	var s farm.Status
	if err := d.query(ctx, id, run.RunID, &s); err == nil && s.Rollout == rollout {
		return run.RunID, nil
	}
	return d.olderRun(ctx, id, rollout)
}

// sign has a worker of the site sign a manifest.
func (d *desk) sign(ctx context.Context, m evidence.Manifest, site string, r activities.SignRequest) (activities.Signed, error) {
	ctx, cancel := context.WithTimeout(ctx, signTimeout)
	defer cancel()
	var signed activities.Signed
	run, err := d.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: workflows.SignEvidenceID(m.Rollout, m.Farm), TaskQueue: workflows.TaskQueue, WorkflowExecutionTimeout: signTimeout,
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE, WorkflowExecutionErrorWhenAlreadyStarted: true,
		StaticSummary: "evidence of " + m.Rollout + " for " + r.AskedBy,
	}, workflows.SignEvidenceWorkflow, workflows.SignEvidenceInput{Site: site, SignRequest: r})
	if err == nil {
		err = run.Get(ctx, &signed)
	}
	switch {
	case err == nil:
		return signed, nil
	case ctx.Err() != nil:
		return signed, fmt.Errorf("sign the evidence: no worker of the site %s with an evidence key answered: %w", site, errNoWorker)
	}
	if f := activities.FailureOf(err); f.Advice != "" {
		return signed, fmt.Errorf("sign the evidence: %s; %s", f.Message, f.Advice)
	}
	return signed, fmt.Errorf("sign the evidence: %w", err)
}
