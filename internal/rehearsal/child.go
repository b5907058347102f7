package rehearsal

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	// grace is how long a process may take to end once its standard input has.
	grace = 10 * time.Second
	// tail is how much of a log an error shows.
	tail = 12
)

// restarts say how a process that dies is started again.
type restarts struct {
	// pauses grow from first to last.
	first, last time.Duration
	// quick is how short a life counts as a failed start; so many deaths in a row end the rehearsal.
	quick  time.Duration
	deaths int
}

// exitUsage is how our programs end when they were started in a way that makes no sense, such as on a database of another
// version: starting them again changes nothing.
const exitUsage = 2

// usualRestarts leave half a minute for an earlier process to let go of its ports.
var usualRestarts = restarts{first: 100 * time.Millisecond, last: 5 * time.Second, quick: 10 * time.Second, deaths: 12}

// child is one process of a rehearsal.
type child struct {
	name string // for messages and the log file
	path string
	args []string
	env  []string
	dir  string // working directory, and where logs/ lies
	// lock is inherited, so that the next rehearsal in this directory waits for this process.
	lock     *Lock
	restarts restarts
}

// keep runs the process, and runs it again when it dies, until ctx ends. ready is called whenever the process prints its
// ready line. The error says why it would not stay up, with the end of its log.
func (c child) keep(ctx context.Context, ready func()) error {
	pause, deaths := c.restarts.first, 0
	for {
		began := time.Now()
		err := c.run(ctx, ready)
		if ctx.Err() != nil {
			return nil //nolint:nilerr // it was asked to end
		}
		if time.Since(began) > c.restarts.quick {
			pause, deaths = c.restarts.first, 0
		}
		usage, _ := errors.AsType[*exec.ExitError](err)
		if deaths++; deaths >= c.restarts.deaths || (usage != nil && usage.ExitCode() == exitUsage) {
			return fmt.Errorf("%s does not stay up: %w; %s ends with:\n%s", c.name, err, c.logFile(), c.logTail())
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, c.restarts.last)
		case <-ctx.Done():
			return nil
		}
	}
}

// run is one life of the process. The process ends when its standard input does: that is how it is told, and how it
// learns that its parent was killed.
func (c child) run(ctx context.Context, ready func()) error {
	log, err := c.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(c.path, c.args...) //nolint:noctx // a context would kill it; it is asked to end first
	cmd.Dir, cmd.Env, cmd.Stderr = c.dir, c.env, log
	cmd.WaitDelay = time.Second
	detach(cmd, c.lock.file)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.listen(stdout, log, ready)
		_ = cmd.Wait() // how it ended is in ProcessState
	}()
	select {
	case <-ended:
		return fmt.Errorf("it ended: %w", &exec.ExitError{ProcessState: cmd.ProcessState})
	case <-ctx.Done():
	}
	_ = stdin.Close()                                                // the request to end
	kill := time.AfterFunc(grace, func() { _ = cmd.Process.Kill() }) // it may have ended just now
	defer kill.Stop()
	<-ended
	return ctx.Err()
}

// readyLine is how a process says that it serves: one JSON object a line on standard output.
var readyLine = []byte(`{"ready":true`)

func (c child) listen(stdout io.Reader, log io.Writer, ready func()) {
	lines := bufio.NewReader(stdout) // a ready line names every address: it can be long
	for {
		line, err := lines.ReadBytes('\n')
		_, _ = log.Write(line) // a log that cannot be written stops nothing
		if bytes.HasPrefix(line, readyLine) {
			ready()
		}
		if err != nil {
			return
		}
	}
}

func (c child) logFile() string { return filepath.Join(c.dir, "logs", c.name+".log") }

func (c child) openLog() (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(c.logFile()), 0o700); err != nil {
		return nil, err
	}
	return os.OpenFile(c.logFile(), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
}

func (c child) logTail() string {
	text, err := os.ReadFile(c.logFile())
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-tail):], "\n")
}
