package production

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
)

// Project is what docker-compose.yml means, as bin/compose prints it.
type Project struct {
	Services map[string]Service
	Secrets  map[string]struct{ File string }
}

// Service is as much of a service as running it without a container needs.
type Service struct {
	Image               string
	Entrypoint, Command []string
	Environment         map[string]string
	DependsOn           map[string]struct{ Condition string } `json:"depends_on"`
	HealthCheck         struct {
		Test    []string
		Disable bool
	}
	Volumes  []struct{ Type, Source, Target string }
	Secrets  []struct{ Source, Target string }
	Networks map[string]*struct{ Aliases []string }
	// NetworkMode is service:NAME for one that shares the addresses of another.
	NetworkMode string `json:"network_mode"`
	Restart     string
	Deploy      struct{ Replicas *int }
}

// Replicas is how many of it run.
func (s Service) Replicas() int {
	if s.Deploy.Replicas == nil {
		return 1
	}
	return *s.Deploy.Replicas
}

// ReadProject reads a Compose file with the specification's loader. variables are NAME=VALUE.
func ReadProject(ctx context.Context, compose, file string, profiles, variables []string) (Project, error) {
	var args []string
	for _, p := range profiles {
		args = append(args, "-profile", p)
	}
	for _, v := range variables {
		args = append(args, "-variable", v)
	}
	text, err := exec.CommandContext(ctx, compose, append(args, file)...).Output()
	if err != nil {
		return Project{}, fmt.Errorf("%s %s: %w", compose, file, err)
	}
	var p Project
	return p, json.Unmarshal(text, &p)
}
