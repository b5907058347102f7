package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// goEnvironment is what decides over the bytes of a build, beside the sources and the toolchain. Whatever somebody has set
// otherwise does not count.
func goEnvironment(on platform) []string {
	return append(os.Environ(),
		"GOOS="+on.os, "GOARCH="+on.arch, "GOAMD64=v1", "GOARM64=v8.0",
		"CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOEXPERIMENT=", "GOWORK=off", "GOFIPS140=off",
	)
}

// goCommand is the go command in a folder.
func goCommand(ctx context.Context, dir string, on platform, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = dir, goEnvironment(on)
	return cmd
}

// output runs a command. What it says when it fails becomes the error.
func output(cmd *exec.Cmd) ([]byte, error) {
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			return nil, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, strings.TrimSpace(errs.String()))
		}
		return nil, err
	}
	return out.Bytes(), nil
}
