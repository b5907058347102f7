package winhost

import (
	"context"
	"errors"
	"strings"
	"time"
)

// ErrNoService is what a service that is not installed unwraps to (Win32 1060).
var ErrNoService = errors.New("the service is not installed")

// ServiceState is what a service does now, in the words of Win32_Service.
type ServiceState string

// The states, in the order of their numbers (SERVICE_STATUS.dwCurrentState 1 to 7).
const (
	ServiceStopped         ServiceState = "Stopped"
	ServiceStartPending    ServiceState = "Start Pending"
	ServiceStopPending     ServiceState = "Stop Pending"
	ServiceRunning         ServiceState = "Running"
	ServiceContinuePending ServiceState = "Continue Pending"
	ServicePausePending    ServiceState = "Pause Pending"
	ServicePaused          ServiceState = "Paused"
)

// StartMode is how a service starts, in the words of Win32_Service.
type StartMode string

// The start modes (SERVICE_BOOT_START 0 to SERVICE_DISABLED 4). StartAutoDelayed is StartAuto some minutes after the
// boot, known since 2008.
const (
	StartBoot        StartMode = "Boot"
	StartSystem      StartMode = "System"
	StartAuto        StartMode = "Auto"
	StartAutoDelayed StartMode = "Auto Delayed"
	StartManual      StartMode = "Manual"
	StartDisabled    StartMode = "Disabled"
)

// configWords are sc config's own, which are not translated.
var configWords = map[StartMode]string{StartAuto: "auto", StartAutoDelayed: "delayed-auto", StartManual: "demand", StartDisabled: "disabled"}

// Service is one service as sc query and sc qc report it.
type Service struct {
	Name, Display string
	State         ServiceState
	StartMode     StartMode
	Path, Account string
}

const (
	// exitNoService is ERROR_SERVICE_DOES_NOT_EXIST; sc ends with it.
	exitNoService = 1060
	// serviceWait is how long a service gets to reach a state after net said it would, or gave up waiting itself.
	serviceWait = 5 * time.Minute
)

// Service reads one service by its short name. A service that is not installed is an error that wraps ErrNoService.
func (h *Host) Service(ctx context.Context, name string) (Service, error) {
	if err := h.checkServiceName(name); err != nil {
		return Service{}, err
	}
	r, err := h.run(ctx, scQuery, queryLine(name), nil)
	if err != nil {
		return Service{}, err
	}
	if r.Exit == exitNoService {
		e := h.fail(scQuery, KindFailed, "the service %s is not installed", name)
		e.Code, e.Advice, e.cause = exitNoService, "check the service's short name with: sc query state= all", ErrNoService
		return Service{}, e
	}
	if r.Exit != 0 {
		return Service{}, h.refusedCommand(scQuery, r)
	}
	s, err := parseService(r.Stdout)
	if err != nil {
		return Service{}, h.annotate(scQuery, err)
	}
	return s, nil
}

// scQuery names what reads services, for spans and errors.
const scQuery = "sc query"

func queryLine(name string) string { return `sc query "` + name + `" && sc qc "` + name + `"` }

// Services reads services by their short names, in one command as long as all are installed. Those that are not are left out.
func (h *Host) Services(ctx context.Context, names ...string) ([]Service, error) {
	var lines []string
	for _, name := range names {
		if err := h.checkServiceName(name); err != nil {
			return nil, err
		}
		lines = append(lines, queryLine(name))
	}
	if len(names) > 1 {
		r, err := h.run(ctx, scQuery, strings.Join(lines, " && "), nil)
		if err != nil {
			return nil, err
		}
		if found, ok := parseServices(r, names); ok {
			return found, nil
		}
	}
	var found []Service
	for _, name := range names {
		s, err := h.Service(ctx, name)
		if errors.Is(err, ErrNoService) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, s)
	}
	return found, nil
}

// checkServiceName refuses what would end the quotes around a name.
func (h *Host) checkServiceName(name string) error {
	if strings.ContainsAny(name, `/\`) || checkArgument(name) != nil {
		return h.fail("sc query", KindConfig, "%q is no service name", name)
	}
	return nil
}

// ChangeService sets how a service starts and brings it to a state, and returns it as it is then. The mode comes first: were
// the server to boot between the two, a service that is to stay stopped would not come back. An empty state is left alone,
// and so is what is as it should be already. StartBoot and StartSystem belong to drivers and are refused.
func (h *Host) ChangeService(ctx context.Context, name string, mode StartMode, want ServiceState) (Service, error) {
	word, known := configWords[mode]
	if !known {
		return Service{}, h.fail("sc config", KindConfig, "no service is set to start mode %q", mode)
	}
	s, err := h.Service(ctx, name)
	if err != nil {
		return s, err
	}
	set := s.StartMode != mode
	if set {
		r, err := h.run(ctx, "sc config", `sc config "`+name+`" start= `+word, nil)
		if err != nil {
			return s, err
		}
		if r.Exit != 0 {
			return s, h.refusedCommand("sc config", r)
		}
	}
	switch {
	case want == ServiceStopped && s.State != want:
		s, err = h.stop(ctx, s, name)
	case want == ServiceRunning && s.State != want:
		s, err = h.start(ctx, s, name)
	case set:
		s, err = h.Service(ctx, name)
	}
	if err == nil && s.StartMode != mode {
		err = h.fail("sc config", KindFailed, "the service %s starts %s after it was set to %s", name, s.StartMode, mode)
	}
	return s, err
}

// StopService stops a service and those that depend on it, and returns when it is stopped. A stopped service is left
// alone.
func (h *Host) StopService(ctx context.Context, name string) error {
	s, err := h.Service(ctx, name)
	if err == nil && s.State != ServiceStopped {
		_, err = h.stop(ctx, s, name)
	}
	return err
}

// StartService starts a service and returns when it runs. A running service is left alone.
func (h *Host) StartService(ctx context.Context, name string) error {
	s, err := h.Service(ctx, name)
	if err == nil && s.State != ServiceRunning {
		_, err = h.start(ctx, s, name)
	}
	return err
}

// stop stops a service and those that depend on it.
func (h *Host) stop(ctx context.Context, s Service, name string) (Service, error) {
	return h.drive(ctx, s, name, ServiceStopped, ServiceStopPending, `net stop "`+name+`" /y`, helpNotStarted)
}

func (h *Host) start(ctx context.Context, s Service, name string) (Service, error) {
	return h.drive(ctx, s, name, ServiceRunning, ServiceStartPending, `net start "`+name+`"`, helpAlreadyStarted)
}

// The numbers behind NET HELPMSG, the one part of net's answers that is not translated.
const (
	helpNotStarted     = "3521"
	helpAlreadyStarted = "2182"
)

// drive brings a service to another state than the one it was seen in: act, look until it is there. What net says is believed
// only where it refuses and the service shows no sign of moving.
func (h *Host) drive(ctx context.Context, s Service, name string, want, moving ServiceState, line, done string) (Service, error) {
	if s.State != moving {
		r, err := h.Command(ctx, line)
		if err != nil {
			return s, err
		}
		if s, err = h.Service(ctx, name); err != nil || s.State == want {
			return s, err
		}
		if r.Exit != 0 && helpMessage(r) != done && s.State != moving {
			return s, h.refusedCommand(commandName(line)+" "+name, r)
		}
	}
	started := time.Now()
	for s.State != want {
		if time.Since(started) > serviceWait {
			return s, h.fail(commandName(line), KindFailed, "the service %s is %s after %s and should be %s", name, s.State, serviceWait, want)
		}
		err := h.sleep(ctx, commandName(line)+" "+name, pollDelay(time.Since(started)))
		if err != nil {
			return s, err
		}
		if s, err = h.Service(ctx, name); err != nil {
			return s, err
		}
		if s.State != want && s.State != moving {
			return s, h.fail(commandName(line), KindFailed, "the service %s is %s and should be %s; see the System event log", name, s.State, want)
		}
	}
	return s, nil
}
