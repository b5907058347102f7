package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"go.temporal.io/api/workflowservice/v1"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// mostOffered bounds how many rollouts or farms are offered: nobody reads more, and the server is asked once.
const mostOffered = 500

// names are the rollouts or farms that Temporal knows, newest first, by their workflows' ids without the prefix.
func (d *desk) names(ctx context.Context, workflow, prefix string) []string {
	answer, err := d.client.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		Namespace: d.namespace, Query: "WorkflowType = " + quote(workflow), PageSize: mostOffered,
	})
	if err != nil {
		return nil
	}
	var out []string
	for _, run := range answer.GetExecutions() {
		if name := strings.TrimPrefix(run.GetExecution().GetWorkflowId(), prefix); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// completeFarms offers the farms of the rollout or of the file that the line names, and else all that Temporal knows.
func completeFarms(ctx context.Context, a *app, cmd *cobra.Command, before []string) []cobra.Completion {
	if flag := cmd.Flags().Lookup("file"); flag != nil {
		return completeFarmsOfFile(ctx, a, cmd, before)
	}
	d, ok := a.quietDesk(ctx)
	if !ok {
		return nil
	}
	defer d.close()
	if len(before) == 0 {
		return d.names(ctx, workflows.FarmUpdateWorkflow, farmPrefix)
	}
	var out []string
	for _, h := range d.fleet(ctx, before[0]).Farms {
		out = append(out, cobra.CompletionWithDesc(h.Farm, string(h.State)))
	}
	return out
}

// fleet is a rollout's own word, empty where nobody answers.
func (d *desk) fleet(ctx context.Context, rollout string) (st farm.RolloutStatus) {
	if err := d.query(ctx, workflows.RolloutID(strings.TrimPrefix(rollout, rolloutPrefix)), "", &st); err != nil {
		return farm.RolloutStatus{}
	}
	return st
}

// completeRollouts offers rollouts.
func completeRollouts(ctx context.Context, a *app, _ *cobra.Command, _ []string) []cobra.Completion {
	d, ok := a.quietDesk(ctx)
	if !ok {
		return nil
	}
	defer d.close()
	return d.names(ctx, workflows.RolloutWorkflow, rolloutPrefix)
}

// completeTargets offers rollouts and farms.
func completeTargets(ctx context.Context, a *app, _ *cobra.Command, _ []string) []cobra.Completion {
	d, ok := a.quietDesk(ctx)
	if !ok {
		return nil
	}
	defer d.close()
	var out []string
	for _, name := range d.names(ctx, workflows.RolloutWorkflow, rolloutPrefix) {
		out = append(out, cobra.CompletionWithDesc(name, "rollout"))
	}
	for _, name := range d.names(ctx, workflows.FarmUpdateWorkflow, farmPrefix) {
		out = append(out, cobra.CompletionWithDesc(name, "farm"))
	}
	return out
}

// open are the open questions of the farm or rollout that the line names first.
func (a *app) open(ctx context.Context, before []string) []farm.Question {
	if len(before) == 0 {
		return nil // a flag is completed before anything is named
	}
	d, ok := a.quietDesk(ctx)
	if !ok {
		return nil
	}
	defer d.close()
	st, _, err := d.asks(ctx, before[0], a)
	if err != nil {
		return nil
	}
	return st.OpenQuestions()
}

// completeQuestions offers the open questions of a kind, of every kind where it is empty.
func completeQuestions(kind farm.QuestionKind) completer {
	return func(ctx context.Context, a *app, _ *cobra.Command, before []string) []cobra.Completion {
		var out []string
		for _, q := range a.open(ctx, before) {
			if kind == "" || q.Kind == kind {
				out = append(out, cobra.CompletionWithDesc(q.ID, q.Title))
			}
		}
		return out
	}
}

// completeChoices offers the answers of the question that the line names.
func completeChoices(ctx context.Context, a *app, _ *cobra.Command, before []string) []cobra.Completion {
	var out []string
	for _, q := range a.open(ctx, before) {
		if q.ID != before[1] {
			continue
		}
		for _, c := range q.Choices {
			text := string(c)
			if c == q.Advised {
				text = cobra.CompletionWithDesc(text, "advised")
			}
			out = append(out, text)
		}
	}
	return out
}

// completeWaves offers the waves of the rollout, or of the file, that the line names.
func completeWaves(ctx context.Context, a *app, cmd *cobra.Command, before []string) []cobra.Completion {
	var out []string
	if f, ok := fileOf(cmd); ok {
		for _, w := range f.rollout.Waves {
			out = append(out, w.Name)
		}
		return out
	}
	if len(before) == 0 {
		return nil
	}
	d, ok := a.quietDesk(ctx)
	if !ok {
		return nil
	}
	defer d.close()
	for _, w := range d.fleet(ctx, before[0]).Waves {
		out = append(out, cobra.CompletionWithDesc(w.Name, string(w.State)))
	}
	return out
}

// fileOf is the rollout file that the line names with -f.
func fileOf(cmd *cobra.Command) (file, bool) {
	flag := cmd.Flags().Lookup("file")
	if flag == nil || flag.Value.String() == "" {
		return file{}, false
	}
	f, err := load(flag.Value.String())
	return f, err == nil
}

// completeFarmsOfFile offers the farms of the file.
func completeFarmsOfFile(_ context.Context, _ *app, cmd *cobra.Command, _ []string) []cobra.Completion {
	f, _ := fileOf(cmd)
	var out []string
	for _, one := range f.rollout.Farms {
		out = append(out, one.Name)
	}
	return out
}

// completeServersOfFile offers the servers of the file.
func completeServersOfFile(_ context.Context, _ *app, cmd *cobra.Command, _ []string) []cobra.Completion {
	f, _ := fileOf(cmd)
	var out []string
	for _, one := range f.rollout.Farms {
		for _, s := range one.Servers {
			out = append(out, cobra.CompletionWithDesc(s.Name, one.Name))
		}
	}
	return out
}
