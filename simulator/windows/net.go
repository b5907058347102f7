package windows

import (
	"slices"
	"strings"

	"farmhand/simulator/world"
)

// The message numbers of net.exe (NET HELPMSG n).
const (
	netNotStarted     = 3521
	netAlreadyStarted = 2182
	netBadName        = 2185
	netNotStopped     = 3533
)

// netMore ends a failure.
const netMore = "\n\nMore help is available by typing NET HELPMSG %d.\n"

// netFailed is the exit code of a net command that did not do what was asked.
const netFailed = 2

// net is net.exe: net start, net stop and the list of running services.
func (s *session) net(tail string) int {
	words, flags := switches(tail)
	if len(words) == 0 {
		s.errorf("The syntax of this command is:\n\nNET\n    [ START | STOP ]")
		return 1
	}
	name := strings.Join(words[1:], " ")
	switch strings.ToLower(words[0]) {
	case "start":
		if name == "" {
			return s.netList()
		}
		return s.netStart(name)
	case "stop":
		return s.netStop(name, slices.Contains(flags, "/y"))
	}
	s.errorf("The syntax of this command is:\n\nNET\n    [ START | STOP ]")
	return 1
}

// netHelp prints a failure with the number that tells it in every language, which is the format's last.
func (s *session) netHelp(text string, args ...any) int {
	s.errorf(text, args...)
	return netFailed
}

func (s *session) netList() int {
	s.outf("These Windows services are started:\n\n")
	s.view(func(tx *world.Tx) {
		for _, svc := range Services(tx, s.machine.name) {
			if svc.State == Running {
				s.outf("   %s\n", svc.Display)
			}
		}
	})
	s.outf("\nThe command completed successfully.\n\n")
	return 0
}

func (s *session) netStart(name string) int {
	var svc Service
	found, running, started := false, false, false
	err := s.update(func(tx *world.Tx) error {
		if svc, found = findService(tx, s.machine.name, name); !found {
			return nil
		}
		if running = svc.State == Running; running {
			return nil
		}
		started = StartService(tx, s.machine.name, svc.Name, s.user)
		return nil
	})
	switch {
	case err != nil:
		return exitKilled
	case !found:
		return s.netHelp("The service name is invalid."+netMore, netBadName)
	case running:
		return s.netHelp("The requested service has already been started."+netMore, netAlreadyStarted)
	case !started:
		s.errorf("System error 1058 has occurred.\n\nThe service cannot be started, either because it is disabled or because it has no\nenabled devices associated with it.\n")
		return netFailed
	}
	s.outf("The %s service is starting.\nThe %s service was started successfully.\n\n", svc.Display, svc.Display)
	return 0
}

func (s *session) netStop(name string, yes bool) int {
	var svc Service
	var dependent []Service
	found := false
	s.view(func(tx *world.Tx) {
		if svc, found = findService(tx, s.machine.name, name); found {
			dependent = dependants(tx, s.machine.name, svc.Name)
		}
	})
	switch {
	case !found:
		return s.netHelp("The service name is invalid."+netMore, netBadName)
	case svc.State != Running:
		return s.netHelp("The %s service is not started."+netMore, svc.Display, netNotStarted)
	}
	if len(dependent) > 0 {
		s.outf("The following services are dependent on the %s service.\nStopping the %s service will also stop these services.\n\n", svc.Display, svc.Display)
		for _, d := range dependent {
			s.outf("   %s\n", d.Display)
		}
		s.outf("\n")
		if !yes && !s.netConfirm() {
			return netFailed
		}
	}
	if svc.Stuck {
		s.outf("The %s service is stopping.\n", svc.Display)
		return s.netHelp("The %s service could not be stopped."+netMore, svc.Display, netNotStopped)
	}
	if s.update(func(tx *world.Tx) error {
		StopService(tx, s.machine.name, svc.Name, s.user)
		return nil
	}) != nil {
		return exitKilled
	}
	for _, d := range append(dependent, svc) {
		s.outf("The %s service is stopping.\nThe %s service was stopped successfully.\n\n", d.Display, d.Display)
	}
	return 0
}

// netConfirm asks; the end of the input is a no.
func (s *session) netConfirm() bool {
	s.outf("Do you want to continue this operation? (Y/N) [N]: ")
	answer, _ := s.readLine()
	s.outf("\n")
	return s.agrees(answer)
}

// agrees reports whether an answer is yes, in the language of the server.
func (s *session) agrees(answer string) bool {
	return strings.EqualFold(strings.TrimSpace(answer), s.system.Language.yes())
}
