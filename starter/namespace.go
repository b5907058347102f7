package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"farmhand/internal/engine"
	"farmhand/workflows"
)

const (
	// usualRetention is how long `starter namespace` has closed rollouts kept: a month, as the embedded server does.
	usualRetention = 30 * 24 * time.Hour
	// namespacePatience bounds the wait for a cluster that has just been started: its database may be new.
	namespacePatience = 3 * time.Minute
)

// newNamespace is `starter namespace`.
func newNamespace(a *app) *cobra.Command {
	var retention time.Duration
	cmd := &cobra.Command{
		Use: "namespace", Short: "Create the namespace, or bring it up to what farmhand needs: search attributes, retention", Args: cobra.NoArgs,
		Long: `Create the namespace of TEMPORAL_NAMESPACE, or add what an existing one lacks.

Search attributes that workflows set are added, a retention shorter than --retention is extended, and nothing is taken away.
It may run again at any time: before the first start, and before the workers of a newer farmhand. It needs the right to
administer namespaces; Temporal Cloud has a way of its own for that (docs/production.md).`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.namespace(cmd.Context(), retention) },
	}
	cmd.Flags().DurationVar(&retention, "retention", usualRetention, "how long closed rollouts are kept at least")
	return cmd
}

func (a *app) namespace(ctx context.Context, retention time.Duration) error {
	if retention < engine.LeastRetention {
		return fmt.Errorf("--retention %s is too short: evidence is asked for later, at least %s", retention, engine.LeastRetention)
	}
	o, err := engine.Options(a.telemetry, nil)
	if err != nil {
		return err
	}
	want := engine.Namespace{Name: o.Namespace, Retention: retention, Attributes: wantedAttributes()}
	done, err := engine.PrepareNamespace(ctx, o, want, namespacePatience)
	if err != nil {
		return err
	}
	if a.json() {
		return a.printJSON(struct {
			engine.Prepared
			Retention string `json:"retention"`
		}{done, done.Retention.String()})
	}
	fmt.Fprintln(a.out, preparedText(done))
	return nil
}

// preparedText says in a line what was done.
func preparedText(p engine.Prepared) string {
	var did []string
	if p.Created {
		did = append(did, "created")
	}
	if p.Extended {
		did = append(did, "retention extended")
	}
	if len(p.Added) > 0 {
		did = append(did, "added "+strings.Join(p.Added, ", "))
	}
	if len(did) == 0 {
		did = append(did, "nothing to do")
	}
	return fmt.Sprintf("namespace %s keeps closed rollouts for %s: %s", p.Namespace, p.Retention, strings.Join(did, "; "))
}

// wantedAttributes are the search attributes that workflows set.
func wantedAttributes() engine.Attributes {
	return engine.Want(workflows.AttributeRolloutID, workflows.AttributeFarmName, workflows.AttributePhase,
		workflows.AttributePendingGate, workflows.AttributeOutcome)
}
