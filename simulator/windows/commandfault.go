package windows

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"farmhand/simulator/world"
)

// The kinds of world.Fault that only a command over WinRM knows: the steps "command NAME", before it does anything, and
// "after NAME". Both also know FaultReboot, FaultPowerLoss and FaultClock, the first FaultSlow too.
const (
	// FaultExit ends the command with Fault.Code, Fault.Text on standard error, and nothing done.
	FaultExit = "exit"
	// FaultHang has the command run until somebody ends it, and do nothing.
	FaultHang = "hang"
	// FaultSilent does nothing, prints nothing and says success, as cmd.exe before Windows Server 2008 R2 does with a
	// batch file under a code page in which it cannot read one.
	FaultSilent = "silent"
	// FaultCut does the work and loses the second half of what the command prints.
	FaultCut = "cut"
	// FaultNoSentinel does the work and loses the lines that end a script's answer, as when PowerShell is killed for its
	// memory after it printed them; the exit code is 0 all the same.
	FaultNoSentinel = "no-sentinel"
	// FaultCodePage prints in code page Fault.Code: 850, 65001 (UTF-8 behind a byte order mark), 1200 (UTF-16).
	FaultCodePage = "code-page"
)

// The code pages of Unicode.
const (
	codePageUTF8  = 65001
	codePageUTF16 = 1200
)

// meetCommand acts out the fault of the step "command NAME". instead says that the command does not run and has this
// exit code; end must be called when the command has ended, and delivers what it printed.
func (s *session) meetCommand(name string) (exit int, instead bool, end func()) {
	end = func() {}
	w, m := s.machine.world, s.machine
	step := "command " + name
	if w.Point(s.ctx, m.name, step) != nil {
		return exitKilled, true, end
	}
	f, struck := w.Strike(m.name, step)
	if !struck {
		return 0, false, end
	}
	switch f.Kind {
	case FaultReboot:
		m.Reboot("fault at " + step)
		return exitKilled, true, end
	case FaultPowerLoss:
		m.PowerLoss()
		return exitKilled, true, end
	case FaultClock:
		m.moveClock(f.Delay)
	case FaultSlow:
		if w.Wait(s.ctx, f.Delay) != nil {
			return exitKilled, true, end
		}
	case FaultHang:
		<-s.ctx.Done()
		return exitKilled, true, end
	case FaultExit:
		s.errorf("%s", f.Text)
		return f.Code, true, end
	case FaultSilent:
		return 0, true, end
	default:
		return 0, false, s.spoil(f)
	}
	return 0, false, end
}

// runMet runs a command under the fault of its step.
func (s *session) runMet(name string, run func() int) int {
	exit, instead, end := s.meetCommand(name)
	if instead {
		return exit
	}
	defer end()
	return run()
}

// spoil keeps what the session prints from now on, and returns what delivers it as the fault has it.
func (s *session) spoil(f world.Fault) (deliver func()) {
	printed, whole, page := s.stdout, new(bytes.Buffer), s.codePage
	s.stdout = whole
	if f.Kind == FaultCodePage {
		s.codePage = f.Code
	}
	return func() {
		s.stdout, s.codePage = printed, page
		_, _ = printed.Write(spoiled(f, whole.Bytes())) // a stream nobody reads any more is no error of the command
	}
}

// spoiled is what of a command's output reaches its client.
func spoiled(f world.Fault, whole []byte) []byte {
	switch {
	case f.Kind == FaultCut:
		return whole[:len(whole)/2]
	case f.Kind == FaultNoSentinel:
		var kept bytes.Buffer
		for line := range bytes.Lines(whole) {
			if !bytes.HasPrefix(line, []byte("##")) {
				kept.Write(line)
			}
		}
		return kept.Bytes()
	case f.Kind == FaultCodePage && f.Code == codePageUTF8:
		return append([]byte("\xEF\xBB\xBF"), whole...)
	case f.Kind == FaultCodePage && f.Code == codePageUTF16:
		var wide bytes.Buffer
		for _, unit := range utf16.Encode([]rune("\uFEFF" + string(whole))) {
			_ = binary.Write(&wide, binary.LittleEndian, unit) // a buffer takes everything
		}
		return wide.Bytes()
	}
	return whole
}

// meetAfter acts out the fault of a step "after NAME": what the command did is done, and its client does not know.
func (m *Machine) meetAfter(step string) {
	f, struck := m.world.Strike(m.name, step)
	if !struck {
		return
	}
	switch f.Kind {
	case FaultReboot:
		m.Reboot("fault at " + step)
	case FaultPowerLoss:
		m.PowerLoss()
	case FaultClock:
		m.moveClock(f.Delay)
	}
}

// commandStep names a command line as the steps "command NAME" and "after NAME" do: by its first word, or the script;
// net, sc, schtasks and shutdown, which do several things, with their first argument too.
func commandStep(text string, script bool) string {
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 {
		return ""
	}
	if !script && len(words) > 1 {
		switch words[0] {
		case "net", "sc", "schtasks", "shutdown":
			return words[0] + " " + words[1]
		}
	}
	return words[0]
}
