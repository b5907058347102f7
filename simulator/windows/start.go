package windows

import (
	"context"
	"io"
	"strings"

	"farmhand/simulator/world"
)

// extensions are tried, in this order, for a program named without one (PATHEXT).
var extensions = []string{".com", ".exe", ".bat", ".cmd"}

// find resolves the name of a program to a file: by its path, or in the current folder and the PATH.
func (s *session) find(name string) (File, bool) {
	folders := []string{""}
	if !strings.ContainsAny(name, `\/:`) {
		folders = append([]string{s.dir}, strings.Split(s.environment["PATH"], ";")...)
	}
	var found File
	var ok bool
	s.view(func(tx *world.Tx) {
		for _, folder := range folders {
			p := s.absolute(name)
			if folder != "" {
				p = clean(folder + `\` + name)
			}
			for _, ext := range append([]string{""}, extensions...) {
				if f, known := stat(tx, s.machine.name, p+ext); known && !f.Folder && isProgram(f.Path) {
					found, ok = f.File, true
					return
				}
			}
		}
	})
	return found, ok
}

func isProgram(path string) bool {
	for _, ext := range extensions {
		if strings.HasSuffix(strings.ToLower(path), ext) {
			return true
		}
	}
	return false
}

func isBatch(path string) bool {
	p := strings.ToLower(path)
	return strings.HasSuffix(p, ".cmd") || strings.HasSuffix(p, ".bat")
}

// start runs a program or batch file that lies on a drive. text is the whole command.
func (s *session) start(name, text, tail string) int {
	f, ok := s.find(name)
	if !ok {
		return s.missing(name)
	}
	if isBatch(f.Path) {
		return s.runBatch(f, text)
	}
	program, ok := s.machine.program(f.Path)
	if !ok {
		return s.notRecognized(name)
	}
	return s.runProgram(program, f.Path, strings.TrimSpace(text), tail)
}

// missing is what cmd.exe says of a program it cannot find.
func (s *session) missing(name string) int {
	if strings.ContainsAny(name, `\/`) {
		var folder bool
		s.view(func(tx *world.Tx) { folder = FolderExists(tx, s.machine.name, parent(s.absolute(name))) })
		if !folder {
			s.errorf("The system cannot find the path specified.")
			return 1
		}
	}
	return s.notRecognized(name)
}

// runProgram runs the model of an executable as a process and returns its exit code. The process of a task
// that was under way when the simulator stopped is taken up again.
func (s *session) runProgram(program Program, image, commandLine, tail string) int {
	doc, resumed, err := s.spawn(program, image, commandLine)
	if err != nil {
		return exitKilled
	}
	ctx, release := s.life.attach(s.ctx, doc.PID)
	defer release()
	p := &Process{
		PID: doc.PID, Image: image, Args: splitArgs(tail), CommandLine: commandLine, User: s.user,
		Administrator: s.administrator, Task: s.task, Dir: s.dir, Machine: s.machine, Stdin: s.stdin,
		Resumed: resumed, Started: doc.Started, ctx: ctx,
	}
	p.Stdout = &processWriter{process: p, stream: 1, skip: doc.Written[1], out: s.stdout}
	p.Stderr = &processWriter{process: p, stream: 2, skip: doc.Written[2], out: s.stderr}
	return s.ended(ctx, doc, program.Run(ctx, p))
}

// spawn makes the document of a process, with its started event, or finds the one that was under way.
func (s *session) spawn(program Program, image, commandLine string) (doc process, resumed bool, err error) {
	err = s.update(func(tx *world.Tx) error {
		for _, p := range processes(tx, s.machine.name) {
			if s.parent != 0 && p.Parent == s.parent && p.CommandLine == commandLine {
				doc, resumed = p, true
				return nil
			}
		}
		doc = process{
			PID: nextPID(tx, s.machine.name), Parent: s.parent, Image: image, CommandLine: commandLine, User: s.user,
			Dir: s.dir, Started: Clock(tx, s.machine.name), Job: s.task != "", Journal: program.Journal, Task: s.task,
		}
		putProcess(tx, s.machine.name, doc)
		if doc.Journal {
			tx.Record(jobEvent(s.machine.name, "started", doc, nil))
		}
		return nil
	})
	return doc, resumed, err
}

// ended notes the end of a process, and in the batch file that waits for it its exit code: one transaction.
func (s *session) ended(ctx context.Context, doc process, exit int) int {
	err := s.machine.world.Update(func(tx *world.Tx) error {
		now, alive := getProcess(tx, s.machine.name, doc.PID)
		switch {
		case !alive: // ended by taskkill, or with its server
			exit = exitKilled
			return nil
		case s.life.ctx.Err() != nil: // the world is being suspended
			return ErrKilled
		case ctx.Err() != nil: // its shell is gone
			exit = exitKilled
			endProcess(tx, s.machine.name, now, nil)
			return nil //nolint:nilerr // the process was ended, which is recorded
		}
		endProcess(tx, s.machine.name, now, &exit)
		if wrapper, ok := getProcess(tx, s.machine.name, s.parent); ok && wrapper.Batch != nil {
			wrapper.Batch.ErrorLevel = &exit
			putProcess(tx, s.machine.name, wrapper)
		}
		return nil
	})
	if err != nil {
		return exitKilled
	}
	return exit
}

// processWriter is an output of a Program. It counts what was written in the process's document, and drops
// what a resumed process writes again.
type processWriter struct {
	process *Process
	stream  int
	skip    int
	out     io.Writer
}

// Write passes on what was not written before the simulator was restarted.
func (w *processWriter) Write(b []byte) (int, error) {
	n := len(b)
	drop := min(w.skip, n)
	w.skip -= drop
	if b = b[drop:]; len(b) == 0 {
		return n, nil
	}
	if f, ok := w.out.(*fileWriter); ok { // the file and the count must not part
		return n, w.process.change(func(tx *world.Tx, doc *process) error {
			doc.setWritten(w.stream, len(b))
			return AppendFile(tx, w.process.Machine.name, f.path, b)
		})
	}
	_, err := w.out.Write(b)
	return n, err
}
