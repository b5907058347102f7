package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
)

// pollEvery is the pause between two looks at a starting server.
const pollEvery = 50 * time.Millisecond

// awaitReady returns when the server does what a worker, an operator and a browser need of it.
func awaitReady(ctx context.Context, opts options) error {
	ctx, cancel := context.WithTimeoutCause(ctx, readyTimeout, fmt.Errorf("not ready after %s", readyTimeout))
	defer cancel()
	secure, err := opts.tls.client(opts.inner)
	if err != nil {
		return err
	}
	probe, err := client.NewLazyClient(client.Options{
		HostPort:          opts.ready().Address,
		Namespace:         opts.namespace,
		ConnectionOptions: client.ConnectionOptions{TLS: secure},
		Logger:            sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	if err != nil {
		return fmt.Errorf("client for the ready check: %w", err)
	}
	defer probe.Close()
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		last := checkReady(ctx, probe, opts)
		if last == nil {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("the Temporal server did not become ready: %w", errors.Join(context.Cause(ctx), last))
		}
	}
}

// checkReady looks once: frontend healthy, namespace and attributes known, visibility answering, UI served.
func checkReady(ctx context.Context, probe client.Client, opts options) error {
	if _, err := probe.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return fmt.Errorf("health: %w", err)
	}
	known, err := probe.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: opts.namespace})
	if err != nil {
		return fmt.Errorf("search attributes: %w", err)
	}
	for name := range opts.attributes {
		if _, ok := known.GetCustomAttributes()[name]; !ok {
			return fmt.Errorf("search attribute %s is not known yet", name)
		}
	}
	count := &workflowservice.CountWorkflowExecutionsRequest{Namespace: opts.namespace}
	if _, err := probe.CountWorkflow(ctx, count); err != nil {
		return fmt.Errorf("visibility: %w", err)
	}
	if opts.ports.ui == 0 {
		return nil
	}
	return checkUI(ctx, opts.uiURL())
}

// checkUI asks for the UI's first page.
func checkUI(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return fmt.Errorf("web UI: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("web UI: %w", err)
	}
	_, err = io.Copy(io.Discard, response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return fmt.Errorf("web UI: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("web UI: %s", response.Status)
	}
	return nil
}
