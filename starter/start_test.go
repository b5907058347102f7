package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/mocks"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/workflows"
)

// contoso writes the example of the documentation to a file.
func contoso(t *testing.T, change ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rollout.yaml")
	text := strings.NewReplacer(change...).Replace(string(config.Example()))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

const contosoID = "rollout/2026-11-infrastructure-update"

func TestEveryMistakeIsPrintedWithItsLineAndNothingIsStarted(t *testing.T) {
	path := contoso(t,
		"requested_by: alice", "requested_by: ''", "operators: [dave, erin]", "operators: dave",
		"risk: medium", "risc: medium", "remind: 5m", "remind: soon",
		"address: 127.0.1.12", "address: ''", "roles: [application]", "roles: [aplication]",
		"password: 'env:SP_SETUP_PASSWORD'", "password: 'hunter2'", "directory: 'E:\\Backup'", "directory: ''")
	for _, name := range []string{"start", "plan", "preflight", "verify"} {
		r := command(t, nil, name, "-f", path)
		require.Equal(t, 1, r.code)
		require.Empty(t, r.out)
		require.Contains(t, r.err, "8 mistakes; nothing was started")
		lines := strings.Split(strings.TrimSpace(r.err), "\n")[1:]
		require.Len(t, lines, 8, r.err)
		for _, line := range lines {
			require.Regexp(t, `^\S+rollout\.yaml:[1-9][0-9]*: `, line)
		}
		require.NotContains(t, r.err, "hunter2")
	}
}

func TestStartGivesTheRolloutItsNameAndDigest(t *testing.T) {
	temporal, run := &mocks.Client{}, &mocks.WorkflowRun{}
	run.On("GetRunID").Return("run-1")
	temporal.On("ExecuteWorkflow", mock.Anything, mock.Anything, workflows.RolloutWorkflow, mock.Anything).Return(run, nil)
	t.Setenv("FARMHAND_INSTALL_PARALLEL", "7")
	path := contoso(t)
	r := command(t, temporal, "start", "-f", path, "--as", "dave", "-o", "json", "--temporal-ui", "http://ui/")
	require.Zero(t, r.code, r.err)
	var b begun
	require.NoError(t, json.Unmarshal([]byte(r.out), &b))
	require.Equal(t, contosoID, b.WorkflowID)
	require.False(t, b.Attached)
	require.Equal(t, []string{"farm-update/contoso-pwa"}, b.Farms)
	require.Equal(t, "http://ui/namespaces/default/workflows/rollout%2F2026-11-infrastructure-update/run-1/user-metadata", b.UI)

	call := temporal.Calls[0].Arguments
	options, in := call.Get(1).(client.StartWorkflowOptions), call.Get(3).(workflows.RolloutInput)
	require.Equal(t, contosoID, options.ID)
	require.Equal(t, workflows.TaskQueue, options.TaskQueue)
	require.Equal(t, enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE, options.WorkflowIDReusePolicy)
	require.True(t, options.WorkflowExecutionErrorWhenAlreadyStarted)
	f, err := load(path)
	require.NoError(t, err)
	require.Equal(t, map[string]any{workflows.MemoDigest: f.digest()}, options.Memo)
	require.Equal(t, workflows.RolloutInput{Rollout: f.rollout, Release: f.release, Digest: f.digest(), StartedBy: "dave", InstallParallel: 7}, in)
}

func taken(temporal *mocks.Client) {
	temporal.On("ExecuteWorkflow", mock.Anything, mock.Anything, workflows.RolloutWorkflow, mock.Anything).
		Return(nil, serviceerror.NewWorkflowExecutionAlreadyStarted("taken", "", ""))
}

func TestStartAttachesToTheSameContent(t *testing.T) {
	path := contoso(t)
	f, err := load(path)
	require.NoError(t, err)
	temporal := &mocks.Client{}
	taken(temporal)
	exists(t, temporal, contosoID, running, f.digest())
	answers(t, temporal, contosoID, farm.RolloutStatus{Rollout: f.rollout.ID, Farms: []farm.FarmHandle{{Farm: "contoso-pwa"}}})
	st := statusOf(farm.RunGate, gate())
	st.Rollout, st.Farm = f.rollout.ID, "contoso-pwa"
	answers(t, temporal, "farm-update/contoso-pwa", st)
	r := command(t, temporal, "start", "-f", path)
	require.Equal(t, 2, r.code, r.err)
	require.Contains(t, r.err, "attached to "+contosoID)
	require.Contains(t, r.out, "WAITING")
}

func TestStartRefusesAnotherContentUnderTheSameName(t *testing.T) {
	temporal := &mocks.Client{}
	taken(temporal)
	exists(t, temporal, contosoID, running, "0123456789abcdef")
	r := command(t, temporal, "start", "-f", contoso(t))
	require.Equal(t, 1, r.code)
	require.Contains(t, r.err, "another content was started under this name")
	require.Contains(t, r.err, "0123456789ab")
}

func TestPlanNeedsNoTemporal(t *testing.T) {
	r := command(t, nil, "plan", "-f", contoso(t), "-o", "json")
	require.Zero(t, r.code, r.err)
	var plans []view.Plan
	require.NoError(t, json.Unmarshal([]byte(r.out), &plans))
	require.Len(t, plans, 1)
	require.Len(t, plans[0].Phases, len(farm.Phases()))
	require.False(t, plans[0].Checked)
	r = command(t, nil, "plan", "-f", contoso(t))
	require.Contains(t, r.out, "PLAN contoso-pwa")
}

func TestPreflightPrintsFindingsAndSaysWhetherTheyBlock(t *testing.T) {
	for severity, code := range map[farm.Severity]int{farm.SeverityBlocking: 5, farm.SeverityWarning: 0} {
		temporal, run := &mocks.Client{}, &mocks.WorkflowRun{}
		temporal.On("ExecuteWorkflow", mock.Anything, mock.Anything, workflows.PreflightFarmWorkflow, mock.Anything).Return(run, nil)
		run.On("Get", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
			args.Get(1).(*workflows.PreflightResult).Findings = []farm.Finding{{Severity: severity, Server: "APP01", What: "the disk is full"}}
		}).Return(nil)
		r := command(t, temporal, "preflight", "-f", contoso(t))
		require.Equal(t, code, r.code, r.err)
		require.Contains(t, r.out, "the disk is full")
	}
}
