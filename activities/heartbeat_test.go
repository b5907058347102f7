package activities

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// An activity beats while a call is out that says nothing, and no longer. The time is the bubble's own.
func TestPulse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var beats []string
		beat := func(doing string) {
			mu.Lock()
			defer mu.Unlock()
			beats = append(beats, doing)
		}
		count := func() int {
			mu.Lock()
			defer mu.Unlock()
			return len(beats)
		}
		say, stop := pulse(t.Context(), "asking", beat)
		require.Equal(t, 1, count(), "at once, for the call may take long")
		time.Sleep(time.Minute)
		require.GreaterOrEqual(t, count(), 12)
		say("waiting")
		time.Sleep(time.Minute)
		stop()
		beaten := count()
		time.Sleep(time.Minute)
		require.Equal(t, beaten, count())
		require.Equal(t, []string{"asking", "waiting"}, slices.Compact(beats))

		ctx, cancel := context.WithCancel(t.Context())
		_, stop = pulse(ctx, "cancelled", beat)
		cancel()
		synctest.Wait()
		beaten = count()
		time.Sleep(time.Minute)
		require.Equal(t, beaten, count())
		stop()
	})
}
