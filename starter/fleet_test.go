package main

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/mocks"
	"go.temporal.io/sdk/temporal"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// fleetUpdate is a Temporal that answers a change of a rollout, and keeps what it was asked.
func fleetUpdate(verdict workflows.Verdict, refusal error) (*mocks.Client, *client.UpdateWorkflowOptions) {
	c, handle, asked := &mocks.Client{}, &mocks.WorkflowUpdateHandle{}, &client.UpdateWorkflowOptions{}
	handle.On("Get", mock.Anything, mock.Anything).Run(func(args mock.Arguments) { *args.Get(1).(*workflows.Verdict) = verdict }).Return(refusal)
	c.On("UpdateWorkflow", mock.Anything, mock.Anything).Run(func(args mock.Arguments) { *asked = args.Get(1).(client.UpdateWorkflowOptions) }).Return(handle, nil)
	return c, asked
}

func TestChangesOfAFleet(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want farm.FleetChange
	}{
		"drop":          {[]string{"drop", "r1", "a"}, farm.FleetChange{Kind: farm.FleetDrop, Farm: "a"}},
		"by id":         {[]string{"drop", "rollout/r1", "a"}, farm.FleetChange{Kind: farm.FleetDrop, Farm: "a"}},
		"move":          {[]string{"move", "r1", "a", "--wave", "w", "--before", "b"}, farm.FleetChange{Kind: farm.FleetMove, Farm: "a", Wave: "w", Before: "b"}},
		"rerun":         {[]string{"rerun", "r1", "a"}, farm.FleetChange{Kind: farm.FleetRerun, Farm: "a"}},
		"parallel":      {[]string{"parallel", "r1", "7"}, farm.FleetChange{Kind: farm.FleetParallel, Parallel: 7}},
		"wave parallel": {[]string{"parallel", "r1", "7", "--wave", "w"}, farm.FleetChange{Kind: farm.FleetParallel, Parallel: 7, Wave: "w"}},
	} {
		t.Run(name, func(t *testing.T) {
			temporal, asked := fleetUpdate(workflows.Verdict{Accepted: true, Why: "done"}, nil)
			r := command(t, temporal, append(append([]string{"rollout"}, c.args...), "--as", "dave", "--reason", "storm", "-o", "json")...)
			require.Zero(t, r.code, r.err)
			c.want.Who, c.want.Reason = "dave", "storm"
			require.Equal(t, "rollout/r1", asked.WorkflowID)
			require.Equal(t, workflows.MessageChange, asked.UpdateName)
			require.Equal(t, c.want, asked.Args[0])
			var a fleetAnswer
			require.NoError(t, json.Unmarshal([]byte(r.out), &a))
			require.Equal(t, fleetAnswer{Rollout: "r1", Change: c.want, Accepted: true, Why: "done"}, a)
		})
	}
}

// TestAFarmIsAddedFromItsFile, which is checked as a whole first.
func TestAFarmIsAddedFromItsFile(t *testing.T) {
	temporal, asked := fleetUpdate(workflows.Verdict{Accepted: true, Why: "added"}, nil)
	path := contoso(t)
	r := command(t, temporal, "rollout", "add", "-f", path, "contoso-pwa", "--as", "dave", "--reason", "forgotten")
	require.Zero(t, r.code, r.err)
	require.Equal(t, "2026-11-infrastructure-update: add contoso-pwa by dave counts: added\n", r.out)
	require.Equal(t, contosoID, asked.WorkflowID)
	c := asked.Args[0].(farm.FleetChange)
	f, err := load(path)
	require.NoError(t, err)
	require.Equal(t, f.rollout.Farms[0], *c.Definition)
	require.Equal(t, farm.AllFarms, c.Wave, "its wave in the file")

	r = command(t, nil, "rollout", "add", "-f", path, "other", "--reason", "x")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.err, `has no farm "other"`)
	r = command(t, nil, "rollout", "add", "-f", contoso(t, "requested_by: alice", ""), "contoso-pwa")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.err, "nothing was started")
}

func TestAChangeThatIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		verdict workflows.Verdict
		refusal error
	}{
		"by the validator": {workflows.Verdict{}, temporal.NewApplicationError("a is under way", "RefusedError")},
		"by the handler":   {workflows.Verdict{Why: "a is under way"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			temporal, _ := fleetUpdate(c.verdict, c.refusal)
			r := command(t, temporal, "rollout", "drop", "r1", "a", "--as", "dave", "--reason", "x")
			require.Equal(t, 1, r.code)
			require.Equal(t, "r1: drop a by dave does not count: a is under way\n", r.out)
		})
	}
}

func TestAChangeThatNobodyAnswers(t *testing.T) {
	for want, err := range map[string]error{
		"no worker answers": context.DeadlineExceeded,
		"or has ended":      serviceerror.NewNotFound("gone"),
	} {
		c := &mocks.Client{}
		c.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(nil, err)
		r := command(t, c, "rollout", "drop", "r1", "a", "--reason", "x")
		require.Equal(t, 1, r.code)
		require.Contains(t, r.err, want)
	}
	require.Contains(t, command(t, nil, "rollout", "parallel", "r1", "many").err, `"many" is not a number of farms`)
}
