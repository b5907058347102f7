package windows

import (
	"context"
	"strings"
	"sync"

	"farmhand/scripts"
	"farmhand/simulator/world"
	"farmhand/simulator/wsman"
)

// backend is the machine as its WinRM service sees it, for one life.
type backend struct {
	machine *Machine
	life    *life
}

// Password looks an account up.
func (b *backend) Password(domain, user string) (string, bool) {
	return b.machine.accounts.Password(domain, user)
}

// Record notes what the WinRM service did.
func (b *backend) Record(e wsman.Event) {
	b.machine.world.Record(world.Event{
		Host: b.machine.name, Protocol: world.ProtocolWinRM, Event: e.Event, User: e.User, Text: e.Text,
	})
}

// Exec runs one command line of a shell and records it, with its exit code unless it was cut off, before
// the client can learn of its end.
func (b *backend) Exec(ctx context.Context, c wsman.Command) int {
	if !b.life.enter() {
		return exitKilled
	}
	defer b.life.leave()
	m, service := b.machine, ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(b.life.ctx, cancel)()

	s := &session{
		machine: m, life: b.life, ctx: ctx, system: m.system(), user: c.User, administrator: m.administrator(c.User),
		dir: c.Dir, codePage: c.CodePage, stdin: newInput(c.Stdin), stdout: c.Stdout, stderr: c.Stderr,
		background: new(sync.WaitGroup),
	}
	s.environment = s.defaultEnvironment(c.Environment)
	if s.dir == "" {
		s.dir = s.profile()
	}
	if m.ensureProfile(c.User) != nil {
		return exitKilled // the world is closed
	}
	exit := exitTooLong
	switch {
	case len(c.Line) > maxLine && !c.SkipCmdShell:
		s.errorf("The command line is too long.")
	case c.Line == scripts.CommandLine(): // the bootstrap knows the script's name
		exit = s.run(c.Line)
	default:
		exit = s.runMet(commandStep(c.Line, false), func() int { return s.run(c.Line) })
	}
	down := b.down()
	var ended *int
	if ctx.Err() == nil && !down {
		ended = new(exit)
	}
	for _, e := range s.ran(c, ended) {
		m.world.Record(e)
		// A client that hears nothing now does not know what it brought about.
		after := "after " + commandStep(e.Text, e.Event == "script")
		if !down && m.world.Point(b.life.ctx, m.name, after) == nil {
			m.meetAfter(after)
		}
	}
	if b.down() { // it answers nobody
		<-service.Done()
	}
	return exit
}

// ran are the events of a command that ended so, nil where it was cut off: one of each script, where it was the bootstrap.
// Scripts before the last one ended well.
func (s *session) ran(c wsman.Command, exit *int) []world.Event {
	e := world.Event{Host: s.machine.name, Protocol: world.ProtocolWinRM, Event: "command", User: c.User, Text: c.Line, Exit: exit}
	if len(s.scripts) == 0 {
		return []world.Event{e}
	}
	events := make([]world.Event, len(s.scripts))
	for i, script := range s.scripts {
		events[i] = e
		events[i].Event, events[i].Text = "script", script
		if i < len(s.scripts)-1 {
			events[i].Exit = new(0)
		}
	}
	return events
}

// down says whether this life is over, or about to be: the world knows it a moment earlier.
func (b *backend) down() bool {
	up := false
	b.machine.world.View(func(tx *world.Tx) { up = Up(tx, b.machine.name) })
	return !up || b.life.ctx.Err() != nil
}

// The exit codes that cmd.exe itself gives.
const (
	exitKilled   = -1073741510 // STATUS_CONTROL_C_EXIT
	exitTooLong  = 1
	exitNotFound = 9009
)

// maxLine is the longest line cmd.exe takes (KB830473).
const maxLine = 8191

// defaultEnvironment is the environment of a shell, with the client's own variables over it. The names are
// upper case: Windows ignores their case.
func (s *session) defaultEnvironment(extra map[string]string) map[string]string {
	domain, user, _ := strings.Cut(s.user, `\`)
	arch := "AMD64"
	if s.system.Architecture == "x86" {
		arch = "x86"
	}
	env := map[string]string{
		"COMPUTERNAME": strings.ToUpper(s.system.Name), "USERDOMAIN": domain, "USERNAME": user,
		"SYSTEMROOT": windowsFolder, "WINDIR": windowsFolder, "SYSTEMDRIVE": "C:", "COMSPEC": systemFolder + `\cmd.exe`,
		"PROGRAMFILES": `C:\Program Files`, "COMMONPROGRAMFILES": `C:\Program Files\Common Files`,
		"USERPROFILE": s.profile(), "TEMP": s.temp(), "TMP": s.temp(), "PROCESSOR_ARCHITECTURE": arch,
		"PATH": systemFolder + ";" + windowsFolder, "OS": "Windows_NT",
	}
	for k, v := range extra {
		env[strings.ToUpper(k)] = v
	}
	return env
}
