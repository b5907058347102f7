package windows

import (
	"fmt"
	"io"
	"strings"

	"farmhand/scripts"
	"farmhand/simulator/world"
)

// batch is how far a process that interprets run.cmd has come. What lies behind it is never done again.
type batch struct {
	// Folder is the job's folder.
	Folder string
	// Began is set once "md started" succeeded.
	Began bool
	// ErrorLevel is the exit code of command.cmd once it has ended.
	ErrorLevel *int
}

// maxDepth is how deep batch files may call one another before cmd.exe runs out of stack.
const maxDepth = 32

// runBatch runs a batch file that the twin knows: run.cmd and those with a Program by their content, and
// command.cmd, which holds one line. Before Windows 7 cmd.exe does nothing with a batch file under code page 65001, and says success.
func (s *session) runBatch(f File, commandLine string) int {
	var data []byte
	s.view(func(tx *world.Tx) { data, _ = ReadFile(tx, s.machine.name, f.Path) })
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	s.depth++
	defer func() { s.depth-- }()
	switch {
	case s.depth > maxDepth:
		s.errorf("******  B A T C H   R E C U R S I O N  exceeds STACK limits ******")
		return 1
	case s.codePage == 65001 && s.system.before(6, 1):
		return 0
	case scripts.Hash(text) == scripts.Hash(strings.ReplaceAll(scripts.Run.Text, "\r\n", "\n")):
		return s.runJob(f, commandLine)
	case strings.EqualFold(base(f.Path), "command.cmd"):
		return s.runOneLine(text)
	}
	if program, ok := s.machine.scriptProgram(text); ok {
		_, tail := splitCommand(commandLine)
		return s.runProgram(program, systemFolder+`\cmd.exe`, strings.TrimSpace(commandLine), tail)
	}
	return s.notRecognized(base(f.Path))
}

// runOneLine runs a batch file of one line.
func (s *session) runOneLine(text string) int {
	exit := 0
	for line := range strings.Lines(text) {
		line = strings.TrimLeft(strings.TrimSpace(line), "@")
		if line == "" || strings.EqualFold(line, "echo off") {
			continue
		}
		if exit = s.run(strings.ReplaceAll(line, "%%", "%")); s.quit {
			break
		}
	}
	s.quit = false // exit /b ends the file alone
	return exit
}

// runJob is run.cmd, line by line:
//
//	cd /d "%~dp0"
//	md started 2>nul || exit /b 0
//	call command.cmd >output.log 2>&1
//	>exit.tmp echo %ERRORLEVEL%
//	ren exit.tmp exit.txt
func (s *session) runJob(f File, commandLine string) int {
	wrapper, err := s.wrapper(f, commandLine)
	if err != nil {
		return exitKilled
	}
	defer s.dropWrapper(wrapper.PID)
	if !wrapper.Batch.Began {
		return 0
	}
	if wrapper.Batch.ErrorLevel == nil {
		if err := s.runJobCommand(wrapper); err != nil {
			return exitKilled
		}
	}
	if err := s.finishJob(wrapper.PID); err != nil {
		return exitKilled
	}
	return 0
}

// dropWrapper ends the interpreter of run.cmd where it did not come to its end: its shell was closed, or
// the disk was full. One that is only suspended stays.
func (s *session) dropWrapper(pid int) {
	_ = s.machine.world.Update(func(tx *world.Tx) error { // a closed world keeps it, as it should
		if doc, alive := getProcess(tx, s.machine.name, pid); alive && s.life.ctx.Err() == nil {
			endProcess(tx, s.machine.name, doc, nil)
		}
		return nil
	})
}

// wrapper finds or makes the process that interprets run.cmd, up to and with "md started".
func (s *session) wrapper(f File, commandLine string) (doc process, err error) {
	folder := parent(f.Path)
	err = s.update(func(tx *world.Tx) error {
		known := false
		if doc, known = getProcess(tx, s.machine.name, s.parent); !known {
			doc = process{
				PID: nextPID(tx, s.machine.name), Image: systemFolder + `\cmd.exe`, CommandLine: commandLine,
				User: s.user, Dir: folder, Started: Clock(tx, s.machine.name), Job: s.task != "", Task: s.task,
			}
		}
		if doc.Batch == nil {
			doc.Batch = &batch{Folder: folder}
			if _, there := stat(tx, s.machine.name, folder+`\started`); !there {
				doc.Batch.Began = true
				if err := MakeFolder(tx, s.machine.name, folder+`\started`); err != nil {
					return err
				}
			}
		}
		if doc.Batch.Began || known {
			putProcess(tx, s.machine.name, doc)
		}
		return nil
	})
	return doc, err
}

// runJobCommand is "call command.cmd >output.log 2>&1" and the errorlevel after it.
func (s *session) runJobCommand(wrapper process) error {
	c := s.fork()
	c.dir, c.parent = wrapper.Batch.Folder, wrapper.PID
	out := &fileWriter{session: c, path: c.dir + `\output.log`}
	var text []byte
	there := false
	if err := s.update(func(tx *world.Tx) error {
		if _, alive := getProcess(tx, s.machine.name, wrapper.PID); !alive {
			return ErrKilled
		}
		text, there = ReadFile(tx, s.machine.name, c.dir+`\command.cmd`)
		for _, p := range processes(tx, s.machine.name) {
			if p.Parent == wrapper.PID { // taken up again: its output is there
				return nil
			}
		}
		return WriteFile(tx, s.machine.name, out.path, []byte{})
	}); err != nil {
		return err
	}
	c.stdout, c.stderr = io.Writer(out), io.Writer(out)
	exit := 1
	if there {
		exit = c.runOneLine(string(text))
	} else {
		c.notRecognized("command.cmd")
	}
	return s.update(func(tx *world.Tx) error {
		doc, alive := getProcess(tx, s.machine.name, wrapper.PID)
		if !alive {
			return ErrKilled
		}
		doc.Batch.ErrorLevel = &exit
		putProcess(tx, s.machine.name, doc)
		return nil
	})
}

// finishJob writes exit.txt; the rename makes it appear whole. The wrapper ends with it.
func (s *session) finishJob(pid int) error {
	return s.update(func(tx *world.Tx) error {
		doc, alive := getProcess(tx, s.machine.name, pid)
		if !alive {
			return ErrKilled
		}
		endProcess(tx, s.machine.name, doc, nil)
		text := fmt.Sprintf("%d\r\n", *doc.Batch.ErrorLevel)
		return WriteFile(tx, s.machine.name, doc.Batch.Folder+`\exit.txt`, []byte(text))
	})
}
