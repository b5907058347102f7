package activities

import (
	"context"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/activity"
)

// heartbeatEvery is well below every heartbeat timeout of workflows/policies.go.
const heartbeatEvery = 5 * time.Second

// keepBeating reports in the background that an activity lives, for a call may be out for longer than the
// heartbeat timeout; cancellation arrives with the answer. say changes what the activity is doing, and stop
// ends it. A server that hangs is noticed by the clients' own deadlines, and then has a name.
func keepBeating(ctx context.Context, doing string) (say func(doing string), stop func()) {
	return pulse(ctx, doing, func(doing string) {
		if activity.IsActivity(ctx) { // else a command of the starter, and nobody listens
			activity.RecordHeartbeat(ctx, doing)
		}
	})
}

// pulse calls beat with what is being done: at once, with each change, and every heartbeatEvery.
func pulse(ctx context.Context, doing string, beat func(doing string)) (say func(doing string), stop func()) {
	var now atomic.Pointer[string]
	say = func(doing string) {
		now.Store(&doing)
		beat(doing)
	}
	say(doing)
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		t := time.NewTicker(heartbeatEvery)
		defer t.Stop()
		for {
			select {
			case <-quit:
				return
			case <-ctx.Done():
				return
			case <-t.C:
				beat(*now.Load())
			}
		}
	}()
	return say, func() { close(quit); <-done }
}
