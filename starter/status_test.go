package main

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/mocks"

	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/workflows"
)

const running = enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING

func TestStatusOfAFarmSaysWhereItStands(t *testing.T) {
	ended := func(o farm.Outcome) farm.Status {
		s := statusOf(farm.RunDone)
		s.Outcome, s.Finished = o, noon
		return s
	}
	for name, c := range map[string]struct {
		status farm.Status
		state  enumspb.WorkflowExecutionStatus
		code   int
	}{
		"running":      {statusOf(farm.RunRunning), running, 6},
		"paused":       {statusOf(farm.RunPaused), running, 6},
		"gate":         {statusOf(farm.RunGate, gate()), running, 2},
		"intervention": {statusOf(farm.RunOperator, intervention()), running, 3},
		"completed":    {ended(farm.OutcomeCompleted), enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED, 0},
		"exceptions":   {ended(farm.OutcomeCompletedWithExceptions), enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED, 0},
		"aborted":      {ended(farm.OutcomeAborted), enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED, 5},
		"refused":      {ended(farm.OutcomeRefused), enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED, 5},
		"terminated":   {statusOf(farm.RunRunning), enumspb.WORKFLOW_EXECUTION_STATUS_TERMINATED, 4},
	} {
		t.Run(name, func(t *testing.T) {
			temporal := &mocks.Client{}
			missing(temporal, workflows.RolloutID("contoso"))
			exists(t, temporal, workflows.FarmUpdateID("contoso"), c.state, "")
			answers(t, temporal, workflows.FarmUpdateID("contoso"), c.status)
			r := command(t, temporal, "status", "contoso", "-o", "json")
			require.Equal(t, c.code, r.code, r.err)
			var f view.Farm
			require.NoError(t, json.Unmarshal([]byte(r.out), &f))
			require.Equal(t, "contoso", f.Name)
			require.Len(t, f.Questions, len(c.status.Questions))
		})
	}
}

func TestStatusOfARolloutIsTheWorstThatPeopleMustDo(t *testing.T) {
	temporal := &mocks.Client{}
	rollout := farm.RolloutStatus{Rollout: "r1", Farms: []farm.FarmHandle{{Farm: "contoso"}, {Farm: "fabrikam"}, {Farm: "later"}}}
	exists(t, temporal, workflows.RolloutID("r1"), running, "")
	answers(t, temporal, workflows.RolloutID("r1"), rollout)
	answers(t, temporal, workflows.FarmUpdateID("contoso"), statusOf(farm.RunGate, gate()))
	answers(t, temporal, workflows.FarmUpdateID("fabrikam"), statusOf(farm.RunOperator, intervention()))
	temporal.On("QueryWorkflow", mock.Anything, workflows.FarmUpdateID("later"), "", workflows.QueryStatus).Return(nil, serviceerror.NewNotFound("not yet"))
	r := command(t, temporal, "status", "rollout/r1")
	require.Equal(t, 3, r.code, r.err)
	require.Contains(t, r.out, "contoso")
	require.NotContains(t, r.out, "\x1b", "no colours where no terminal is")
}

func TestStatusSaysThatNoWorkerAnswers(t *testing.T) {
	temporal := &mocks.Client{}
	missing(temporal, workflows.RolloutID("contoso"))
	exists(t, temporal, workflows.FarmUpdateID("contoso"), running, "")
	temporal.On("QueryWorkflow", mock.Anything, mock.Anything, mock.Anything, mock.Anything).Return(nil, serviceerror.NewDeadlineExceeded("late"))
	r := command(t, temporal, "status", "contoso")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.err, "no worker answers")
}

func TestStatusOfNothing(t *testing.T) {
	temporal := &mocks.Client{}
	missing(temporal, workflows.RolloutID("x"))
	missing(temporal, workflows.FarmUpdateID("x"))
	r := command(t, temporal, "status", "x")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.err, `"x" is neither a rollout nor a farm`)
}

func TestUsageIsExitCodeOne(t *testing.T) {
	for _, args := range [][]string{{"status"}, {"status", "a", "--nope"}, {"nope"}, {"-o", "yaml", "gates"}, {"start"}} {
		r := command(t, nil, args...)
		require.Equal(t, 1, r.code, args)
		require.NotEmpty(t, r.err)
	}
}

func TestWaitReturnsWhenAPersonIsNeeded(t *testing.T) {
	temporal := &mocks.Client{}
	missing(temporal, workflows.RolloutID("contoso"))
	exists(t, temporal, workflows.FarmUpdateID("contoso"), running, "")
	answers(t, temporal, workflows.FarmUpdateID("contoso"), statusOf(farm.RunGate, gate()))
	require.Equal(t, 2, command(t, temporal, "status", "contoso", "--wait").code)
}

func TestWaitGivesUp(t *testing.T) {
	temporal := &mocks.Client{}
	missing(temporal, workflows.RolloutID("contoso"))
	exists(t, temporal, workflows.FarmUpdateID("contoso"), running, "")
	answers(t, temporal, workflows.FarmUpdateID("contoso"), statusOf(farm.RunRunning))
	r := command(t, temporal, "status", "contoso", "--wait", "--timeout", "50ms")
	require.Equal(t, 6, r.code, r.err)
	require.Contains(t, r.out, "contoso")
}

func TestExitErrorKeepsItsCause(t *testing.T) {
	cause := errors.New("why")
	require.ErrorIs(t, &exitError{code: 3, err: cause}, cause)
	require.NoError(t, exit(exitDone))
}
