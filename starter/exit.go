package main

import (
	"errors"
	"fmt"

	"farmhand/internal/farm"
)

// Exit codes of every command, for scripts.
const (
	exitDone     = 0 // done; for a rollout: completed, with or without exceptions
	exitWrong    = 1 // usage, mistakes in a file, no connection, a decision that was refused
	exitApproval = 2 // a gate waits for people
	exitOperator = 3 // an intervention waits for an operator
	exitFailed   = 4 // the rollout failed
	exitEnded    = 5 // the rollout was aborted or refused; preflight found something that blocks; verify could not prove a farm
	exitRunning  = 6 // the rollout is still running, or paused
)

// exitError ends the command with a code. Its error is printed unless it is nil.
type exitError struct {
	code int
	err  error
}

// Error implements error.
func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

// Unwrap returns what is printed.
func (e *exitError) Unwrap() error { return e.err }

// exit ends the command with a code and nothing to add; code 0 is no error.
func exit(code int) error {
	if code == exitDone {
		return nil
	}
	return &exitError{code: code}
}

// exitCode prints what went wrong and says with which code the process ends.
func (a *app) exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	var e *exitError
	if !errors.As(err, &e) {
		e = &exitError{code: exitWrong, err: err}
	}
	if e.err != nil {
		fmt.Fprintln(a.err, "starter:", e.err)
	}
	return e.code
}

// outcomeCode is the code of a rollout or farm that has ended.
func outcomeCode(o farm.Outcome) int {
	switch o {
	case farm.OutcomeCompleted, farm.OutcomeCompletedWithExceptions:
		return exitDone
	case farm.OutcomeAborted, farm.OutcomeRefused, farm.OutcomeNotStarted:
		return exitEnded
	default:
		return exitFailed
	}
}
