package engine_test

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	namespacepb "go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"farmhand/internal/engine"
	"farmhand/internal/telemetry"
)

// server is as much of a Temporal server as connecting needs.
type server struct {
	workflowservice.UnimplementedWorkflowServiceServer
	operatorservice.UnimplementedOperatorServiceServer
	fail       []error // answers before the good one
	attributes map[string]enumspb.IndexedValueType
}

func (s *server) GetSystemInfo(context.Context, *workflowservice.GetSystemInfoRequest) (*workflowservice.GetSystemInfoResponse, error) {
	return &workflowservice.GetSystemInfoResponse{}, nil
}

func (s *server) DescribeNamespace(context.Context, *workflowservice.DescribeNamespaceRequest) (*workflowservice.DescribeNamespaceResponse, error) {
	if len(s.fail) > 0 {
		err := s.fail[0]
		s.fail = s.fail[1:]
		return nil, err
	}
	return &workflowservice.DescribeNamespaceResponse{Config: &namespacepb.NamespaceConfig{
		WorkflowExecutionRetentionTtl: durationpb.New(30 * 24 * time.Hour),
	}}, nil
}

func (s *server) ListSearchAttributes(context.Context, *operatorservice.ListSearchAttributesRequest) (*operatorservice.ListSearchAttributesResponse, error) {
	return &operatorservice.ListSearchAttributesResponse{CustomAttributes: s.attributes}, nil
}

// serve starts the server and returns its address.
func (s *server) serve(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	g := grpc.NewServer()
	workflowservice.RegisterWorkflowServiceServer(g, s)
	operatorservice.RegisterOperatorServiceServer(g, s)
	go func() { _ = g.Serve(l) }() // ends with Stop
	t.Cleanup(g.Stop)
	return l.Addr().String()
}

func options(t *testing.T, address string) client.Options {
	t.Helper()
	shutdown, tel, err := telemetry.Setup(t.Context(), "test", telemetry.WithOutput(io.Discard))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, shutdown(context.Background())) })
	o, err := engine.At(address, tel)
	require.NoError(t, err)
	return o
}

func TestConnectWaitsForAServerThatIsStarting(t *testing.T) {
	s := &server{fail: []error{status.Error(codes.Unavailable, "starting"), status.Error(codes.NotFound, "no namespace yet")}}
	c, err := engine.Connect(t.Context(), options(t, s.serve(t)), time.Minute)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	require.Empty(t, s.fail)
	keep, err := engine.Retention(t.Context(), c, "default")
	require.NoError(t, err)
	require.Equal(t, 30*24*time.Hour, keep)
}

func TestConnectSaysWhereNobodyAnswers(t *testing.T) {
	_, err := engine.Connect(t.Context(), options(t, "127.0.0.1:1"), 50*time.Millisecond)
	require.ErrorIs(t, err, engine.ErrUnreachable)
	require.ErrorContains(t, err, "127.0.0.1:1")
	require.ErrorContains(t, err, "TEMPORAL_ADDRESS")
}

func TestConnectGivesUpWhereItIsNotAllowed(t *testing.T) {
	for _, code := range []codes.Code{codes.PermissionDenied, codes.Unauthenticated} {
		s := &server{fail: []error{status.Error(code, "no")}}
		_, err := engine.Connect(t.Context(), options(t, s.serve(t)), time.Minute)
		require.ErrorIs(t, err, engine.ErrRefused)
		require.ErrorContains(t, err, "may not use namespace default")
		require.ErrorContains(t, err, "TEMPORAL_API_KEY")
		require.NotErrorIs(t, err, engine.ErrUnreachable)
	}
}

func TestOptionsComeFromTheEnvironment(t *testing.T) {
	t.Setenv("TEMPORAL_ADDRESS", "temporal.example:7233")
	t.Setenv("TEMPORAL_NAMESPACE", "farms")
	t.Setenv("TEMPORAL_CONFIG_FILE", t.TempDir()+"/none.toml")
	_, tel, err := telemetry.Setup(t.Context(), "test", telemetry.WithOutput(io.Discard))
	require.NoError(t, err)
	o, err := engine.Options(tel, nil)
	require.NoError(t, err)
	require.Equal(t, "temporal.example:7233", o.HostPort)
	require.Equal(t, "farms", o.Namespace)
	require.NotEmpty(t, o.Interceptors)

	at, err := engine.At("127.0.0.1:9", tel)
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:9", at.HostPort)
	require.Equal(t, "default", at.Namespace, "the environment has no say")
}

func TestCheckAttributesSaysWhatToRun(t *testing.T) {
	want := engine.Attributes{"FarmName": enumspb.INDEXED_VALUE_TYPE_KEYWORD, "Deadline": enumspb.INDEXED_VALUE_TYPE_DATETIME, "Phase": enumspb.INDEXED_VALUE_TYPE_KEYWORD}
	s := &server{attributes: map[string]enumspb.IndexedValueType{"FarmName": enumspb.INDEXED_VALUE_TYPE_KEYWORD, "Phase": enumspb.INDEXED_VALUE_TYPE_TEXT}}
	c, err := engine.Connect(t.Context(), options(t, s.serve(t)), time.Minute)
	require.NoError(t, err)
	t.Cleanup(c.Close)

	err = engine.CheckAttributes(t.Context(), c, "default", want)
	var lacks *engine.MissingAttributesError
	require.ErrorAs(t, err, &lacks)
	require.Len(t, lacks.Missing, 1)
	require.ErrorContains(t, err, "temporal operator search-attribute create --namespace default --name Deadline --type Datetime")
	require.ErrorContains(t, err, "Phase is Text, want Keyword")

	delete(want, "Deadline")
	delete(want, "Phase")
	require.NoError(t, engine.CheckAttributes(t.Context(), c, "default", want))
}

func TestUntilEOF(t *testing.T) {
	r, w := io.Pipe()
	ctx := engine.UntilEOF(t.Context(), r)
	require.NoError(t, ctx.Err())
	require.NoError(t, w.Close())
	<-ctx.Done()
}
