package windows

import (
	"io"
	"strings"
	"sync"
	"time"

	"farmhand/simulator/world"
)

// Task is one scheduled task. Its trigger never fires in a simulated world: tasks are run by hand.
type Task struct {
	Name string
	// Command is the command line it runs.
	Command string
	// User is the account, as DOMAIN\user.
	User string
	// LogonFailed says that the account's password was wrong when the task was made: it does not run.
	LogonFailed bool
	Created     time.Time
	// LastRun is when it was last run; zero for never.
	LastRun time.Time
}

// GetTask returns a scheduled task.
func GetTask(tx *world.Tx, server, name string) (Task, bool) {
	var t Task
	ok := tx.Get(key(server, "task", taskName(name)), &t)
	return t, ok
}

// PutTask stores a scheduled task.
func PutTask(tx *world.Tx, server string, t Task) {
	t.Name = taskName(t.Name)
	tx.Put(key(server, "task", t.Name), t)
}

// Tasks returns the scheduled tasks by name.
func Tasks(tx *world.Tx, server string) []Task { return list[Task](tx, key(server, "task")+"/") }

// taskName is a name without the leading backslash of the root folder.
func taskName(name string) string { return strings.TrimPrefix(name, `\`) }

// account spells a user as DOMAIN\user: a bare name and user@domain mean the server's own domain.
func (s system) account(user string) string {
	if strings.Contains(user, `\`) {
		return user
	}
	name, _, _ := strings.Cut(user, "@")
	return s.Domain + `\` + name
}

// logon checks an account, as DOMAIN\user, and its password as a batch logon does.
func (m *Machine) logon(account, password string) bool {
	domain, name, _ := strings.Cut(account, `\`)
	want, known := m.accounts.Password(domain, name)
	return known && want == password
}

// runTask starts a scheduled task, unless an instance of it runs already or its account could not log on.
// Task Scheduler says the same in every case.
func (m *Machine) runTask(l *life, name string) error {
	var root process
	err := m.world.Update(func(tx *world.Tx) error {
		t, ok := GetTask(tx, m.name, name)
		if !ok || t.LogonFailed || !Up(tx, m.name) {
			return nil
		}
		for _, p := range processes(tx, m.name) {
			if strings.EqualFold(p.Root, t.Name) {
				return nil
			}
		}
		t.LastRun = Clock(tx, m.name)
		PutTask(tx, m.name, t)
		image := systemFolder + `\taskeng.exe`
		if word := strings.ToLower(firstWord(t.Command)); isBatch(word) || strings.TrimSuffix(base(word), ".exe") == "cmd" {
			image = systemFolder + `\cmd.exe`
		}
		root = process{
			PID: nextPID(tx, m.name), Image: image, CommandLine: t.Command, User: t.User, Dir: systemFolder,
			Started: t.LastRun, Job: true, Root: t.Name, Task: t.Command,
		}
		putProcess(tx, m.name, root)
		return nil
	})
	if err == nil && root.PID != 0 {
		m.goTask(l, root)
	}
	return err
}

// resumeTasks goes on with the tasks that ran when the simulator was stopped.
func (m *Machine) resumeTasks(l *life) {
	var roots []process
	m.world.View(func(tx *world.Tx) {
		for _, p := range processes(tx, m.name) {
			if p.Root != "" {
				roots = append(roots, p)
			}
		}
	})
	for _, p := range roots {
		m.goTask(l, p)
	}
}

// goTask runs a task's command line beside everything else. It is no child of a WinRM shell.
func (m *Machine) goTask(l *life, root process) {
	if !l.enter() {
		return // suspended at this very moment: the next life resumes it
	}
	go func() {
		defer l.leave()
		ctx, release := l.attach(l.ctx, root.PID)
		defer release()
		if m.ensureProfile(root.User) != nil {
			return
		}
		s := &session{
			machine: m, life: l, ctx: ctx, system: m.system(), user: root.User, administrator: m.administrator(root.User),
			dir: root.Dir, codePage: m.system().CodePage, stdin: newInput(nil), stdout: io.Discard, stderr: io.Discard,
			parent: root.PID, task: root.Task, background: new(sync.WaitGroup),
		}
		s.environment = s.defaultEnvironment(nil)
		s.run(root.CommandLine)
		s.dropWrapper(root.PID)
		s.background.Wait() // what START left running is no part of the task
	}()
}
