package main

import (
	"context"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/otel/trace"

	"farmhand/workflows"
)

// newStart is `starter start`.
func newStart(a *app) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use: "start -f FILE", Short: "Start a rollout, or attach to the one that was started from the same file", Args: cobra.NoArgs,
		Long: `Start a rollout.

The file is checked first: every mistake is printed with its line, and nothing is started. The name in the file is the
rollout's id: starting the same content again attaches to it, or shows how it ended; another content under the same name
is refused.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f, err := load(path)
			if err != nil {
				return err
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			defer d.close()
			return a.start(cmd.Context(), d, f)
		},
	}
	fileFlag(cmd, &path)
	return cmd
}

// begun is what start prints for programs.
type begun struct {
	Rollout    string   `json:"rollout"`
	WorkflowID string   `json:"workflow_id"`
	RunID      string   `json:"run_id"`
	Digest     string   `json:"digest"`
	Attached   bool     `json:"attached"`
	Running    bool     `json:"running"`
	Farms      []string `json:"farms"`
	UI         string   `json:"ui,omitempty"`
	TraceID    string   `json:"trace_id,omitempty"`
}

func (a *app) start(ctx context.Context, d *desk, f file) error {
	b, err := a.begin(ctx, d, f, a.who())
	if err != nil {
		return err
	}
	if a.json() {
		return a.printJSON(b)
	}
	a.announce(b)
	if b.Attached {
		return a.status(ctx, d, subject{name: b.Rollout, rollout: true})
	}
	return nil
}

// begin starts or finds the rollout in a span of its own, whose trace all of the rollout's work belongs to.
func (a *app) begin(ctx context.Context, d *desk, f file, who string) (begun, error) {
	ctx, span := a.telemetry.Tracer("farmhand/starter").Start(ctx, "start rollout")
	defer span.End()
	run, attached, err := d.start(ctx, workflows.RolloutInput{
		Rollout: f.rollout, Release: f.release, Digest: f.digest(), StartedBy: who, InstallParallel: a.settings.Install.Parallel,
	})
	if err != nil {
		return begun{}, err
	}
	b := begun{
		Rollout: f.rollout.ID, WorkflowID: run.ID, RunID: run.RunID, Digest: run.Digest,
		Attached: attached, Running: run.Open, UI: d.link(run), TraceID: traceOf(span, attached),
	}
	for _, one := range f.rollout.Farms {
		b.Farms = append(b.Farms, workflows.FarmUpdateID(one.Name))
	}
	return b, nil
}

// traceOf is the trace of a rollout that was started now; one that is attached to has its own.
func traceOf(span trace.Span, attached bool) string {
	if id := span.SpanContext().TraceID(); id.IsValid() && !attached {
		return id.String()
	}
	return ""
}

// announce says what was started, and where to look.
func (a *app) announce(b begun) {
	switch {
	case b.Attached && b.Running:
		a.say("attached to %s, which is running with the same content", b.WorkflowID)
	case b.Attached:
		a.say("%s has ended; nothing was started", b.WorkflowID)
	default:
		a.say("started %s", b.WorkflowID)
	}
	a.say("  run     %s\n  digest  %.12s", b.RunID, b.Digest)
	for _, id := range b.Farms {
		a.say("  farm    %s", id)
	}
	if b.UI != "" {
		a.say("  page    %s", b.UI)
	}
	if b.TraceID != "" {
		a.say("  trace   %s", b.TraceID)
	}
}
