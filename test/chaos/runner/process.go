package runner

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is one of farmhand's programs that is kept running. It ends when this process does, however that ends: it reads
// the end of its standard input.
type process struct {
	name, path string
	args, env  []string
	dir        string // where its log lies
	// ready tells the line that says it serves; empty: it says nothing.
	ready string

	mu    sync.Mutex
	cmd   *exec.Cmd
	stdin io.Closer
	ended chan struct{}
	// dead is set while it must not be started again.
	dead bool
}

// maxDeaths is how often a process may end by itself, which it should not do at all: a taken port, an earlier life that
// still holds a lock.
const maxDeaths = 20

// keep starts the process again whenever it ends, until ctx does; then it ends it.
func (p *process) keep(ctx context.Context, up func()) error {
	defer p.kill()
	for deaths := 0; ; {
		ended, err := p.start(up)
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ended:
		}
		p.mu.Lock()
		killed := p.dead
		p.mu.Unlock()
		if !killed {
			if deaths++; deaths > maxDeaths {
				return fmt.Errorf("%s does not stay up: see %s", p.name, p.log())
			}
		}
		for pause := 100 * time.Millisecond; ; { // it may have to stay dead for a while
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(pause):
			}
			p.mu.Lock()
			killed = p.dead
			p.mu.Unlock()
			if !killed {
				break
			}
			pause = 10 * time.Millisecond
		}
	}
}

func (p *process) log() string { return filepath.Join(p.dir, p.name+".log") }

// start begins one life. up is called when it says that it is ready.
func (p *process) start(up func()) (ended chan struct{}, err error) {
	log, err := os.OpenFile(p.log(), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(p.path, p.args...) //nolint:noctx // it is killed on purpose, or ends with its standard input
	cmd.Dir, cmd.Stderr = p.dir, log
	cmd.Env = append(environment(), p.env...)
	cmd.WaitDelay = time.Second
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended = make(chan struct{})
	p.mu.Lock()
	p.cmd, p.stdin, p.ended = cmd, stdin, ended
	p.mu.Unlock()
	go func() {
		defer close(ended)
		lines := bufio.NewReader(stdout)
		if p.ready == "" {
			up()
		}
		for {
			line, err := lines.ReadString('\n')
			if p.ready != "" && strings.HasPrefix(line, p.ready) {
				up()
			}
			if err != nil {
				break
			}
		}
		_ = cmd.Wait() // how it ended is nobody's business: it was killed
	}()
	return ended, nil
}

// Die implements Victim: it kills the process at once, keeps it dead for a while, and lets it start again.
func (p *process) Die(ctx context.Context, down time.Duration) {
	p.mu.Lock()
	p.dead = true
	p.mu.Unlock()
	p.kill()
	select {
	case <-time.After(down):
	case <-ctx.Done():
	}
	p.mu.Lock()
	p.dead = false
	p.mu.Unlock()
}

// kill is kill -9.
func (p *process) kill() {
	p.mu.Lock()
	cmd, stdin, ended := p.cmd, p.stdin, p.ended
	p.mu.Unlock()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Signal(syscall.SIGKILL) // it may have ended already
	_ = stdin.Close()
	<-ended
}

// environment is this process's own without what would speak to another Temporal server or another farmhand.
func environment() []string {
	var out []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TEMPORAL_") && !strings.HasPrefix(v, "FARMHAND_") && !strings.HasPrefix(v, "OTEL_") {
			out = append(out, v)
		}
	}
	return out
}
