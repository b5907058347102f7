package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// newRollout is `starter rollout`: what changes about a rollout while it runs.
func newRollout(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "rollout", Short: "Change a rollout that runs: add, drop, move or rerun a farm, or set how many run at once",
		Long: `Change a rollout that runs.

Only operators may, and each change needs a reason. It takes effect before the next farm is started, touches no farm that is
under way, and is kept in the evidence with the digest of what is carried out since.`,
	}
	cmd.AddCommand(newFleetAdd(a), newFleetDrop(a), newFleetMove(a), newFleetRerun(a), newFleetParallel(a))
	return cmd
}

// fleetFlags adds what changes have in common, and where a farm is put.
func fleetFlags(cmd *cobra.Command, c *farm.FleetChange, wave, before string) *cobra.Command {
	cmd.Flags().StringVar(&c.Reason, "reason", "", "why; recorded for good")
	if wave != "" {
		cmd.Flags().StringVar(&c.Wave, "wave", "", wave)
	}
	if before != "" {
		cmd.Flags().StringVar(&c.Before, "before", "", before)
	}
	return cmd
}

const beforeHelp = "`farm` of the wave that it is put before (default: the wave's end)"

func newFleetAdd(a *app) *cobra.Command {
	var (
		path string
		c    = farm.FleetChange{Kind: farm.FleetAdd}
	)
	cmd := &cobra.Command{
		Use: "add -f FILE FARM", Short: "Add a farm of a rollout file to the rollout of that file's name", Args: cobra.ExactArgs(1),
		Long: `Add a farm to a rollout that runs.

The file is the rollout's own with the farm added; it is checked as a whole. Only that farm is taken from it, and its wave;
everything else stays as it was started.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := load(path)
			if err != nil {
				return err
			}
			added, ok := f.rollout.Farm(args[0])
			if !ok {
				return fmt.Errorf("%s has no farm %q", path, args[0])
			}
			c.Farm, c.Definition = added.Name, &added
			if c.Wave == "" {
				c.Wave = waveOf(f.rollout, added.Name)
			}
			return a.changeFleet(cmd.Context(), f.rollout.ID, c)
		},
	}
	fileFlag(cmd, &path)
	return fleetFlags(cmd, &c, "`wave` it is added to (default: its wave in the file)", beforeHelp)
}

// waveOf is the wave that a file puts a farm into.
func waveOf(r farm.Rollout, name string) string {
	waves, _ := r.InWaves()
	for _, w := range waves {
		if slices.Contains(w.Farms, name) {
			return w.Name
		}
	}
	return ""
}

func newFleetDrop(a *app) *cobra.Command {
	return newFleetTurn(a, farm.FleetDrop, "Take out a farm whose turn has not come: it ends not-started")
}

func newFleetRerun(a *app) *cobra.Command {
	return newFleetTurn(a, farm.FleetRerun, "Give a farm another turn that ended without being updated")
}

// newFleetTurn makes a command about a farm's turn that says nothing more.
func newFleetTurn(a *app, kind farm.FleetChangeKind, short string) *cobra.Command {
	c := farm.FleetChange{Kind: kind}
	cmd := &cobra.Command{
		Use: string(kind) + " ROLLOUT FARM", Short: short, Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Farm = args[1]
			return a.changeFleet(cmd.Context(), args[0], c)
		},
	}
	return fleetFlags(cmd, &c, "", "")
}

func newFleetMove(a *app) *cobra.Command {
	c := farm.FleetChange{Kind: farm.FleetMove}
	cmd := &cobra.Command{
		Use: "move ROLLOUT FARM", Short: "Give a farm whose turn has not come another place", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.Farm = args[1]
			return a.changeFleet(cmd.Context(), args[0], c)
		},
	}
	return fleetFlags(cmd, &c, "`wave` it is moved to (default: where it is)", beforeHelp)
}

func newFleetParallel(a *app) *cobra.Command {
	c := farm.FleetChange{Kind: farm.FleetParallel}
	cmd := &cobra.Command{
		Use: "parallel ROLLOUT FARMS", Short: "Set how many farms run at once", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if c.Parallel, err = strconv.Atoi(args[1]); err != nil {
				return fmt.Errorf("%q is not a number of farms", args[1])
			}
			return a.changeFleet(cmd.Context(), args[0], c)
		},
	}
	cmd.Flags().StringVar(&c.Site, "site", "", "`site` it is about, instead of a wave")
	return fleetFlags(cmd, &c, "`wave` it is about (default: the whole rollout)", "")
}

// fleetAnswer is what became of a change.
type fleetAnswer struct {
	Rollout  string           `json:"rollout"`
	Change   farm.FleetChange `json:"change"`
	Accepted bool             `json:"accepted"`
	Why      string           `json:"why"`
}

// changeFleet sends a change and prints what became of it. A change that does not count ends with exit code 1.
func (a *app) changeFleet(ctx context.Context, rollout string, c farm.FleetChange) error {
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	c.Who = a.who()
	became := fleetAnswer{Rollout: strings.TrimPrefix(rollout, farm.RolloutPrefix), Change: c}
	verdict, err := d.changeFleet(ctx, became.Rollout, c)
	if err != nil {
		return err
	}
	became.Accepted, became.Why = verdict.Accepted, verdict.Why
	if a.json() {
		err = a.printJSON(became)
	} else {
		word := "counts"
		if !became.Accepted {
			word = "does not count"
		}
		_, err = fmt.Fprintf(a.out, "%s: %s\n", strings.Join(strings.Fields(fmt.Sprintf("%s: %s %s by %s %s", became.Rollout, c.Kind, c.Farm, c.Who, word)), " "), became.Why)
	}
	if err == nil && !became.Accepted {
		err = exit(exitWrong)
	}
	return err
}

// changeFleet tells a rollout a change. A change that does not count is no error: the verdict says why.
func (d *desk) changeFleet(ctx context.Context, rollout string, c farm.FleetChange) (workflows.Verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, updateTimeout)
	defer cancel()
	var verdict workflows.Verdict
	id := workflows.RolloutID(rollout)
	handle, err := d.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: workflows.MessageChange, WaitForStage: client.WorkflowUpdateStageCompleted, Args: []any{c},
	})
	if err == nil {
		err = handle.Get(ctx, &verdict) // a refusal of the validator comes from here
	}
	var (
		refused *temporal.ApplicationError
		gone    *serviceerror.NotFound
	)
	switch {
	case err == nil:
		return verdict, nil
	case errors.As(err, &refused):
		return workflows.Verdict{Why: refused.Message()}, nil
	case errors.As(err, &gone):
		return verdict, fmt.Errorf("%s: %w, or has ended", id, errUnknown)
	case unanswered(err):
		return verdict, fmt.Errorf("%s: %w; look at starter status %s before you try again", id, errNoWorker, rollout)
	}
	return verdict, fmt.Errorf("%s: %w", id, err)
}
