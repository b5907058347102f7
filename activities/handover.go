package activities

import (
	"context"

	"go.temporal.io/sdk/activity"
)

// untilWorkerStops returns a context that also ends when the worker is told to stop. It is for waits that may take hours
// and that another worker can take up at once: waiting on would only keep the farm without one, for as long as the setting
// worker_stop_timeout says. release must be called.
func untilWorkerStops(ctx context.Context) (waiting context.Context, release func()) {
	waiting, cancel := context.WithCancel(ctx)
	if !activity.IsActivity(ctx) { // a command of the starter
		return waiting, cancel
	}
	stopped := activity.GetWorkerStopChannel(ctx)
	go func() {
		select {
		case <-stopped:
			cancel()
		case <-waiting.Done():
		}
	}()
	return waiting, cancel
}
