package view_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// TestWhoCouldNotBeToldIsInTheEvidence, of a farm and of the rollout's own gates.
func TestWhoCouldNotBeToldIsInTheEvidence(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	s := farm.Status{Rollout: "r", Farm: "berlin", Started: now, Untold: farm.NoteUntold(nil, "gate-reminder", "continue", "the webhook answered 500", now)}
	r := farm.RolloutStatus{
		Rollout: "r", Started: now, Farms: []farm.FarmHandle{{Farm: "berlin"}}, Questions: []farm.Question{{ID: "next-wave"}},
		Untold: farm.NoteUntold(nil, "gate-opened", "next-wave", "the webhook does not answer", now),
	}
	e := view.Report(r, []farm.Status{s}, view.ReportOptions{Printed: now})
	for _, print := range []func(*bytes.Buffer) error{
		func(b *bytes.Buffer) error { return e.JSON(b) },
		func(b *bytes.Buffer) error { return e.Markdown(b) },
		func(b *bytes.Buffer) error { return e.HTML(b) },
	} {
		var b bytes.Buffer
		require.NoError(t, print(&b))
		for _, text := range []string{"gate-reminder", "the webhook answered 500", "gate-opened", "next-wave", "the webhook does not answer"} {
			require.Contains(t, b.String(), text)
		}
	}
}
