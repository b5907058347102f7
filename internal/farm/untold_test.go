package farm_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

func TestNoteUntold(t *testing.T) {
	at := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	list := farm.NoteUntold(nil, "gate-opened", "continue", "the webhook answered 500", at)
	list = farm.NoteUntold(list, "gate-reminder", "continue", "the webhook answered 500", at.Add(time.Minute))
	list = farm.NoteUntold(list, "gate-reminder", "continue", "the webhook does not answer", at.Add(2*time.Minute))
	require.Equal(t, []farm.Untold{
		{Event: "gate-opened", Subject: "continue", Times: 1, First: at, Last: at, Why: "the webhook answered 500"},
		{Event: "gate-reminder", Subject: "continue", Times: 2, First: at.Add(time.Minute), Last: at.Add(2 * time.Minute), Why: "the webhook does not answer"},
	}, list)
}

// TestUntoldIsBoundedAndCountsAll, however long nobody can be told.
func TestUntoldIsBoundedAndCountsAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []farm.Untold
		subjects := rapid.SliceOf(rapid.IntRange(0, 100)).Draw(t, "subjects")
		for _, s := range subjects {
			list = farm.NoteUntold(list, "intervention-opened", fmt.Sprint(s), "why", time.Time{})
		}
		times := 0
		for _, u := range list {
			times += u.Times
		}
		require.Equal(t, len(subjects), times)
		require.LessOrEqual(t, len(list), 41)
	})
}
