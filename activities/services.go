package activities

import (
	"context"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
	"farmhand/scripts"
)

func now() time.Time { return time.Now().UTC() }

// ServiceRequest names services of one server.
type ServiceRequest struct {
	ServerTarget
	Names []string `json:"names"`
}

// ReadServices reads the state and start mode of services by short name. A name that does not exist is
// left out of the answer. It proves, and changes nothing.
func (a *Activities) ReadServices(ctx context.Context, r ServiceRequest) ([]farm.ServiceState, error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return nil, err
	}
	_, stop := keepBeating(ctx, "reading services of "+r.Server.Name)
	defer stop()
	var out []farm.ServiceState
	found, err := h.Services(ctx, r.Names...)
	if err != nil {
		return nil, fail(r.Server.Name, "", err)
	}
	for _, s := range found {
		out = append(out, serviceState(r.Server.Name, s))
	}
	return out, nil
}

// ProjectServiceRequest asks for the Project services of one server.
type ProjectServiceRequest struct {
	ServerTarget
	Names farm.ServiceNames `json:"names"`
}

// FindProjectServices finds the Project Server Events and Queue service by the override of the file, by
// path, or by display name, for their 2007 short names are not documented. None is an answer (the
// article: "if available"); more than one match for either is ambiguous.
func (a *Activities) FindProjectServices(ctx context.Context, r ProjectServiceRequest) ([]farm.ServiceState, error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return nil, err
	}
	_, stop := keepBeating(ctx, "reading services of "+r.Server.Name)
	defer stop()
	all, err := readServices(ctx, h, r.Server.Name)
	if err != nil {
		return nil, fail(r.Server.Name, farm.StepStopProjectServices, err)
	}
	found, err := farm.FindProjectServices(all, r.Names)
	if err != nil {
		return nil, failf(farm.FailureAmbiguous, r.Server.Name, farm.StepStopProjectServices, err.Error(), "name the right one under services: in the rollout file")
	}
	return found, nil
}

// StopRequest stops a service and sets its start mode, so that a boot does not bring it back.
type StopRequest struct {
	ServerTarget
	Name string `json:"name"`
	// StartMode to set; StartManual here, never disabled: psconfig may need the service.
	StartMode farm.StartMode `json:"start_mode"`
	Step      farm.StepKind  `json:"step"`
}

// StopService sets a service's start mode and stops it, and proves both. A service that is stopped
// already is left alone.
func (a *Activities) StopService(ctx context.Context, r StopRequest) (farm.ServiceState, error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return farm.ServiceState{}, err
	}
	_, stop := keepBeating(ctx, "stopping "+r.Name)
	defer stop()
	s, err := h.ChangeService(ctx, r.Name, startMode(r.StartMode), winhost.ServiceStopped)
	if err != nil {
		return farm.ServiceState{}, fail(r.Server.Name, r.Step, err)
	}
	state := serviceState(r.Server.Name, s)
	if state.Running || state.StartMode != r.StartMode {
		return state, failf(farm.FailureService, r.Server.Name, r.Step, r.Name+" is not stopped and "+string(r.StartMode), "stop it by hand: net stop "+r.Name)
	}
	return state, nil
}

// RestoreRequest brings a service back to its recorded state.
type RestoreRequest struct {
	ServerTarget
	State farm.ServiceState `json:"state"`
	Step  farm.StepKind     `json:"step"`
}

// RestoreService sets the recorded start mode and starts the service if it ran when it was recorded. A
// service that was stopped before is left stopped (the article: start it where you stopped it by hand).
func (a *Activities) RestoreService(ctx context.Context, r RestoreRequest) (farm.ServiceState, error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return farm.ServiceState{}, err
	}
	_, stop := keepBeating(ctx, "starting "+r.State.Name)
	defer stop()
	var want winhost.ServiceState // one that did not run is left as it is
	if r.State.Running {
		want = winhost.ServiceRunning
	}
	s, err := h.ChangeService(ctx, r.State.Name, startMode(r.State.StartMode), want)
	if err != nil {
		return farm.ServiceState{}, fail(r.Server.Name, r.Step, err)
	}
	state := serviceState(r.Server.Name, s)
	if state.Running != r.State.Running || state.StartMode != r.State.StartMode {
		return state, failf(farm.FailureService, r.Server.Name, r.Step, r.State.Name+" is not as it was before", "start it by hand: net start "+r.State.Name)
	}
	return state, nil
}

// StartService starts a service and proves that it runs.
func (a *Activities) StartService(ctx context.Context, r ServiceRequest) ([]farm.ServiceState, error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return nil, err
	}
	_, stop := keepBeating(ctx, "starting "+strings.Join(r.Names, ", "))
	defer stop()
	for _, name := range r.Names {
		if err := h.StartService(ctx, name); err != nil {
			return nil, fail(r.Server.Name, "", err)
		}
	}
	return a.ReadServices(ctx, r)
}

func readServices(ctx context.Context, h *winhost.Host, server string) ([]farm.ServiceState, error) {
	records, err := h.Script(ctx, scripts.Services, nil, nil)
	if err != nil {
		return nil, err
	}
	return serviceStates(records, server), nil
}

// serviceStates is the answer of services.ps1.
func serviceStates(records []scripts.Record, server string) []farm.ServiceState {
	var out []farm.ServiceState
	for _, r := range records {
		if r.Kind != "service" {
			continue
		}
		out = append(out, farm.ServiceState{
			Server: server, Name: r.Get("name"), Display: r.Get("display"), Running: strings.EqualFold(r.Get("state"), "Running"),
			StartMode: parseStartMode(r.Get("start")), Path: r.Get("path"), Account: r.Get("account"),
		})
	}
	return out
}
