package workflows

import (
	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// What needs nothing of each other is done side by side. That is sooner done, and cheaper: answers that come together are
// one workflow task.

// meanwhile does something beside everything else; the returned function waits for its end.
func meanwhile(ctx workflow.Context, do func(workflow.Context)) (wait func()) {
	wg := workflow.NewWaitGroup(ctx)
	wg.Add(1)
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer wg.Done()
		do(ctx)
	})
	return func() { wg.Wait(ctx) }
}

// together does what needs nothing of each other side by side, and returns the first error in their order when all have
// ended.
func together(ctx workflow.Context, all ...func(workflow.Context) error) error {
	errs := make([]error, len(all))
	wg := workflow.NewWaitGroup(ctx)
	for i, do := range all {
		wg.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer wg.Done()
			errs[i] = do(ctx)
		})
	}
	wg.Wait(ctx)
	return firstError(errs)
}

func firstError(errs []error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// onServers runs do for servers side by side, at most limit at once (zero: all), and returns the first
// error in the servers' order when all have ended.
func (r *run) onServers(ctx workflow.Context, servers []farm.Server, limit int, do func(workflow.Context, farm.Server) error) error {
	if limit <= 0 {
		limit = max(1, len(servers))
	}
	errs := make([]error, len(servers))
	sem, wg := workflow.NewSemaphore(ctx, int64(limit)), workflow.NewWaitGroup(ctx)
	for i, s := range servers {
		wg.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer wg.Done()
			if errs[i] = sem.Acquire(ctx, 1); errs[i] != nil {
				return
			}
			defer sem.Release(1)
			errs[i] = do(ctx, s)
		})
	}
	wg.Wait(ctx)
	return firstError(errs)
}
