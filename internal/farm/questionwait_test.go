package farm_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

// TestAWaitApprovesNothing: whatever a policy says and however long nobody answers, the events come in order of time, each end is
// met once, and what comes of them is an open or a rejected gate.
func TestAWaitApprovesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		minutes := func(label string) time.Duration {
			return time.Duration(rapid.IntRange(0, 600).Draw(t, label)) * time.Minute
		}
		p := farm.GatePolicy{
			Remind: minutes("remind"), Escalate: farm.Escalation{After: minutes("escalate")},
			Expire: farm.Expiry{After: minutes("expire"), Then: rapid.SampledFrom([]farm.ExpiryPolicy{farm.ExpiryHold, farm.ExpiryReject}).Draw(t, "then")},
		}
		q := gate(1)
		members := len(q.Members)
		q.Wait = p.WaitFor(asked, []string{"bob", "frank"})
		seen, last := map[farm.WaitEvent]int{}, asked
		for range 60 {
			event, at := q.Wait.Next()
			if event == "" || !q.Open() {
				break
			}
			require.False(t, at.Before(last), "%s comes before what came already", event)
			seen[event]++
			last = at
			switch event {
			case farm.WaitRemind:
				q.Wait.Remind = farm.NextReminder(q.Wait.Since, at, p.Remind)
				require.True(t, q.Wait.Remind.After(at))
			case farm.WaitEscalate:
				q.Escalate(at)
				require.Len(t, q.Members, members+1, "frank; bob was asked already")
			case farm.WaitExpire:
				q.Expire(at)
			}
		}
		require.LessOrEqual(t, seen[farm.WaitEscalate], 1)
		require.LessOrEqual(t, seen[farm.WaitExpire], 1)
		require.Empty(t, q.Approvals)
		if p.Expire.Then == farm.ExpiryReject && seen[farm.WaitExpire] > 0 {
			require.Equal(t, []any{farm.ChoiceReject, farm.ByExpiry}, []any{q.Answer, q.By})
		} else {
			require.True(t, q.Open())
		}
	})
}

// TestRemindersOfAMonthAreFew: a history is bounded, and the first ones come at the policy's pace.
func TestRemindersOfAMonthAreFew(t *testing.T) {
	const remind = 10 * time.Minute
	told, n := asked, 0
	for ; told.Sub(asked) < 30*24*time.Hour; n++ {
		next := farm.NextReminder(asked, told, remind)
		if n < 8 {
			require.Equal(t, remind, next.Sub(told))
		}
		told = next
	}
	require.Less(t, n, 64)
}
