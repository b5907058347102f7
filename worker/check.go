package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// checkPatience is how long --check waits for an answer: less than a container's health check usually does.
const checkPatience = 3 * time.Second

// errNotReady says that a worker answers and takes no tasks yet.
var errNotReady = errors.New("the worker is not ready")

// check asks the worker that runs with the same settings whether it takes tasks. Images without a shell have no other
// program that could ask.
func check(ctx context.Context, address string) error {
	if address == "" {
		return errors.New("--check needs the setting health.address: it is where the worker answers")
	}
	ctx, cancel := context.WithTimeout(ctx, checkPatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("setting health.address: %w", err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("no worker answers: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		says, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<10)) // the status says it already
		return fmt.Errorf("%w: %s", errNotReady, strings.TrimSpace(string(says)))
	}
	return nil
}
