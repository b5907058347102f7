package wsman

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
)

const (
	maxChunk   = 16 << 10 // bytes in one Stream element
	maxPending = 1 << 20  // bytes of output held for a client; a command that writes more has to wait
)

// process is one command of a shell.
type process struct {
	id      string
	console bool // WINRS_CONSOLEMODE_STDIN: control keys reach the command
	cancel  context.CancelFunc
	stdin   *inputPipe

	mu       sync.Mutex
	changed  chan struct{} // closed, and replaced, whenever something below changes
	output   []chunk
	pending  int // weight of output
	ended    bool
	exit     int
	aborted  bool
	reported bool // the client was told of the end
}

type chunk struct {
	stream string
	data   []byte
}

// weight is what a chunk counts for: its data and the element around it.
func (c chunk) weight() int { return len(c.data) + chunkOverhead }

// start runs a command line in a shell and writes the body of the reply.
func (s *Server) start(sh *shell, line string, e *envelope) (string, *soapFault) {
	skip := e.flag("WINRS_SKIP_CMD_SHELL")
	switch {
	case line == "":
		return "", parameterFault()
	case skip && !strings.ContainsAny(program(line), `\/`):
		return "", notFoundFault()
	}
	id := newGUID()
	switch {
	case s.options.Stack == Stack11:
		id = strings.ToLower(id)
	case s.options.Stack >= Stack30 && e.Body.CommandLine.CommandID != "":
		id = e.Body.CommandLine.CommandID
	}
	ctx, cancel := context.WithCancel(sh.ctx)
	p := &process{id: id, console: e.flag("WINRS_CONSOLEMODE_STDIN"), cancel: cancel, stdin: newInputPipe(), changed: make(chan struct{})}
	if fault := s.shells.addProcess(sh, p); fault != nil {
		cancel()
		return "", fault
	}
	c := Command{
		User: sh.user, Line: line, CodePage: sh.codePage, Dir: sh.dir, Environment: maps.Clone(sh.environment), SkipCmdShell: skip,
		Stdin: p.stdin, Stdout: &outputWriter{ctx, p, "stdout"}, Stderr: &outputWriter{ctx, p, "stderr"},
	}
	context.AfterFunc(ctx, p.stdin.abort)
	go func() {
		defer cancel()
		exit := s.backend.Exec(ctx, c)
		p.stdin.abort()
		p.update(func() { p.ended, p.exit = true, exit })
	}()
	return "<rsp:CommandResponse><rsp:CommandId>" + escape(id) + "</rsp:CommandId></rsp:CommandResponse>", nil
}

// program gives the first word of a command line, which may be quoted.
func program(line string) string {
	if rest, quoted := strings.CutPrefix(line, `"`); quoted {
		name, _, _ := strings.Cut(rest, `"`)
		return name
	}
	name, _, _ := strings.Cut(line, " ")
	return name
}

// addProcess registers a command, within the user's quota of operations. Every command counts until its shell is
// deleted: text shells do not give an operation back when a command is terminated (MS-WSMV note 118).
func (t *shellTable) addProcess(sh *shell, p *process) *soapFault {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shells[strings.ToUpper(sh.id)] != sh {
		return shellGoneFault(sh.id)
	}
	used := 0
	for _, own := range t.ofUser(sh.user) {
		own.mu.Lock()
		used += own.operations
		own.mu.Unlock()
	}
	if used >= t.limits.operations {
		return operationQuotaFault(t.limits.operations)
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.operations++
	sh.processes[strings.ToUpper(p.id)] = p
	return nil
}

func (sh *shell) process(id string) *process {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	return sh.processes[strings.ToUpper(id)]
}

func (sh *shell) forget(p *process) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	delete(sh.processes, strings.ToUpper(p.id))
}

// update changes a process and wakes everybody who waits for that.
func (p *process) update(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
	close(p.changed)
	p.changed = make(chan struct{})
}

// abort kills a command and ends the Receive that waits for it. The mark comes first: otherwise the command's end could
// reach that Receive as if it had ended by itself.
func (p *process) abort() {
	p.update(func() { p.aborted = true })
	p.cancel()
}

// send feeds standard input.
func send(p *process, e *envelope) (string, *soapFault) {
	for _, s := range e.Body.Send.Streams {
		if !strings.EqualFold(s.Name, "stdin") || !strings.EqualFold(s.CommandID, p.id) {
			return "", parameterFault()
		}
		data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s.Base64), ""))
		if err != nil {
			return "", schemaFault()
		}
		if !p.stdin.feed(data, strings.EqualFold(s.End, "true") || s.End == "1") {
			return "", pipeClosingFault()
		}
	}
	return "<rsp:SendResponse/>", nil
}

// signal terminates a command, or presses a control key in its console.
func signal(sh *shell, p *process, e *envelope) (string, *soapFault) {
	switch code := strings.TrimSpace(e.Body.Signal.Code); {
	case strings.HasSuffix(strings.ToLower(code), "/signal/terminate"):
		sh.forget(p)
		p.abort()
	case p.console: // without a console there is nobody to press the key
		p.cancel()
	}
	return "<rsp:SignalResponse/>", nil
}

// outputWriter is one output stream of a command.
type outputWriter struct {
	ctx  context.Context
	p    *process
	name string
}

// Write hands output to the next Receive. Each call becomes Stream elements of its own, as on Windows.
func (w *outputWriter) Write(b []byte) (int, error) {
	written := 0
	for piece := range slices.Chunk(b, maxChunk) {
		if err := w.p.hold(w.ctx, chunk{w.name, bytes.Clone(piece)}); err != nil {
			return written, err
		}
		written += len(piece)
	}
	return written, nil
}

// hold keeps a chunk for the client, and waits while too much is held already.
func (p *process) hold(ctx context.Context, c chunk) error {
	for {
		p.mu.Lock()
		full, changed := p.pending >= maxPending, p.changed
		p.mu.Unlock()
		if ctx.Err() != nil {
			return io.ErrClosedPipe
		}
		if !full {
			p.update(func() {
				p.output = append(p.output, c)
				p.pending += c.weight()
			})
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}
