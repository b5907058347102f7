package activities

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"farmhand/internal/farm"
)

// KeepRunbook is SaveRunbook for the worker that runs the farm's workflow, as a local activity: what it is given enters no
// history. A runbook belongs into the farm's own network, so that a worker of another site keeps none and says so; the
// site's worker is asked then.
func (a *Activities) KeepRunbook(ctx context.Context, s farm.Status) (kept bool, err error) {
	if s.Site != a.opts.Site {
		return false, nil
	}
	return true, a.SaveRunbook(ctx, s)
}

// SaveRunbook writes what is left to do by hand to the worker's disk, so that people can go on without
// farmhand and without Temporal. The file is replaced as a whole.
func (a *Activities) SaveRunbook(_ context.Context, s farm.Status) error {
	if a.opts.Runbook == nil || a.opts.RunbookDir == "" {
		return nil
	}
	text, err := a.opts.Runbook(s)
	if err != nil {
		return fmt.Errorf("runbook: %w", err)
	}
	if err := os.MkdirAll(a.opts.RunbookDir, 0o750); err != nil {
		return fmt.Errorf("runbook: %w", err)
	}
	path := filepath.Join(a.opts.RunbookDir, s.Rollout+"."+s.Farm+".md")
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return fmt.Errorf("runbook: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("runbook: %w", err)
	}
	return nil
}
