package workflows

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// Servers with `execution: manual`: a person runs the packages and the wizard at the console, as the article
// says, and farmhand proves what came of it by the witnesses it asks everywhere.

// consoleFact is how the article lets people get to a server.
var consoleFact = farm.Fact{Label: "where", Text: "log on to the server directly, or connect through a terminal services console session"}

// byHand asks an operator to do something at a server's console until it is proven, and returns who did it.
// prove returns what is missing, in words for the person who is asked again.
func (r *run) byHand(ctx workflow.Context, s farm.Server, what, title string, facts []farm.Fact, prove func(workflow.Context) (string, error)) (who string, err error) {
	for missing := ""; ; {
		q := farm.Question{
			ID: taskID(s.Name, what), Kind: farm.QuestionTask, Title: title + " on " + s.Name, Facts: facts,
			Choices: []farm.Choice{farm.ChoiceDone, farm.ChoiceAbort}, Advised: farm.ChoiceDone, Members: r.operators(), Quorum: 1,
		}
		if missing != "" {
			q.Facts = append([]farm.Fact{{Label: "not proven", Text: missing}}, facts...)
		}
		q = r.ask(ctx, q, asking{})
		if q.Answer == farm.ChoiceAbort {
			r.abort(ctx, q.By)
			return "", errAborted
		}
		r.execute(q.By)
		if missing, err = prove(ctx); err != nil || missing == "" {
			return q.By, err
		}
	}
}

// installByHand has one package run by a person (the article, steps 3 to 7). It reports whether the server
// wants a reboot, which farmhand then does as after its own packages.
func (r *run) installByHand(ctx workflow.Context, s farm.Server, p farm.Package, file farm.PackageFile) (reboot bool, err error) {
	st := r.packageStatus(s.Name, p.ID())
	path := r.copyOf(s.Name, p.ID(), file.Name)
	facts := []farm.Fact{
		{Label: "file", Text: path},
		{Label: "account", Text: r.target(s).RunAs.User},
		consoleFact,
		{Label: "do", Text: "run the file; read the terms on the Microsoft Software License Terms screen, and click Click here to accept the Microsoft Software License Terms; click Continue to install the update files"},
		{Label: "then", Text: "at the end the SharePoint Products and Technologies Configuration Wizard Welcome page displays: click Cancel on it; do not run the wizard at this time"},
		{Label: "or", Text: `"` + path + `" /quiet /norestart, which shows neither terms nor wizard`},
		{Label: "reboot", Text: "where Windows says that a restart is pending, farmhand restarts the server afterwards; log off before you answer"},
	}
	st.Command = `"` + path + `", by hand`
	who, err := r.byHand(ctx, s, p.ID(), "Install "+p.ID(), facts, func(ctx workflow.Context) (string, error) {
		open, err := r.wizardOn(ctx, s)
		if err != nil || open != "" {
			return open, err
		}
		found, err := r.detect(ctx, s)
		if err != nil {
			return "", err
		}
		d := packageState(found, p.ID())
		st.Evidence, reboot = d.Evidence, len(found.PendingReboot) > 0
		if !d.Proven() {
			return p.ID() + " is not on the server: " + d.Evidence, nil
		}
		return "", nil
	})
	if err != nil {
		return false, err
	}
	st.State, st.Outcome, st.Finished = farm.StepDone, "installed-by-hand", workflow.Now(ctx)
	st.Command += " of " + who
	return reboot, nil
}

// copyOf is where preflight saw a package on a server, else where the others pull it from.
func (r *run) copyOf(server, kb, name string) string {
	facts, _ := r.status.Facts.Server(server)
	for _, c := range facts.Copies {
		if c.KB == kb && c.Path != "" {
			return c.Path
		}
	}
	switch p := r.in.Rollout.Packages; {
	case p.UNC != "":
		return strings.TrimRight(p.UNC, `\`) + `\` + name
	case p.URL != "":
		return strings.TrimRight(p.URL, "/") + "/" + name
	}
	return name
}

// wizardOn says, in words for a person, that a wizard is open on a server; empty when none is.
func (r *run) wizardOn(ctx workflow.Context, s farm.Server) (string, error) {
	var found activities.WizardGround
	err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Look for a wizard on "+s.Name), act.LookBeforeWizard, r.target(s)).Get(ctx, &found)
	if err != nil || len(found.Wizards) == 0 {
		return "", err
	}
	return "a configuration wizard is open: " + strings.Join(found.Wizards, ", ") + "; click Cancel on its Welcome page, or wait for its end where it runs", nil
}

// wizardByHand has the wizard run by a person (the article, steps 11 and 12): its logs are marked before,
// and the same witnesses asked after as of a wizard that farmhand started and that left no exit code.
func (r *run) wizardByHand(ctx workflow.Context, s farm.Server, a attempt) (FinalizeResult, error) {
	in := r.finalizeInput(s, a)
	f := finalizer{in: in, server: s.Name}
	if err := f.proveGround(ctx); err != nil {
		return f.failed(err), nil
	}
	var mark activities.LogMark
	if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Mark the logs of "+s.Name), act.MarkLogs,
		activities.MarkRequest{ServerTarget: in.Target, Hive: in.Hive}).Get(ctx, &mark); err != nil {
		return FinalizeResult{}, err
	}
	started, last := f.result.TimersStarted, LastTry{Mark: mark}
	w := farm.WizardStatus{Try: a.Try, AllowedBy: a.AllowedBy, Started: workflow.Now(ctx)}
	facts := []farm.Fact{
		{Label: "account", Text: in.Target.RunAs.User},
		consoleFact,
		{Label: "do", Text: "click Start, click Administrative Tools, and then click SharePoint Products and Technologies Configuration Wizard"},
		{Label: "then", Text: "on the Configuration Successful page, click Finish"},
		{Label: "or", Text: in.Release.Wizard.CommandLine(in.Hive, false)},
		{Label: "only here", Text: "it is important that the wizard perform its configuration procedures on only one computer at a time"},
	}
	who, err := r.byHand(ctx, s, "wizard", "Run the SharePoint Products and Technologies Configuration Wizard", facts, func(ctx workflow.Context) (string, error) {
		look := r.finalizeInput(s, attempt{Try: a.Try, VerifyOnly: true})
		f = finalizer{in: look, server: s.Name}
		if open, err := r.wizardOn(ctx, s); err != nil || open != "" {
			return open, err
		}
		if err := f.readLogs(ctx, last); err != nil {
			return "", err
		}
		return missing(f.askWitnesses(ctx))
	})
	if err != nil {
		return FinalizeResult{}, err
	}
	w.Command, w.Finished = "the wizard, by hand of "+who, workflow.Now(ctx)
	w.Summary = append(append([]string{}, f.logs.Summary...), f.logs.UpgradeLines...)
	f.result.Wizard, f.result.Last, f.result.TimersStarted = &w, &last, started
	return f.result, nil
}

// missing turns witnesses that do not agree into words for a person; other failures stay errors.
func missing(err error) (string, error) {
	if err == nil {
		return "", nil
	}
	f := activities.FailureOf(err)
	if f.Kind != farm.FailureNotProven {
		return "", err
	}
	return fmt.Sprintf("%s: %s", f.Message, strings.Join(f.Log, "; ")), nil
}
