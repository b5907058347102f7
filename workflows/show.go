package workflows

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// attributes are the search attributes of a farm's update as they were said last.
type attributes struct {
	phase, gate, outcome string
}

// show says in the engine's own terms where the run stands, so that the stock Temporal UI tells an
// operator what is waited for and who may act: search attributes for lists, current details for the page.
func (r *run) show(ctx workflow.Context) {
	r.status.State = r.state()
	workflow.SetCurrentDetails(ctx, r.details())
	now := attributes{phase: string(r.status.Phase), outcome: string(r.status.Outcome)}
	for _, q := range r.status.OpenQuestions() {
		now.gate = q.ID
	}
	if now == r.shown {
		return
	}
	var updates []temporal.SearchAttributeUpdate
	set := func(key temporal.SearchAttributeKeyKeyword, old, v string) {
		switch {
		case old == v:
		case v == "":
			updates = append(updates, key.ValueUnset())
		default:
			updates = append(updates, key.ValueSet(v))
		}
	}
	set(AttributePhase, r.shown.phase, now.phase)
	set(AttributePendingGate, r.shown.gate, now.gate)
	set(AttributeOutcome, r.shown.outcome, now.outcome)
	r.shown = now
	if err := workflow.UpsertTypedSearchAttributes(ctx, updates...); err != nil {
		workflow.GetLogger(ctx).Warn("search attributes", "error", err)
	}
}

func (r *run) state() farm.RunState {
	state := farm.RunRunning
	for _, q := range r.status.OpenQuestions() {
		if q.Kind == farm.QuestionIntervention {
			return farm.RunOperator
		}
		state = farm.RunGate
	}
	switch {
	case r.status.Outcome != "":
		return farm.RunDone
	case r.status.Paused && state == farm.RunRunning:
		return farm.RunPaused
	case !r.status.Window.Waiting.IsZero() && state == farm.RunRunning:
		return farm.RunWindow
	}
	return state
}

// details is Markdown for the page of the Temporal UI: headings, bullets and code only, and short, for it
// travels in an address.
func (r *run) details() string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s: %s\n\n", r.farm.Name, r.status.State)
	if r.status.Phase != "" {
		fmt.Fprintf(&b, "- **Phase** %s\n", r.status.Phase)
	}
	if !r.status.UsersOff.Since.IsZero() && r.status.UsersOff.Until.IsZero() {
		fmt.Fprintf(&b, "- **Users** OFF since %s\n", r.status.UsersOff.Since.UTC().Format("15:04 UTC"))
	}
	b.WriteString(windowDetails(r.status.Window))
	if r.status.Paused {
		fmt.Fprintf(&b, "- **Paused** by %s\n", r.status.PausedBy)
	}
	if r.status.Outcome != "" {
		fmt.Fprintf(&b, "- **Outcome** %s\n", r.status.Outcome)
	}
	for _, q := range r.status.OpenQuestions() {
		fmt.Fprintf(&b, "\n### Waiting: %s\n\n%s\n\n", q.ID, q.Title)
		for _, f := range q.Facts[:min(len(q.Facts), 12)] {
			fmt.Fprintf(&b, "- **%s** %s", f.Label, firstOf(f.Text, 160))
			if !f.Seen.IsZero() {
				fmt.Fprintf(&b, ", seen %s", f.Seen.UTC().Format("15:04 UTC"))
			}
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "- **May answer** %s\n", strings.Join(q.Eligible(), ", "))
		fmt.Fprintf(&b, "\nAnswer with the update `%s` (a refused signal shows success):\n\n```json\n{\n  \"subject\": %q,\n  \"evidence\": %q,\n  \"who\": \"YOUR NAME\",\n  \"choice\": %q,\n  \"reason\": \"WHY\"\n}\n```\n",
			MessageDecide, q.ID, short(q.Digest), firstChoice(q))
	}
	return b.String()
}

func firstChoice(q farm.Question) farm.Choice {
	if q.Advised != "" {
		return q.Advised
	}
	return q.Choices[0]
}

func firstOf(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "..."
}
