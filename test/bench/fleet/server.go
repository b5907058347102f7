package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// The values of -engine: where the Temporal server keeps histories.
const (
	engineSQLite   = "sqlite"
	enginePostgres = "postgres"
)

// server is a Temporal server, and the processes whose cost is its own.
type server struct {
	address string
	// pids are the server's processes; store those of its database where that is another program.
	pids  func() []int
	store func() []int
	stop  func()
}

// startServer starts the server of an engine.
func startServer(ctx context.Context, o options) (server, error) {
	if o.engine == enginePostgres {
		return startPostgres(ctx, o)
	}
	port, err := freeBlock(ctx)
	if err != nil {
		return server{}, err
	}
	p, err := start(ctx, filepath.Join(o.dir, "temporal.log"), filepath.Join(o.bin, "devserver"), nil,
		"--db", filepath.Join(o.dir, "temporal.db"), "--port", strconv.Itoa(port), "--headless", "--exit-with-stdin")
	if err != nil {
		return server{}, err
	}
	if _, err := p.line(ctx); err != nil {
		return server{}, fmt.Errorf("the Temporal server: %w", err)
	}
	return server{
		address: "127.0.0.1:" + strconv.Itoa(port), stop: p.end,
		pids: func() []int { return []int{p.pid()} }, store: func() []int { return nil },
	}, nil
}

// freeBlock finds ten free ports in a row.
func freeBlock(ctx context.Context) (int, error) {
	for range 200 {
		port := 20000 + 10*rand.IntN(1100) //nolint:gosec // a place to listen at is no secret
		block := make([]int, 10)
		for i := range block {
			block[i] = port + i
		}
		if free(ctx, "127.0.0.1", block...) {
			return port, nil
		}
	}
	return 0, errors.New("no ten free ports in a row")
}

// free tries to listen.
func free(ctx context.Context, address string, ports ...int) bool {
	for _, port := range ports {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(address, strconv.Itoa(port)))
		if err != nil {
			return false
		}
		_ = l.Close()
	}
	return true
}

// program is a process that was started.
type program struct {
	cmd *exec.Cmd
	// signal ends it; nil: it ends with its standard input.
	signal os.Signal
	stdin  io.Closer
	lines  chan string
}

// start starts a program. Its standard error goes to a log; what it says on standard output is read with line.
// adapt may change the command before.
func start(ctx context.Context, log, path string, adapt func(*exec.Cmd), args ...string) (*program, error) {
	file, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	p := &program{cmd: exec.CommandContext(ctx, path, args...), lines: make(chan string, 64)}
	p.cmd.Stderr = file
	if adapt != nil {
		adapt(p.cmd)
	}
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p.stdin = stdin
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	err = p.cmd.Start()
	_ = file.Close() // the program has it
	if err != nil {
		return nil, err
	}
	go func() {
		defer close(p.lines)
		for s := bufio.NewScanner(stdout); s.Scan(); {
			p.lines <- s.Text()
		}
	}()
	return p, nil
}

func (p *program) pid() int { return p.cmd.Process.Pid }

// line is the next thing the program says.
func (p *program) line(ctx context.Context) (string, error) {
	select {
	case s, ok := <-p.lines:
		if !ok {
			return "", fmt.Errorf("%s ended", filepath.Base(p.cmd.Path))
		}
		return s, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// end asks the program to end, and kills it when it does not.
func (p *program) end() {
	_ = p.stdin.Close() // the request, for those who read it
	if p.signal != nil {
		_ = p.cmd.Process.Signal(p.signal) // it may have ended
	}
	kill := time.AfterFunc(10*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer kill.Stop()
	_ = p.cmd.Wait() // how it ended matters to nobody any more
}
