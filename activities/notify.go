package activities

import (
	"context"
	"slices"
	"strings"

	"go.temporal.io/sdk/activity"

	"farmhand/internal/farm"
	"farmhand/internal/notify"
)

// notifyAdvice is what to do about a receiver that could not be told.
const notifyAdvice = "the rollout goes on without it; worker --test-notifications tries every receiver of a worker's settings"

// Notify tells everybody of this worker's settings who wants the event. Who was told is kept in the heartbeat, so that another
// try tells only the others; a worker that dies in between may tell somebody twice. It fails with the names of those who
// were not told, and why.
func (a *Activities) Notify(ctx context.Context, n farm.Notification) error {
	if a.opts.Receivers == nil {
		return nil
	}
	var told []string
	if activity.HasHeartbeatDetails(ctx) {
		if err := activity.GetHeartbeatDetails(ctx, &told); err != nil {
			told = nil // of another build: better twice than never
		}
	}
	untold := a.opts.Receivers.Tell(ctx, n, told, func(name string) {
		told = append(told, name)
		activity.RecordHeartbeat(ctx, slices.Clone(told))
	})
	if len(untold) == 0 {
		return nil
	}
	if len(told) > 0 { // also where nobody was told by this try: a failure carries the newest heartbeat on
		activity.RecordHeartbeat(ctx, slices.Clone(told))
	}
	return Fail(untoldFailure(untold))
}

// untoldFailure is of a kind that is tried again as long as that can help at least one receiver.
func untoldFailure(untold []*notify.Failure) farm.Failure {
	f := farm.Failure{Kind: farm.FailureConfig, Server: "notify", Advice: notifyAdvice}
	whys := make([]string, len(untold))
	for i, u := range untold {
		whys[i] = u.Error()
		if !u.ForGood {
			f.Kind = farm.FailureUnreachable
		}
	}
	f.Message = "not told: " + strings.Join(whys, "; ")
	return f
}
