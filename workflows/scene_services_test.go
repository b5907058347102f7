package workflows_test

import (
	"context"
	"strings"

	"farmhand/activities"
	"farmhand/internal/farm"
)

func (s *scene) service(server, name string) farm.ServiceState {
	state := farm.ServiceState{Server: server, Name: name, Running: s.running[server+"/"+name], StartMode: farm.StartAutomatic}
	if name == farm.ServiceTimer {
		state.Running = !s.stopped[server+"/"+name]
	}
	if s.manual[server+"/"+name] {
		state.StartMode = farm.StartManual
	}
	return state
}

// ReadServices tells states as they are.
func (s *scene) ReadServices(_ context.Context, r activities.ServiceRequest) ([]farm.ServiceState, error) {
	unlock, err := s.call("read " + strings.Join(r.Names, ",") + " " + r.Server.Name)
	defer unlock()
	var out []farm.ServiceState
	for _, n := range r.Names {
		out = append(out, s.service(r.Server.Name, n))
	}
	return out, err
}

// FindProjectServices finds them under the names of the scene.
func (s *scene) FindProjectServices(_ context.Context, r activities.ProjectServiceRequest) ([]farm.ServiceState, error) {
	unlock, err := s.call("find " + r.Server.Name)
	defer unlock()
	var out []farm.ServiceState
	for _, n := range s.project {
		out = append(out, s.service(r.Server.Name, n))
	}
	return out, err
}

// StopService stops a service and makes it manual.
func (s *scene) StopService(_ context.Context, r activities.StopRequest) (farm.ServiceState, error) {
	unlock, err := s.call("stop " + r.Name + " " + r.Server.Name)
	defer unlock()
	if err == nil {
		s.running[r.Server.Name+"/"+r.Name], s.manual[r.Server.Name+"/"+r.Name] = false, r.StartMode == farm.StartManual
	}
	return s.service(r.Server.Name, r.Name), err
}

// RestoreService brings a service back to its recorded state.
func (s *scene) RestoreService(_ context.Context, r activities.RestoreRequest) (farm.ServiceState, error) {
	unlock, err := s.call("restore " + r.State.Name + " " + r.Server.Name)
	defer unlock()
	if err == nil {
		s.running[r.Server.Name+"/"+r.State.Name] = r.State.Running
		s.manual[r.Server.Name+"/"+r.State.Name] = r.State.StartMode == farm.StartManual
	}
	return s.service(r.Server.Name, r.State.Name), err
}

// StartService starts services.
func (s *scene) StartService(_ context.Context, r activities.ServiceRequest) ([]farm.ServiceState, error) {
	unlock, err := s.call("start " + strings.Join(r.Names, ",") + " " + r.Server.Name)
	defer unlock()
	for _, name := range r.Names {
		delete(s.stopped, r.Server.Name+"/"+name)
	}
	return nil, err
}

// WarmUp gets a page.
func (s *scene) WarmUp(_ context.Context, r activities.WarmUpRequest) (farm.WitnessResult, error) {
	unlock, err := s.call("warm up " + r.Server.Name)
	defer unlock()
	return farm.WitnessResult{Witness: farm.WitnessWebResponse, Mandatory: true, Agrees: true}, err
}
