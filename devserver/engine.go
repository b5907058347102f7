package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/headers"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/temporal"
)

const (
	// readyTimeout bounds the start. An idle machine needs about a second; a loaded one has been seen to need many.
	readyTimeout = 2 * time.Minute
	// stopTimeout bounds a clean stop. Leaving earlier is safe: the file survives kill -9.
	stopTimeout = 20 * time.Second
)

// errStopTimeout says that the services did not stop in time.
var errStopTimeout = errors.New("the services did not stop in time; the process ends anyway and the database is intact")

// ready is the line printed on standard output when the server answers.
type ready struct {
	Ready     bool   `json:"ready"`
	Address   string `json:"address"`      // for clients and workers
	UI        string `json:"ui,omitempty"` // missing with --headless
	Metrics   string `json:"metrics"`
	Namespace string `json:"namespace"`
	Version   string `json:"version"` // of the Temporal server
}

// serve runs the server until ctx ends. It prints the ready line once everything answers.
func serve(ctx context.Context, opts options, stdout io.Writer) (err error) {
	if err := opts.ports.checkFree(ctx, opts.ip); err != nil {
		return err
	}
	if err := prepareDatabase(ctx, opts.db); err != nil {
		return err
	}
	store := opts.storeConfig()
	if err := ensureNamespace(ctx, store, opts); err != nil {
		return err
	}
	server, err := newServer(opts, store)
	if err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return fmt.Errorf("start the Temporal server: %w", err)
	}
	defer func() { err = errors.Join(err, stopServer(server)) }()
	if opts.ports.ui != 0 {
		ui := startUI(opts)
		defer ui.Stop()
	}
	if err := awaitReady(ctx, opts); err != nil {
		return err
	}
	if err := json.NewEncoder(stdout).Encode(opts.ready()); err != nil {
		return fmt.Errorf("print the ready line: %w", err)
	}
	<-ctx.Done()
	return nil
}

// newServer wires the four services. Nobody is asked to log in unless an API key or an authority of client certificates is
// given: the server is for one machine, and listens on loopback unless told otherwise.
func newServer(opts options, store *config.SQL) (temporal.Server, error) {
	authorizer, claims := authorization.NewNoopAuthorizer(), authorization.NewNoopClaimMapper()
	if opts.apiKey != "" {
		authorizer, claims = authorization.NewDefaultAuthorizer(), keyHolders{key: opts.apiKey}
	}
	logger := log.NewZapLogger(log.BuildZapLogger(log.Config{Level: opts.logLevel})) // on standard error
	server, err := temporal.NewServer(
		temporal.WithConfig(serverConfig(opts, store)),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithLogger(logger),
		temporal.WithAuthorizer(authorizer),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return claims }),
		temporal.WithDynamicConfigClient(dynamicConfig()),
	)
	if err != nil {
		return nil, fmt.Errorf("configure the Temporal server: %w", err)
	}
	return server, nil
}

// stopServer stops the services, for no longer than stopTimeout.
func stopServer(server temporal.Server) error {
	stopped := make(chan error, 1)
	go func() { stopped <- server.Stop() }()
	select {
	case err := <-stopped:
		return err
	case <-time.After(stopTimeout):
		return errStopTimeout
	}
}

// ready describes the running server.
func (o options) ready() ready {
	inner := innerAddress(o.ip)
	line := ready{
		Ready:     true,
		Address:   hostPort(inner, o.ports.frontend),
		Metrics:   "http://" + hostPort(inner, o.ports.metrics) + "/metrics",
		Namespace: o.namespace,
		Version:   headers.ServerVersion,
	}
	if o.ports.ui != 0 {
		line.UI = o.uiURL()
	}
	return line
}
