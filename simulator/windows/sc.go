package windows

import (
	"fmt"
	"slices"
	"strings"

	"farmhand/simulator/world"
)

// The Windows error codes of sc.exe, which are its exit codes too.
const (
	scNoSuchService  = 1060
	scNotActive      = 1062
	scAlreadyRunning = 1056
	scDisabled       = 1058
	scBadParameter   = 1639
)

var scTexts = map[int]string{
	scNoSuchService:  "The specified service does not exist as an installed service.",
	scNotActive:      "The service has not been started.",
	scAlreadyRunning: "An instance of the service is already running.",
	scDisabled:       "The service cannot be started, either because it is disabled or because it has no enabled devices associated with it.",
}

// sc is sc.exe: query, queryex, qc, config start=, start and stop, in the layout of its generation.
func (s *session) sc(tail string) int {
	words := splitWords(tail)
	if len(words) == 0 {
		s.errorf("DESCRIPTION:\n        SC is a command line program used for communicating with the\n        Service Control Manager and services.")
		return scBadParameter
	}
	verb := strings.ToLower(words[0])
	if verb == "query" || verb == "queryex" {
		return s.scQuery(words[1:], verb == "queryex")
	}
	if len(words) < 2 {
		return scBadParameter
	}
	var svc Service
	found := false
	s.view(func(tx *world.Tx) { svc, found = GetService(tx, s.machine.name, words[1]) })
	switch {
	case !found:
		return s.scFailed("OpenService", scNoSuchService)
	case verb == "qc":
		s.scConfiguration(svc)
		return 0
	case verb == "config":
		return s.scConfig(svc, words[2:])
	case verb == "start":
		return s.scStart(svc)
	case verb == "stop":
		return s.scStop(svc)
	}
	return scBadParameter
}

// scFailed prints a failure, to standard output as sc.exe does.
func (s *session) scFailed(function string, code int) int {
	s.outf("[SC] %s FAILED %d:\n\n%s\n\n", function, code, s.system.Language.text(scTexts[code]))
	return code
}

func (s *session) scQuery(words []string, extended bool) int {
	all := false
	for i, w := range words { // "state= all"; without it only running services are listed
		if strings.EqualFold(w, "state=") && i+1 < len(words) && strings.EqualFold(words[i+1], "all") || strings.EqualFold(w, "state=all") {
			all = true
		}
	}
	if len(words) > 0 && !strings.Contains(words[0], "=") {
		var svc Service
		found := false
		s.view(func(tx *world.Tx) { svc, found = GetService(tx, s.machine.name, words[0]) })
		if !found {
			return s.scFailed("EnumQueryServicesStatus:OpenService", scNoSuchService)
		}
		s.scStatus(svc, extended, false)
		return 0
	}
	var services []Service
	s.view(func(tx *world.Tx) { services = Services(tx, s.machine.name) })
	for _, svc := range services {
		if all || svc.State == Running {
			s.scStatus(svc, extended, true)
		}
	}
	return 0
}

// scStatus prints the state of a service. Windows Server 2003 writes the flags without blanks and ends no
// line with one; later versions do both. A list shows the display name, and so does 2003 for one service not.
func (s *session) scStatus(svc Service, extended, listed bool) {
	state, flags := "1  STOPPED", "(NOT_STOPPABLE,NOT_PAUSABLE,IGNORES_SHUTDOWN)"
	if svc.State == Running {
		state, flags = "4  RUNNING", "(STOPPABLE,PAUSABLE,ACCEPTS_SHUTDOWN)"
	}
	kind, blank := "10  WIN32_OWN_PROCESS", " "
	if strings.Contains(strings.ToLower(svc.Path), "svchost.exe") || strings.Contains(strings.ToLower(svc.Path), "inetinfo.exe") {
		kind = "20  WIN32_SHARE_PROCESS"
	}
	if s.system.is2003() {
		blank = ""
	} else {
		flags = strings.ReplaceAll(flags, ",", ", ")
	}
	s.outf("\nSERVICE_NAME: %s\n", svc.Name)
	if listed || !s.system.is2003() && extended {
		s.outf("DISPLAY_NAME: %s\n", svc.Display)
	}
	s.outf("        TYPE               : %s%s%s\n", kind, blank, blank)
	s.outf("        STATE              : %s%s\n                                %s\n", state, blank, flags)
	exit := "0  (0x0)"
	if svc.State != Running {
		exit = "1077\t(0x435)"
	}
	s.outf("        WIN32_EXIT_CODE    : %s\n        SERVICE_EXIT_CODE  : 0  (0x0)\n", exit)
	s.outf("        CHECKPOINT         : 0x0\n        WAIT_HINT          : 0x0\n")
	if extended {
		s.outf("        PID                : %d\n        FLAGS              : %s\n", svc.PID, blank)
	}
}

// scConfiguration is sc qc.
func (s *session) scConfiguration(svc Service) {
	function := "QueryServiceConfig"
	if s.system.is2003() {
		function = "GetServiceConfig"
	}
	start := map[StartMode]string{Automatic: "2   AUTO_START", Manual: "3   DEMAND_START", Disabled: "4   DISABLED"}[svc.Start]
	s.outf("[SC] %s SUCCESS\n\nSERVICE_NAME: %s\n", function, svc.Name)
	s.outf("        TYPE               : 20  WIN32_SHARE_PROCESS \n        START_TYPE         : %s\n", start)
	s.outf("        ERROR_CONTROL      : 1   NORMAL\n        BINARY_PATH_NAME   : %s  \n", svc.Path)
	s.outf("        LOAD_ORDER_GROUP   :   \n        TAG                : 0  \n        DISPLAY_NAME       : %s  \n", svc.Display)
	depends := ""
	if len(svc.DependsOn) > 0 {
		depends = svc.DependsOn[0]
		for _, d := range svc.DependsOn[1:] {
			depends += "  \n                           : " + d
		}
	}
	s.outf("        DEPENDENCIES       : %s  \n        SERVICE_START_NAME : %s  \n", depends, svc.Account)
}

// scConfig is sc config NAME start= MODE. The blank behind the equals sign is sc.exe's own grammar.
func (s *session) scConfig(svc Service, words []string) int {
	i := slices.IndexFunc(words, func(w string) bool { return strings.EqualFold(w, "start=") })
	if i < 0 || i+1 >= len(words) {
		s.outf("DESCRIPTION:\n        Modifies a service entry in the registry and Service Database.\nUSAGE:\n        sc <server> config [service name] <option1> <option2>...\n")
		return scBadParameter
	}
	mode, ok := map[string]StartMode{"auto": Automatic, "demand": Manual, "disabled": Disabled}[strings.ToLower(words[i+1])]
	if !ok {
		return scBadParameter
	}
	if s.update(func(tx *world.Tx) error { SetStartMode(tx, s.machine.name, svc.Name, s.user, mode); return nil }) != nil {
		return exitKilled
	}
	s.outf("[SC] ChangeServiceConfig SUCCESS\n")
	return 0
}

func (s *session) scStart(svc Service) int {
	if svc.State == Running {
		return s.scFailed("StartService", scAlreadyRunning)
	}
	started := false
	if s.update(func(tx *world.Tx) error {
		started = StartService(tx, s.machine.name, svc.Name, s.user)
		svc, _ = GetService(tx, s.machine.name, svc.Name)
		return nil
	}) != nil {
		return exitKilled
	}
	if !started {
		return s.scFailed("StartService", scDisabled)
	}
	s.scPending(svc, "2  START_PENDING")
	return 0
}

// scStop asks a service to stop; it does not stop those that depend on it, and then fails.
func (s *session) scStop(svc Service) int {
	if svc.State != Running {
		return s.scFailed("ControlService", scNotActive)
	}
	var dependent []Service
	if s.update(func(tx *world.Tx) error {
		if dependent = dependants(tx, s.machine.name, svc.Name); len(dependent) == 0 && !svc.Stuck {
			StopService(tx, s.machine.name, svc.Name, s.user)
		}
		return nil
	}) != nil {
		return exitKilled
	}
	if len(dependent) > 0 {
		const running = 1051
		s.outf("[SC] ControlService FAILED %d:\n\nA stop control has been sent to a service that other running services are dependent on.\n\n", running)
		return running
	}
	s.scPending(svc, "3  STOP_PENDING")
	return 0
}

// scPending prints the state right after a request.
func (s *session) scPending(svc Service, state string) {
	s.outf("\nSERVICE_NAME: %s\n        TYPE               : 20  WIN32_SHARE_PROCESS\n        STATE              : %s\n", svc.Name, state)
	s.outf("                                (NOT_STOPPABLE,NOT_PAUSABLE,IGNORES_SHUTDOWN)\n")
	s.outf("        WIN32_EXIT_CODE    : 0  (0x0)\n        SERVICE_EXIT_CODE  : 0  (0x0)\n        CHECKPOINT         : 0x0\n        WAIT_HINT          : 0x7d0\n")
	if strings.HasPrefix(state, "2") {
		s.outf("        PID                : %s\n        FLAGS              : \n", fmt.Sprint(svc.PID))
	}
}
