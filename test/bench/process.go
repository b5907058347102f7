package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// program is one of farmhand's programs that runs until it is stopped, or this process ends: it reads the end of its
// standard input.
type program struct {
	cmd   *exec.Cmd
	stdin io.Closer
	log   string
}

// startProgram starts a program whose log goes to a file, and waits for the line that says it is ready, on standard output
// or standard error.
func startProgram(ctx context.Context, log, ready string, env []string, path string, args ...string) (*program, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	p := &program{cmd: exec.CommandContext(ctx, path, append(args, "--exit-with-stdin")...), log: log}
	p.cmd.Env, p.cmd.Dir = append(bareEnvironment(), env...), filepath.Dir(log)
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p.cmd.Stdout, p.cmd.Stderr = write, write
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: run make build", err)
	}
	_ = write.Close() // the program has its own
	up := make(chan bool, 1)
	go func() {
		defer func() { _ = file.Close() }()
		lines := bufio.NewScanner(read)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			_, _ = file.WriteString(lines.Text() + "\n")
			if strings.Contains(lines.Text(), ready) {
				select {
				case up <- true:
				default:
				}
			}
		}
		close(up)
	}()
	if !<-up {
		said, _ := os.ReadFile(log) // the error says enough without
		return nil, fmt.Errorf("%s ended before it was ready: %s", filepath.Base(path), said)
	}
	return p, nil
}

// kill ends the program at once, as kill -9 does.
func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait() // it was killed
}

// stop asks the program to end and waits for it.
func (p *program) stop() {
	_ = p.stdin.Close()
	_ = p.cmd.Wait() // its end is what was asked for
}

// processorTime is what a command that has ended used, its own children included.
func processorTime(cmd *exec.Cmd) time.Duration {
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// ticksPerSecond is the unit of /proc/PID/stat; Linux has had no other for user space since 2.6.
const ticksPerSecond = 100

// processorTime is what a program that runs has used; zero where the machine does not say.
func (p *program) processorTime() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	// pid (name) state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime …
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var ticks int64
	for _, f := range fields[11:13] {
		n, _ := strconv.ParseInt(f, 10, 64) // the kernel writes numbers
		ticks += n
	}
	return time.Duration(ticks) * time.Second / ticksPerSecond
}

// bareEnvironment is this process's without settings of Temporal, telemetry or farmhand.
func bareEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "TEMPORAL_") || strings.HasPrefix(v, "OTEL_") || strings.HasPrefix(v, "FARMHAND_")
	})
}
