package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/mocks"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/workflows"
)

// offered is what a shell is told while somebody types: the words without their descriptions, and that no error is shown.
func offered(t *testing.T, temporal *mocks.Client, args ...string) []string {
	t.Helper()
	got := command(t, temporal, append([]string{cobra.ShellCompRequestCmd}, args...)...)
	require.Equal(t, 0, got.code, got.err)
	require.NotContains(t, strings.ToLower(got.err), "error")
	var out []string
	for line := range strings.Lines(got.out) {
		if !strings.HasPrefix(line, ":") {
			word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
			out = append(out, word)
		}
	}
	return out
}

// lists makes visibility know runs of workflows, by id.
func lists(temporal *mocks.Client, workflow string, ids ...string) {
	answer := &workflowservice.ListWorkflowExecutionsResponse{}
	for _, id := range ids {
		answer.Executions = append(answer.Executions, &workflowpb.WorkflowExecutionInfo{Execution: &commonpb.WorkflowExecution{WorkflowId: id}})
	}
	temporal.On("ListWorkflow", mock.Anything, mock.MatchedBy(func(r *workflowservice.ListWorkflowExecutionsRequest) bool {
		return strings.Contains(r.GetQuery(), quote(workflow))
	})).Return(answer, nil)
}

func TestCompletionOfNames(t *testing.T) {
	temporal := &mocks.Client{}
	lists(temporal, workflows.RolloutWorkflow, "rollout/r2", "rollout/r1", "rollout/r2")
	lists(temporal, workflows.FarmUpdateWorkflow, "farm-update/contoso", "farm-update/fabrikam")
	answers(t, temporal, "rollout/r1", farm.RolloutStatus{
		Farms: []farm.FarmHandle{{Farm: "contoso"}, {Farm: "emea"}}, Waves: []farm.WaveStatus{{Name: "pilot"}},
	})
	for _, tt := range []struct{ line, want string }{
		{"status ", "r2 r1 contoso fabrikam"},
		{"pause ", "r2 r1 contoso fabrikam"},
		{"approve ", "contoso fabrikam"},
		{"runbook ", "contoso fabrikam"},
		{"runbook contoso ", ""},
		{"rollout drop ", "r2 r1"},
		{"rollout drop r1 ", "contoso emea"},
		{"rollout move r1 emea --wave ", "pilot"},
		{"rollout move r1 emea --before ", "contoso emea"},
	} {
		require.Equal(t, strings.Fields(tt.want), append([]string{}, offered(t, temporal, strings.Split(tt.line, " ")...)...), tt.line)
	}
}

func TestCompletionOfQuestions(t *testing.T) {
	temporal := &mocks.Client{}
	answered := gate()
	answered.ID, answered.Answer = string(farm.GateInstall), farm.ChoiceApprove
	answers(t, temporal, "farm-update/contoso", statusOf(farm.RunGate, answered, gate(), intervention()))
	for _, tt := range []struct{ line, want string }{
		{"approve contoso ", "continue"},
		{"reject contoso ", "continue"},
		{"claim contoso ", "i-1"},
		{"decide contoso ", "continue i-1"},
		{"decide contoso i-1 ", "retry abort"},
		{"decide contoso i-2 ", ""},
		{"note contoso text --on ", "continue i-1"},
		{"note --on ", ""},
	} {
		require.Equal(t, strings.Fields(tt.want), append([]string{}, offered(t, temporal, strings.Split(tt.line, " ")...)...), tt.line)
	}
}

// TestCompletionWithoutTemporal: files, and words that are known anyhow.
func TestCompletionWithoutTemporal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rollout.yaml")
	require.NoError(t, os.WriteFile(path, config.Example(), 0o600))
	for _, tt := range []struct{ line, want string }{
		{"completion ", "bash zsh fish powershell"},
		{"schema ", "rollout release settings"},
		{"release show ", strings.Join(config.ReleaseNames(), " ")},
		{"report r1 --format ", "markdown html json"},
		{"status r1 -o ", "text json"},
		{"start -f ", "yaml yml"}, // endings, for the shell
		{"codec ", ""},
		{"verify -f " + path + " --farm ", "contoso-pwa"},
		{"rollout add -f " + path + " ", "contoso-pwa"},
		{"doctor -f " + path + " --host ", "APP01 APP02 WFE01 WFE02"},
		{"doctor -f nosuchfile.yaml --host ", ""},
	} {
		require.Equal(t, strings.Fields(tt.want), append([]string{}, offered(t, nil, strings.Split(tt.line, " ")...)...), tt.line)
	}
}

// TestCompletionIsQuiet: a server that is away, or settings that are wrong, show nothing.
func TestCompletionIsQuiet(t *testing.T) {
	temporal := &mocks.Client{}
	temporal.On("ListWorkflow", mock.Anything, mock.Anything).Return(nil, errors.New("nobody there"))
	temporal.On("QueryWorkflow", mock.Anything, mock.Anything, mock.Anything, mock.Anything).Return(nil, errors.New("nobody there"))
	require.Empty(t, offered(t, temporal, "status", ""))
	require.Empty(t, offered(t, temporal, "approve", "contoso", ""))
	settings := filepath.Join(t.TempDir(), "wrong.yaml")
	require.NoError(t, os.WriteFile(settings, []byte("sight: x\n"), 0o600))
	require.Empty(t, offered(t, nil, "--config", settings, "status", ""))
	t.Setenv("FARMHAND_LOG_LEVEL", "loud")
	require.Empty(t, offered(t, nil, "status", ""))
}

// TestEveryArgumentCompletes: a new word in a usage line is either completed or one that nobody can know.
func TestEveryArgumentCompletes(t *testing.T) {
	free := map[string]bool{"TEXT": true, "HOST": true, "FARMS": true, "FILE": true, "DIR": true, "INVENTORY.csv": true}
	seen := 0
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, word := range argumentsOf(cmd.Use) {
			require.True(t, free[word] || argumentCompleters[word] != nil, "%s: nothing completes %s", cmd.CommandPath(), word)
			seen++
		}
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(newRoot(newApp(strings.NewReader(""), os.Stdout, os.Stderr)))
	require.Greater(t, seen, 25)
}

func TestCompletionScripts(t *testing.T) {
	for _, shell := range shells {
		got := command(t, nil, "completion", shell)
		require.Equal(t, 0, got.code, got.err)
		require.Contains(t, got.out, "starter")
		require.Contains(t, got.out, cobra.ShellCompRequestCmd)
	}
	got := command(t, nil, "completion", "cmd")
	require.Equal(t, 1, got.code)
	require.Contains(t, got.err, "bash, zsh, fish, powershell")
}
