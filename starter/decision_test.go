package main

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/mocks"
	"go.temporal.io/sdk/temporal"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

const contosoFarm = "farm-update/contoso"

// updated is a Temporal that answers an update.
func updated(t *testing.T, verdict workflows.Verdict, refusal error) *mocks.Client {
	t.Helper()
	c, handle := &mocks.Client{}, &mocks.WorkflowUpdateHandle{}
	exists(t, c, contosoFarm, running, "")
	handle.On("Get", mock.Anything, mock.Anything).Run(func(args mock.Arguments) { *args.Get(1).(*workflows.Verdict) = verdict }).Return(refusal)
	c.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(handle, nil)
	return c
}

// sent is the decision that went to Temporal.
func sent(t *testing.T, c *mocks.Client) farm.Decision {
	t.Helper()
	for _, call := range c.Calls {
		if call.Method == "UpdateWorkflow" {
			options := call.Arguments.Get(1).(client.UpdateWorkflowOptions)
			require.Equal(t, contosoFarm, options.WorkflowID)
			require.Equal(t, workflows.MessageDecide, options.UpdateName)
			return options.Args[0].(farm.Decision)
		}
	}
	require.Fail(t, "nothing was sent")
	return farm.Decision{}
}

func TestDecisionsBecomeOneShape(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want farm.Decision
	}{
		"approve": {[]string{"approve", "contoso", "continue", "--evidence", "01234567"}, farm.Decision{Subject: "continue", Choice: farm.ChoiceApprove, Evidence: "01234567"}},
		"reject":  {[]string{"reject", "contoso", "continue", "--evidence", "01234567", "--reason", "no"}, farm.Decision{Subject: "continue", Choice: farm.ChoiceReject, Evidence: "01234567", Reason: "no"}},
		"decide":  {[]string{"decide", "farm-update/contoso", "i-1", "retry", "--evidence", "01234567", "--reason", "ok"}, farm.Decision{Subject: "i-1", Choice: farm.ChoiceRetry, Evidence: "01234567", Reason: "ok"}},
		"claim":   {[]string{"claim", "contoso", "i-1"}, farm.Decision{Subject: "i-1", Choice: farm.ChoiceClaim}},
		"note":    {[]string{"note", "contoso", "told the help desk"}, farm.Decision{Subject: farm.SubjectFarm, Choice: farm.ChoiceNote, Reason: "told the help desk"}},
		"note on": {[]string{"note", "contoso", "disk was full", "--on", "i-1"}, farm.Decision{Subject: "i-1", Choice: farm.ChoiceNote, Reason: "disk was full"}},
		"pause":   {[]string{"pause", "contoso"}, farm.Decision{Subject: farm.SubjectFarm, Choice: farm.ChoicePause}},
		"resume":  {[]string{"resume", "contoso"}, farm.Decision{Subject: farm.SubjectFarm, Choice: farm.ChoiceResume}},
		"extend": {[]string{"extend", "contoso", "--until", "2026-11-29T08:00:00+01:00", "--reason", "late"}, farm.Decision{
			Subject: farm.SubjectFarm, Choice: farm.ChoiceExtend, Reason: "late", Until: time.Date(2026, 11, 29, 7, 0, 0, 0, time.UTC),
		}},
		"override": {[]string{"override", "contoso", "--reason", "storm"}, farm.Decision{Subject: farm.SubjectFarm, Choice: farm.ChoiceOverride, Reason: "storm"}},
		"abort":    {[]string{"abort", "contoso", "--reason", "enough"}, farm.Decision{Subject: farm.SubjectFarm, Choice: farm.ChoiceAbort, Reason: "enough"}},
	} {
		t.Run(name, func(t *testing.T) {
			temporal := updated(t, workflows.Verdict{Accepted: true, Why: "decided"}, nil)
			r := command(t, temporal, append(c.args, "--as", "bob", "-o", "json")...)
			require.Zero(t, r.code, r.err)
			c.want.Who = "bob"
			require.Equal(t, c.want, sent(t, temporal))
			var a answer
			require.NoError(t, json.Unmarshal([]byte(r.out), &a))
			require.Equal(t, answer{Farm: "contoso", Decision: c.want, Channel: "update", Accepted: true, Why: "decided"}, a)
		})
	}
}

func TestARefusalIsShownInItsOwnWords(t *testing.T) {
	for name, c := range map[string]struct {
		verdict workflows.Verdict
		refusal error
	}{
		"by the validator": {workflows.Verdict{}, temporal.NewApplicationError("alice may not decide here", "RefusedError")},
		"by the handler":   {workflows.Verdict{Why: "alice may not decide here"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := command(t, updated(t, c.verdict, c.refusal), "approve", "contoso", "continue", "--as", "alice", "--evidence", "01234567")
			require.Equal(t, 1, r.code)
			require.Contains(t, r.out, "does not count: alice may not decide here")
		})
	}
}

func TestWithoutAWorkerADecisionIsLeftAsASignal(t *testing.T) {
	c := &mocks.Client{}
	exists(t, c, contosoFarm, running, "")
	c.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(nil, context.DeadlineExceeded)
	want := farm.Decision{Subject: "continue", Choice: farm.ChoiceApprove, Evidence: "01234567", Who: "bob"}
	c.On("SignalWorkflow", mock.Anything, contosoFarm, "", workflows.MessageDecide, want).Return(nil)
	r := command(t, c, "approve", "contoso", "continue", "--as", "bob", "--evidence", "01234567")
	require.Zero(t, r.code, r.err)
	require.Contains(t, r.out, "left as a signal")
	c.AssertNumberOfCalls(t, "SignalWorkflow", 1)
}

func TestADecisionForAnEndedFarm(t *testing.T) {
	c := &mocks.Client{}
	exists(t, c, contosoFarm, running, "")
	c.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(nil, serviceerror.NewNotFound("workflow execution already completed"))
	r := command(t, c, "pause", "contoso")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.err, "or has ended")
}

func TestApproveWithoutEvidenceNeedsYes(t *testing.T) {
	q := gate()
	c := updated(t, workflows.Verdict{Accepted: true}, nil)
	answers(t, c, contosoFarm, statusOf(farm.RunGate, q))
	r := command(t, c, "approve", "contoso", "continue", "--as", "bob")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.err, "--evidence")
	require.Contains(t, r.err, "GATE continue", "the evidence is shown")
	c.AssertNotCalled(t, "UpdateWorkflow", mock.Anything, mock.Anything)

	r = command(t, c, "approve", "contoso", "continue", "--as", "bob", "--yes")
	require.Zero(t, r.code, r.err)
	require.Equal(t, q.Digest, sent(t, c).Evidence)
}

func TestARolloutWithOneFarmNamesIt(t *testing.T) {
	c := updated(t, workflows.Verdict{Accepted: true}, nil)
	missing(c, "farm-update/r1")
	answers(t, c, "rollout/r1", farm.RolloutStatus{Rollout: "r1", Farms: []farm.FarmHandle{{Farm: "contoso"}}})
	require.Zero(t, command(t, c, "pause", "r1").code)

	two := &mocks.Client{}
	missing(two, "farm-update/r2")
	answers(t, two, "rollout/r2", farm.RolloutStatus{Rollout: "r2", Farms: []farm.FarmHandle{{Farm: "a"}, {Farm: "b"}}})
	r := command(t, two, "approve", "r2", "continue", "--evidence", "01234567")
	require.Equal(t, 1, r.code)
	require.Contains(t, r.err, "name one of a, b")
}
