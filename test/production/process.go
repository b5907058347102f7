package production

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// process is one program that is kept running, or run until it succeeds, as Docker does with a container.
type process struct {
	name      string
	argv, env []string
	dir       string // where it works, and where its log lies
	user      *syscall.Credential

	mu    sync.Mutex
	cmd   *exec.Cmd
	ended chan struct{}
	alive chan struct{} // closed while it may run; replaced while it has to stay dead
}

const (
	// maxDeaths is how often a process may end by itself.
	maxDeaths = 10
	// startAgain is the pause before it is started again, and killPatience how long a kill may take to be seen.
	startAgain, killPatience = 200 * time.Millisecond, 10 * time.Second
)

// errDoesNotStayUp says that a process ends by itself again and again.
var errDoesNotStayUp = errors.New("does not stay up")

func (p *process) log() string { return filepath.Join(p.dir, p.name+".log") }

// once runs the process until it has succeeded: a job of the stack.
func (p *process) once(ctx context.Context) error {
	for range maxDeaths {
		ended, err := p.start()
		if err != nil {
			return err
		}
		select {
		case <-ended:
		case <-ctx.Done():
			p.kill()
			return nil
		}
		if p.cmd.ProcessState.Success() {
			return nil
		}
		pause(ctx, startAgain)
	}
	return fmt.Errorf("%s does not succeed: see %s", p.name, p.log())
}

// keep runs the process, and starts it again whenever it ends, until ctx does.
func (p *process) keep(ctx context.Context) error {
	defer p.kill()
	for deaths := 0; ctx.Err() == nil; {
		ended, err := p.start()
		if err != nil {
			return err
		}
		select {
		case <-ended:
		case <-ctx.Done():
			return nil
		}
		if p.mayRun() == nil {
			if deaths++; deaths > maxDeaths {
				return fmt.Errorf("%s %w: see %s", p.name, errDoesNotStayUp, p.log())
			}
		}
		for up := p.mayRun(); up != nil; up = p.mayRun() {
			select {
			case <-up:
			case <-ctx.Done():
				return nil
			}
		}
		pause(ctx, startAgain)
	}
	return nil
}

// mayRun is nil, or what is closed when it may run again.
func (p *process) mayRun() chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.alive
}

// start begins one life, in a process group of its own that dies with this process.
func (p *process) start() (ended chan struct{}, err error) {
	log, err := os.OpenFile(p.log(), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command(p.argv[0], p.argv[1:]...) //nolint:noctx // it is killed on purpose, or when the stack ends
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = p.dir, p.env, log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Credential: p.user}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	ended = make(chan struct{})
	p.mu.Lock()
	p.cmd, p.ended = cmd, ended
	p.mu.Unlock()
	go func() {
		defer close(ended)
		_ = cmd.Wait() // how it ended is in ProcessState
	}()
	return ended, nil
}

// Die implements runner.Victim: kill -9 of the whole process group, dead for a while, then started again.
func (p *process) Die(ctx context.Context, down time.Duration) {
	up := make(chan struct{})
	p.mu.Lock()
	p.alive = up
	p.mu.Unlock()
	p.kill()
	pause(ctx, down)
	p.mu.Lock()
	p.alive = nil
	p.mu.Unlock()
	close(up)
}

// kill is kill -9.
func (p *process) kill() {
	p.mu.Lock()
	cmd, ended := p.cmd, p.ended
	p.mu.Unlock()
	if cmd == nil {
		return
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it may have ended already
	select {
	case <-ended:
	case <-time.After(killPatience):
	}
}

// pause waits; it is false when ctx ended before.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
