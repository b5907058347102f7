package windows

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"strings"
	"sync"

	"farmhand/simulator/world"
)

// session is one cmd.exe: it runs a line for a user, with a folder, an environment and three streams.
type session struct {
	machine       *Machine
	life          *life
	ctx           context.Context // ends with the WinRM command, or with the server for a task
	system        system
	user          string
	administrator bool
	dir           string
	environment   map[string]string // by upper-case name
	codePage      int
	stdin         *bufio.Reader
	stdout        io.Writer
	stderr        io.Writer

	parent int    // PID of the process that interprets a batch file, else 0
	task   string // command line of a scheduled task, else empty
	quit   bool   // exit was called
	// background counts the programs that START left to themselves.
	background *sync.WaitGroup
	depth      int      // of batch files that call one another
	scripts    []string // name and parameters of each script that the bootstrap ran
}

// newInput buffers a stream so that a prompt can read a line of it.
func newInput(r io.Reader) *bufio.Reader {
	if r == nil {
		r = strings.NewReader("")
	}
	return bufio.NewReader(r)
}

// fork is a session for a command inside this one: what it changes in folder and environment stays there.
func (s *session) fork() *session {
	c := *s
	c.environment = maps.Clone(s.environment)
	c.quit = false
	return &c
}

// view and update reach the server's documents.
func (s *session) view(fn func(tx *world.Tx)) { s.machine.world.View(fn) }

// update runs a change unless the session has been killed or its server is down: a command that lost its
// server changes nothing.
func (s *session) update(fn func(tx *world.Tx) error) error {
	return s.machine.world.Update(func(tx *world.Tx) error {
		if s.ctx.Err() != nil || !Up(tx, s.machine.name) {
			return ErrKilled
		}
		return fn(tx)
	})
}

// outf prints to standard output; lines in the format end in \n and leave as CR LF.
func (s *session) outf(format string, args ...any) { s.print(s.stdout, format, args...) }

// errorf prints one line to standard error.
func (s *session) errorf(format string, args ...any) {
	s.print(s.stderr, "%s\n", s.system.Language.in(messagef(format, args...)))
}

// failed prints an error on a line of standard error.
func (s *session) failed(err error) { s.print(s.stderr, "%s\n", s.system.Language.in(err)) }

// readLine reads one line of standard input, and reports false at its end.
func (s *session) readLine() (string, bool) {
	line, err := s.stdin.ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err == nil || line != ""
}

// run runs a command line and returns the exit code of its last command.
func (s *session) run(line string) int {
	commands, err := parseLine(expand(line, s.environment))
	if err != nil {
		return s.notRecognized(strings.TrimSpace(line))
	}
	exit := 0
	for _, c := range commands {
		exit = s.redirected(c)
		if exit != 0 || s.quit {
			break
		}
	}
	return exit
}

// redirected runs one command with its streams where the line says.
func (s *session) redirected(c command) int {
	stdout, stderr := s.stdout, s.stderr
	defer func() { s.stdout, s.stderr = stdout, stderr }()
	for _, stream := range []int{1, 2} {
		r, ok := c.redirects[stream]
		switch {
		case !ok:
		case r.file == "" && r.stream == 1:
			s.stderr = s.stdout
		case r.file == "":
			s.stdout = s.stderr
		default:
			w, err := s.create(r.file)
			if err != nil {
				s.failed(err)
				return 1
			}
			if stream == 1 {
				s.stdout = w
			} else {
				s.stderr = w
			}
		}
	}
	if strings.TrimSpace(c.text) == "" {
		return 0
	}
	out := s.stdout
	exit := s.runCommand(c.text)
	if file, ok := out.(*fileWriter); ok && file.full && exit == 0 {
		s.print(stderr, "%s\n", s.system.Language.in(ErrDiskFull))
		exit = 1
	}
	return exit
}

// create empties the file a stream is redirected to.
func (s *session) create(name string) (io.Writer, error) {
	if strings.EqualFold(name, "nul") {
		return io.Discard, nil
	}
	file := &fileWriter{session: s, path: s.absolute(name)}
	return file, s.update(func(tx *world.Tx) error {
		return WriteFile(tx, s.machine.name, file.path, []byte{})
	})
}

// fileWriter appends to a file of the server.
type fileWriter struct {
	session *session
	path    string
	full    bool // the drive had no space for all of it
}

// Write appends to the file.
func (w *fileWriter) Write(b []byte) (int, error) {
	err := w.session.update(func(tx *world.Tx) error { return AppendFile(tx, w.session.machine.name, w.path, b) })
	if err != nil {
		w.full = errors.Is(err, ErrDiskFull)
		return 0, err
	}
	return len(b), nil
}

// runCommand runs one command without redirections.
func (s *session) runCommand(text string) int {
	name, tail := splitCommand(text)
	if fn := internalCommand(name); fn != nil {
		return fn(s, tail)
	}
	if fn := s.external(strings.ToLower(name)); fn != nil {
		return fn(s, tail)
	}
	return s.start(name, text, tail)
}

// external finds a command that comes with Windows as a program in system32.
func (s *session) external(name string) shellCommand {
	folder, file := "", name
	if i := strings.LastIndexByte(name, '\\'); i >= 0 {
		folder, file = clean(name[:i]), name[i+1:]
	}
	file = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(file, ".exe"), ".com"), ".cmd")
	if folder != "" && !strings.HasPrefix(folder, strings.ToLower(systemFolder)) && !strings.HasPrefix(folder, strings.ToLower(windowsFolder+`\sysnative`)) {
		return nil
	}
	if file == "powershell" && s.system.PowerShell == "" {
		return nil
	}
	if file == "appcmd" && (s.system.is2003() || !strings.HasSuffix(folder, `\inetsrv`)) {
		return nil // it came with IIS 7, in a folder that is in no path
	}
	return windowsProgram(file)
}

// notRecognized is cmd.exe's answer to what it does not know.
func (s *session) notRecognized(name string) int {
	s.print(s.stderr, "'%s' is not recognized as an internal or external command,\noperable program or batch file.\n", name)
	return exitNotFound
}

// absolute resolves a path against the session's folder.
func (s *session) absolute(p string) string {
	p = strings.ReplaceAll(strings.Trim(p, `"`), "/", `\`)
	switch {
	case len(p) >= 2 && p[1] == ':', strings.HasPrefix(p, `\\`):
		return clean(p)
	case strings.HasPrefix(p, `\`):
		return clean(s.dir[:min(2, len(s.dir))] + p)
	}
	return clean(s.dir + `\` + p)
}
