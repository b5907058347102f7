package windows

import (
	"strings"

	"farmhand/simulator/world"
)

// taskQuery lists tasks: as a table, or with /fo LIST [/v].
func (s *session) taskQuery(o taskOptions) int {
	var tasks []Task
	running := map[string]bool{}
	s.view(func(tx *world.Tx) {
		for _, t := range Tasks(tx, s.machine.name) {
			if name := o.value["/tn"]; name == "" || strings.EqualFold(taskName(name), t.Name) {
				tasks = append(tasks, t)
			}
		}
		for _, p := range processes(tx, s.machine.name) {
			running[strings.ToLower(p.Root)] = true
		}
	})
	if len(tasks) == 0 {
		if o.value["/tn"] == "" {
			s.outf("INFO: There are no scheduled tasks present in the system.\n")
			return 0
		}
		s.errorf(taskFileNotFound)
		return 1
	}
	if !strings.EqualFold(o.value["/fo"], "list") {
		s.outf("\nTaskName                             Next Run Time            Status         \n==================================== ======================== ===============\n")
	}
	for _, t := range tasks {
		state := "Ready"
		if s.system.is2003() {
			state = ""
		}
		if running[strings.ToLower(t.Name)] {
			state = "Running"
		}
		if !strings.EqualFold(o.value["/fo"], "list") {
			s.outf("%-36s %-24s %-15s\n", t.Name, "Never", state)
			continue
		}
		s.taskList(t, state, o.set["/v"])
	}
	return 0
}

func (s *session) taskList(t Task, state string, verbose bool) {
	user, last := t.User, "Never"
	if t.LogonFailed {
		user = "Could not be retrieved from the task scheduler database"
	}
	if !t.LastRun.IsZero() {
		last = t.LastRun.Format("1/2/2006 3:04:05 PM")
	}
	s.outf("\nHostName:                             %s\nTaskName:                             %s\nNext Run Time:                        Never\nStatus:                               %s\n", s.system.Name, t.Name, state)
	if verbose {
		s.outf("Last Run Time:                        %s\nTask To Run:                          %s\nRun As User:                          %s\n", last, t.Command, user)
	}
}
