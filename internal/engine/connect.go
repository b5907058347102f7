package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"
	"google.golang.org/grpc"

	"farmhand/internal/telemetry"
)

const (
	// firstPause and longestPause bound the pauses between two tries to reach a server that is not up yet.
	firstPause   = 100 * time.Millisecond
	longestPause = 2 * time.Second
	// tryTimeout bounds one try.
	tryTimeout = 10 * time.Second
)

// ErrUnreachable says that no Temporal server answered in time.
var ErrUnreachable = errors.New("no Temporal server answers")

// Options are the client options that TEMPORAL_* and temporal.toml ask for, with the process's telemetry. logger gets
// what the SDK has to say; nil is silent, as an operator's command line should be. The error is about the settings.
func Options(t *telemetry.Telemetry, logger log.Logger) (client.Options, error) {
	o, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return o, fmt.Errorf("settings of Temporal (TEMPORAL_*, temporal.toml): %w", err)
	}
	return complete(o, t, logger)
}

// At is Options for a server whose address is known, such as a rehearsal's: the environment has no say.
func At(address string, t *telemetry.Telemetry) (client.Options, error) {
	return complete(client.Options{HostPort: address}, t, nil)
}

func complete(o client.Options, t *telemetry.Telemetry, logger log.Logger) (client.Options, error) {
	o.HostPort = cmp.Or(o.HostPort, client.DefaultHostPort)
	o.Namespace = cmp.Or(o.Namespace, client.DefaultNamespace)
	if logger == nil {
		logger = log.NewStructuredLogger(slog.New(slog.DiscardHandler))
	}
	o.Logger = logger
	tracing, err := t.TracingInterceptor()
	if err != nil {
		return o, fmt.Errorf("tracing of Temporal calls: %w", err)
	}
	o.Interceptors = append(o.Interceptors, tracing)
	o.MetricsHandler = t.MetricsHandler()
	o.WorkerHeartbeatInterval = reportEvery
	o.ConnectionOptions.DialOptions = append(o.ConnectionOptions.DialOptions, grpc.WithChainUnaryInterceptor(shortPolls))
	return o, nil
}

// Connect returns a client of a server and namespace that answer. It tries again, quietly and for no longer than
// patience, while the server cannot be reached or does not know the namespace yet. The error is ErrUnreachable with the
// address and what was wrong last, ErrNoNamespace, or, at once, ErrRefused with what to check.
func Connect(ctx context.Context, o client.Options, patience time.Duration) (client.Client, error) {
	c, err := client.NewLazyClient(o)
	if err != nil {
		return nil, fmt.Errorf("client of Temporal: %w", err)
	}
	if err := await(ctx, c, o, patience); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func await(ctx context.Context, c client.Client, o client.Options, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	pause := firstPause
	for {
		last := look(ctx, c, o.Namespace)
		if last == nil {
			return nil
		}
		if err := refusal(o, last); err != nil {
			return err
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, longestPause)
		case <-ctx.Done():
			return unanswered(o, last)
		}
	}
}

// unanswered says what was wrong when the time was over: nobody there, or somebody who does not know the namespace.
func unanswered(o client.Options, last error) error {
	if _, missing := errors.AsType[*serviceerror.NamespaceNotFound](last); missing {
		return fmt.Errorf("%w: %s at %s; create it (starter namespace), or set TEMPORAL_NAMESPACE", ErrNoNamespace, o.Namespace, o.HostPort)
	}
	return fmt.Errorf("%w at %s (namespace %s): %w; start one, or set TEMPORAL_ADDRESS", ErrUnreachable, o.HostPort, o.Namespace, last)
}

// look asks once for the namespace: that needs the server, its database and the right to use it.
func look(ctx context.Context, c client.Client, namespace string) error {
	ctx, cancel := context.WithTimeout(ctx, tryTimeout)
	defer cancel()
	_, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	return err
}

// Retention is how long a namespace keeps closed runs. A rollout's evidence must be exported within that time.
func Retention(ctx context.Context, c client.Client, namespace string) (time.Duration, error) {
	answer, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	if err != nil {
		return 0, fmt.Errorf("namespace %s: %w", namespace, err)
	}
	return answer.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration(), nil
}
