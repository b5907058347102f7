package main

import (
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/mocks"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// nextWave is an open gate of a rollout.
func nextWave() farm.Question {
	q := gate()
	q.ID = string(farm.GateNextWave)
	q.Digest = farm.EvidenceDigest(q.ID, q.Revision, q.Facts)
	return q
}

// fleetOf is a rollout of two farms that asks questions itself.
func fleetOf(questions ...farm.Question) farm.RolloutStatus {
	return farm.RolloutStatus{
		Rollout: "r2", Started: noon, Waves: []farm.WaveStatus{{Name: "pilot", State: farm.StepDone}, {Name: "rest", State: farm.StepPending, Waits: "people are asked"}},
		Farms: []farm.FarmHandle{
			{Farm: "a", Wave: "pilot", State: farm.RunDone, Result: &farm.Result{Farm: "a", Outcome: farm.OutcomeCompleted, Started: noon, Finished: noon}},
			{Farm: "b", Wave: "rest", State: farm.RunPending},
		},
		Questions: questions,
	}
}

func TestDecisionsAboutARollout(t *testing.T) {
	q := nextWave()
	for name, c := range map[string]struct {
		args []string
		want farm.Decision
	}{
		"pause":            {[]string{"pause", "r2"}, farm.Decision{Subject: farm.SubjectRollout, Choice: farm.ChoicePause}},
		"pause by id":      {[]string{"pause", "rollout/r2"}, farm.Decision{Subject: farm.SubjectRollout, Choice: farm.ChoicePause}},
		"abort":            {[]string{"abort", "r2", "--reason", "storm"}, farm.Decision{Subject: farm.SubjectRollout, Choice: farm.ChoiceAbort, Reason: "storm"}},
		"approve":          {[]string{"approve", "r2", "next-wave", "--yes"}, farm.Decision{Subject: q.ID, Choice: farm.ChoiceApprove, Evidence: q.Digest}},
		"approve by id":    {[]string{"approve", "rollout/r2", "next-wave", "--yes"}, farm.Decision{Subject: q.ID, Choice: farm.ChoiceApprove, Evidence: q.Digest}},
		"approve evidence": {[]string{"approve", "r2", "next-wave", "--evidence", "01234567"}, farm.Decision{Subject: q.ID, Choice: farm.ChoiceApprove, Evidence: "01234567"}},
	} {
		t.Run(name, func(t *testing.T) {
			temporal, handle := &mocks.Client{}, &mocks.WorkflowUpdateHandle{}
			missing(temporal, "farm-update/r2")
			exists(t, temporal, "rollout/r2", running, "")
			answers(t, temporal, "rollout/r2", fleetOf(q))
			handle.On("Get", mock.Anything, mock.Anything).Run(func(args mock.Arguments) { args.Get(1).(*workflows.Verdict).Accepted = true }).Return(nil)
			var options client.UpdateWorkflowOptions
			temporal.On("UpdateWorkflow", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
				options = args.Get(1).(client.UpdateWorkflowOptions)
			}).Return(handle, nil)
			r := command(t, temporal, append(c.args, "--as", "bob")...)
			require.Zero(t, r.code, r.err)
			require.Equal(t, "rollout/r2", options.WorkflowID)
			c.want.Who = "bob"
			require.Equal(t, c.want, options.Args[0])
		})
	}
}

func TestARolloutThatAsksWaitsForPeople(t *testing.T) {
	temporal := &mocks.Client{}
	exists(t, temporal, "rollout/r2", running, "")
	answers(t, temporal, "rollout/r2", fleetOf(nextWave()))
	temporal.On("QueryWorkflow", mock.Anything, "farm-update/a", "", workflows.QueryStatus).Return(nil, serviceerror.NewNotFound("past retention"))
	r := command(t, temporal, "status", "r2")
	require.Equal(t, exitApproval, r.code, r.err)
	require.Contains(t, r.out, "starter approve rollout/r2 next-wave")
}

func TestGatesListWhatRolloutsAsk(t *testing.T) {
	temporal := &mocks.Client{}
	temporal.On("ListWorkflow", mock.Anything, mock.MatchedBy(func(r *workflowservice.ListWorkflowExecutionsRequest) bool {
		return r.GetQuery() == `WorkflowType = "Rollout" AND ExecutionStatus = "Running" AND PendingGate IS NOT NULL`
	})).Return(&workflowservice.ListWorkflowExecutionsResponse{
		Executions: []*workflowpb.WorkflowExecutionInfo{{Execution: &commonpb.WorkflowExecution{WorkflowId: "rollout/r2", RunId: "run-1"}}},
	}, nil)
	temporal.On("ListWorkflow", mock.Anything, mock.Anything).Return(&workflowservice.ListWorkflowExecutionsResponse{}, nil)
	answers(t, temporal, "rollout/r2", fleetOf(nextWave()))
	r := command(t, temporal, "gates", "--as", "bob")
	require.Zero(t, r.code, r.err)
	require.Contains(t, r.out, "starter approve rollout/r2 next-wave --as bob")
}
