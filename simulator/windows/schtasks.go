package windows

import (
	"strings"
	"time"

	"farmhand/simulator/world"
)

// taskFileNotFound is what schtasks says of a task that is not there.
const taskFileNotFound = "ERROR: The system cannot find the file specified."

// schtasks is schtasks.exe: /create, /run, /query, /end and /delete.
func (s *session) schtasks(tail string) int {
	words := splitArgs(tail) // schtasks is a program: \" inside /tr is a quote
	if len(words) == 0 {
		return s.taskQuery(taskOptions{})
	}
	verb := strings.ToLower(words[0])
	o, bad := parseTaskOptions(words[1:])
	if bad == "" && s.system.is2003() && verb == "/create" && o.set["/f"] {
		bad = "/f" // came with Windows Server 2008
	}
	if bad != "" {
		s.errorf("ERROR: Invalid argument/option - '%s'.\nType \"SCHTASKS %s /?\" for usage.", bad, strings.ToUpper(verb))
		return 1
	}
	switch verb {
	case "/create":
		return s.taskCreate(o)
	case "/run":
		return s.taskRun(o.value["/tn"])
	case "/query":
		return s.taskQuery(o)
	case "/end":
		return s.taskEnd(o.value["/tn"])
	case "/delete":
		return s.taskDelete(o)
	}
	s.errorf("ERROR: Invalid syntax. Mandatory option not specified.\nType \"SCHTASKS /?\" for usage.")
	return 1
}

// taskOptions are the options of one schtasks command, by their lower-case name.
type taskOptions struct {
	value map[string]string
	set   map[string]bool
}

// parseTaskOptions reads options, and returns the first it does not know.
func parseTaskOptions(words []string) (o taskOptions, unknown string) {
	o = taskOptions{value: map[string]string{}, set: map[string]bool{}}
	for i := 0; i < len(words); i++ {
		name := strings.ToLower(words[i])
		switch name {
		case "/f", "/v", "/np", "/z", "/it", "/nh":
			o.set[name] = true
		case "/tn", "/tr", "/ru", "/rp", "/sc", "/st", "/sd", "/rl", "/fo", "/mo":
			o.set[name] = true
			if i+1 < len(words) && !(name == "/rp" && strings.HasPrefix(words[i+1], "/")) {
				i++
				o.value[name] = words[i]
			}
		default:
			return o, words[i]
		}
	}
	return o, ""
}

// taskCreate registers a task. The password of a named account is asked for where /rp does not bring it. A
// wrong one is told from Windows Server 2008 on; 2003 makes the task all the same and warns, and the task
// never runs.
func (s *session) taskCreate(o taskOptions) int {
	name, command, user := taskName(o.value["/tn"]), o.value["/tr"], o.value["/ru"]
	if name == "" || command == "" || o.value["/sc"] == "" {
		s.errorf("ERROR: Invalid syntax. Mandatory option not specified.\nType \"SCHTASKS /CREATE /?\" for usage.")
		return 1
	}
	if !s.mayReplace(name, o.set["/f"]) {
		return 1
	}
	loggedOn := true
	switch {
	case user == "":
		user = s.user
	case strings.EqualFold(strings.TrimPrefix(strings.ToUpper(user), `NT AUTHORITY\`), "SYSTEM"):
		user = `NT AUTHORITY\SYSTEM`
		s.outf("INFO: The task will be created under user name (\"NT AUTHORITY\\SYSTEM\").\n")
	default:
		password, given := o.value["/rp"]
		if !given || password == "*" {
			s.outf("Please enter the run as password for %s: ", user)
			line, ok := s.readLine()
			s.outf("\n")
			if !ok {
				s.errorf("\nERROR: The password could not be read.")
				return 1
			}
			password = line
		}
		user = s.system.account(user)
		loggedOn = s.machine.logon(user, password)
	}
	if !loggedOn && !s.system.is2003() {
		s.errorf("ERROR: The user name or password is incorrect.")
		return 1
	}
	if s.update(func(tx *world.Tx) error {
		PutTask(tx, s.machine.name, Task{Name: name, Command: command, User: user, LogonFailed: !loggedOn, Created: time.Now().UTC()})
		return nil
	}) != nil {
		return exitKilled
	}
	s.outf("SUCCESS: The scheduled task \"%s\" has successfully been created.\n", name)
	if !loggedOn {
		s.outf("\nWARNING: The Scheduled task \"%s\" has been created, but may not run because\nthe account information could not be set.\n", name)
	}
	return 0
}

// mayReplace asks before a task is replaced; the end of the input is a no.
func (s *session) mayReplace(name string, force bool) bool {
	there := false
	s.view(func(tx *world.Tx) { _, there = GetTask(tx, s.machine.name, name) })
	if !there || force {
		return true
	}
	s.outf("WARNING: The task name \"%s\" already exists. Do you want to replace it (Y/N)? ", name)
	answer, _ := s.readLine()
	s.outf("\n")
	return s.agrees(answer)
}

// taskRun says "attempted" whether or not the program comes to run.
func (s *session) taskRun(name string) int {
	if !s.taskThere(name) {
		s.errorf(taskFileNotFound)
		return 1
	}
	if s.machine.runTask(s.life, name) != nil {
		return exitKilled
	}
	s.outf("SUCCESS: Attempted to run the scheduled task \"%s\".\n", taskName(name))
	return 0
}

func (s *session) taskThere(name string) (there bool) {
	s.view(func(tx *world.Tx) { _, there = GetTask(tx, s.machine.name, name) })
	return there
}

func (s *session) taskEnd(name string) int {
	if !s.taskThere(name) {
		s.errorf(taskFileNotFound)
		return 1
	}
	if s.endTask(name) != nil {
		return exitKilled
	}
	s.outf("SUCCESS: The scheduled task \"%s\" has been terminated successfully.\n", taskName(name))
	return 0
}

// endTask ends the processes of a task.
func (s *session) endTask(name string) error {
	var killed []int
	err := s.update(func(tx *world.Tx) error {
		for _, p := range processes(tx, s.machine.name) {
			if strings.EqualFold(p.Root, taskName(name)) {
				killed = append(killed, killTree(tx, s.machine.name, p.PID)...)
			}
		}
		return nil
	})
	for _, pid := range killed {
		s.life.detach(pid)
	}
	return err
}

// taskDelete removes a task. A process of it runs on.
func (s *session) taskDelete(o taskOptions) int {
	name := taskName(o.value["/tn"])
	if !s.taskThere(name) {
		if s.system.is2003() {
			s.errorf("ERROR: The specified task name \"%s\" does not exist in the system.", name)
		} else {
			s.errorf(taskFileNotFound)
		}
		return 1
	}
	if !o.set["/f"] {
		s.outf("WARNING: Are you sure you want to remove the task \"%s\" (Y/N)? ", name)
		answer, _ := s.readLine()
		s.outf("\n")
		if !s.agrees(answer) {
			return 1
		}
	}
	if s.update(func(tx *world.Tx) error { tx.Delete(key(s.machine.name, "task", name)); return nil }) != nil {
		return exitKilled
	}
	s.outf("SUCCESS: The scheduled task \"%s\" was successfully deleted.\n", name)
	return 0
}
