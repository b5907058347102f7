package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// headerTimeout bounds how long a health check may take to ask.
const headerTimeout = 5 * time.Second

// health answers who asks whether the worker lives and works.
type health struct {
	ready atomic.Bool
}

// serve answers /healthz (the process lives) and /readyz (it takes tasks) until stop is called.
func (h *health) serve(ctx context.Context, address string) (stop func(), err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("health endpoint: %w; another worker may be running here: give each its own health.address", err)
	}
	server := &http.Server{Handler: h.handler(), ReadHeaderTimeout: headerTimeout}
	go func() { _ = server.Serve(l) }() // ends with Close
	return func() { _ = server.Close() }, nil
}

func (h *health) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !h.ready.Load() {
			http.Error(w, "not ready: no connection to Temporal yet", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	return mux
}
