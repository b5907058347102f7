package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

func TestKillNineKeepsEverything(t *testing.T) {
	db := filepath.Join(t.TempDir(), "farmhand.db")
	first := start(t, db, "--namespace", "farmhand")
	requireServed(t, first)
	namespace := describe(t, first)
	require.Equal(t, 30*24*time.Hour, namespace.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration())
	require.Equal(t, map[string]enumspb.IndexedValueType(farmhandAttributes()), customAttributes(t, first))
	run := startRun(t, first)
	first.kill(t)

	second := start(t, db, "--namespace", "farmhand", "--retention", "48h", "--search-attribute", "Extra=Int", "--headless")
	require.Empty(t, second.line.UI)
	after := describe(t, second)
	require.Equal(t, namespace.GetNamespaceInfo().GetId(), after.GetNamespaceInfo().GetId())
	require.Equal(t, 48*time.Hour, after.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration())
	wanted := farmhandAttributes()
	wanted["Extra"] = enumspb.INDEXED_VALUE_TYPE_INT
	require.Equal(t, map[string]enumspb.IndexedValueType(wanted), customAttributes(t, second))
	found, err := second.client(t).DescribeWorkflowExecution(t.Context(), run.GetID(), run.GetRunID())
	require.NoError(t, err)
	require.Equal(t, enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, found.GetWorkflowExecutionInfo().GetStatus())
	listed, err := second.client(t).CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: "FarmName = 'contoso-pwa'"})
	require.NoError(t, err)
	require.EqualValues(t, 1, listed.GetCount(), "its search attribute still finds it")
}

func TestOneServerPerDatabase(t *testing.T) {
	db := filepath.Join(t.TempDir(), "farmhand.db")
	start(t, db, "--headless")
	cmd, _ := command(t, db, "--headless")
	output, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(output), ErrDatabaseInUse.Error())
}

func TestForeignDatabaseEndsTheCommand(t *testing.T) {
	db := filepath.Join(t.TempDir(), "farmhand.db")
	require.NoError(t, prepareDatabase(t.Context(), db))
	require.NoError(t, os.WriteFile(stampPath(db), []byte("temporal-server 1.31.0\n"), 0o600))
	cmd, _ := command(t, db)
	output, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Equal(t, exitUsage, cmd.ProcessState.ExitCode())
	require.Contains(t, string(output), ErrForeignDatabase.Error())
	require.NotContains(t, string(output), `"ready"`)
}

func TestStopsCleanly(t *testing.T) {
	cases := []struct {
		name string
		stop func(*process) error
	}{
		{"when standard input ends", func(p *process) error { return p.stdin.Close() }},
		{"when interrupted", func(p *process) error { return p.cmd.Process.Signal(os.Interrupt) }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := start(t, filepath.Join(t.TempDir(), "farmhand.db"), "--headless")
			require.NoError(t, c.stop(p))
			require.NoError(t, p.cmd.Wait(), "exit code 0; standard error: %s", p.stderr)
		})
	}
}

func TestUsageError(t *testing.T) {
	cmd, _ := command(t, "x.db", "--retention", "never")
	require.Error(t, cmd.Run())
	require.Equal(t, exitUsage, cmd.ProcessState.ExitCode())
}

// requireServed asks for the web UI and the metrics.
func requireServed(t *testing.T, p *process) {
	t.Helper()
	for url, part := range map[string]string{p.line.UI: "<html", p.line.Metrics: "service_requests"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.Contains(t, string(body), part)
	}
}

// describe returns the namespace as the server knows it.
func describe(t *testing.T, p *process) *workflowservice.DescribeNamespaceResponse {
	t.Helper()
	response, err := p.client(t).WorkflowService().DescribeNamespace(t.Context(),
		&workflowservice.DescribeNamespaceRequest{Namespace: p.line.Namespace})
	require.NoError(t, err)
	return response
}

// customAttributes returns the namespace's own search attributes.
func customAttributes(t *testing.T, p *process) map[string]enumspb.IndexedValueType {
	t.Helper()
	response, err := p.client(t).OperatorService().ListSearchAttributes(t.Context(),
		&operatorservice.ListSearchAttributesRequest{Namespace: p.line.Namespace})
	require.NoError(t, err)
	return response.GetCustomAttributes()
}

// startRun starts a workflow nobody works on, with a search attribute set. It returns once the run can be found by it,
// which proves that history and visibility are both on the disk.
func startRun(t *testing.T, p *process) client.WorkflowRun {
	t.Helper()
	c := p.client(t)
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: "farm-update/contoso-pwa", TaskQueue: "nobody",
		TypedSearchAttributes: temporal.NewSearchAttributes(temporal.NewSearchAttributeKeyKeyword("FarmName").ValueSet("contoso-pwa")),
	}, "FarmUpdate")
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		listed, err := c.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: "FarmName = 'contoso-pwa'"})
		return err == nil && listed.GetCount() == 1
	}, time.Minute, 50*time.Millisecond)
	return run
}
