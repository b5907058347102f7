package main

import (
	"bytes"
	"context"
	_ "embed" // the Python client
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/masterzen/winrm"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
	"farmhand/internal/winhost"
)

// clientTask is what a WinRM client is asked to do: run a command so many times, one after the other, or pass so many bytes
// to a command's standard input.
type clientTask struct {
	Host     string `json:"host"`
	Port     int    `json:"port"`
	User     string `json:"user"`
	Password string `json:"password"`
	Command  string `json:"command"`
	Calls    int    `json:"calls"`
	Input    int    `json:"input"` // bytes
}

// clientAnswer is how it went. Seconds leave out the start of the client's process.
type clientAnswer struct {
	Seconds float64 `json:"seconds"`
	Output  string  `json:"output"` // of the last call
	Error   string  `json:"error"`
}

// caller runs a command line once.
type caller func(ctx context.Context, line string, stdin io.Reader) (stdout string, err error)

// serveClient is `bench client NAME`: one client as a process of its own, with the task on standard input.
func serveClient(ctx context.Context, name string, in io.Reader, out io.Writer) error {
	var t clientTask
	if err := json.NewDecoder(in).Decode(&t); err != nil {
		return err
	}
	call, err := newCaller(name, t)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(perform(ctx, t, call))
}

func perform(ctx context.Context, t clientTask, call caller) (a clientAnswer) {
	began := time.Now()
	for range t.Calls {
		var stdin io.Reader
		if t.Input > 0 {
			stdin = bytes.NewReader(make([]byte, t.Input))
		}
		var err error
		if a.Output, err = call(ctx, t.Command, stdin); err != nil {
			a.Error = err.Error()
			break
		}
	}
	a.Seconds = time.Since(began).Seconds()
	return a
}

// newCaller makes one of the clients in Go: farmhand's own, or masterzen/winrm as it comes.
func newCaller(name string, t clientTask) (caller, error) {
	switch name {
	case "farmhand":
		h, err := winhost.New(winhost.Options{
			Server: farm.Server{Name: "APP01", Address: t.Host, WinRM: farm.WinRM{Scheme: "http", Port: t.Port, Auth: "ntlm"}},
			User:   t.User, Password: secrets.New(t.Password),
		})
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, line string, stdin io.Reader) (string, error) {
			r, err := h.Command(ctx, line, stdin)
			return r.Stdout, err
		}, nil
	case "masterzen":
		p := winrm.NewParameters("PT20S", "en-US", 153600)
		p.TransportDecorator = func() winrm.Transporter {
			sealed, _ := winrm.NewEncryption("ntlm") // "ntlm" is a name it knows
			return sealed
		}
		c, err := winrm.NewClientWithParameters(winrm.NewEndpoint(t.Host, t.Port, false, false, nil, nil, nil, 30*time.Second), t.User, t.Password, p)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, line string, stdin io.Reader) (string, error) {
			var stdout bytes.Buffer
			_, err := c.RunWithContextWithInput(ctx, line, &stdout, io.Discard, stdin)
			return stdout.String(), err
		}, nil
	}
	return nil, fmt.Errorf("no client %q", name)
}

//go:embed pywinrm.py
var pywinrmClient string

// clientPatience bounds one run of a client: some poll for ever when something goes wrong.
const clientPatience = 3 * time.Minute

// clientProcess runs a client as a process and returns its answer. One that dies, or does not come back, says so in Error.
func clientProcess(ctx context.Context, name string, t clientTask) (clientAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, clientPatience)
	defer cancel()
	me, err := os.Executable()
	if err != nil {
		return clientAnswer{}, err
	}
	cmd := exec.CommandContext(ctx, me, "client", name)
	if name == "pywinrm" {
		python, remove, err := pythonCommand(ctx, "-c", pywinrmClient)
		if err != nil {
			return clientAnswer{}, err
		}
		defer remove()
		cmd = python
	}
	task, err := json.Marshal(t) //nolint:gosec // the password of a simulated server, for the standard input of a child
	if err != nil {
		return clientAnswer{}, err
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(task), &stdout, &stderr
	err = cmd.Run()
	if _, died := errors.AsType[*exec.ExitError](err); died {
		line, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return clientAnswer{Error: "the process died: " + line}, nil
	}
	if err != nil {
		return clientAnswer{}, fmt.Errorf("%s: %w", name, err)
	}
	var a clientAnswer
	if err := json.Unmarshal(stdout.Bytes(), &a); err != nil {
		return a, fmt.Errorf("%s: %w: %s", name, err, stderr.String())
	}
	return a, nil
}
