package main

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

const file = "../../docker-compose.yml"

func project(t *testing.T, profiles ...string) *types.Project {
	t.Helper()
	p, err := load(t.Context(), file, profiles, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The specification's loader takes the file, and the rehearsal is a profile of it.
func TestTheFileIsValid(t *testing.T) {
	plain, rehearsal := project(t), project(t, "rehearsal")
	if len(plain.Services) == 0 || len(rehearsal.Services) <= len(plain.Services) {
		t.Fatalf("%d services, %d with the rehearsal", len(plain.Services), len(rehearsal.Services))
	}
	for name := range rehearsal.Services {
		if strings.HasPrefix(name, "rehearsal") || name == "simulator" {
			if _, always := plain.Services[name]; always {
				t.Errorf("%s is not only in the profile", name)
			}
		}
	}
}

// Nothing is published beyond loopback, every image has a version, and no variable holds a password.
func TestTheFileIsClosed(t *testing.T) {
	for name, s := range project(t, "rehearsal").Services {
		for _, p := range s.Ports {
			if ip := net.ParseIP(p.HostIP); !ip.IsLoopback() {
				t.Errorf("%s publishes port %d on %q", name, p.Target, p.HostIP)
			}
		}
		if _, tag, ok := strings.Cut(s.Image, ":"); !ok || tag == "latest" {
			t.Errorf("%s: the image %q has no version", name, s.Image)
		}
		for k := range s.Environment {
			if strings.Contains(k, "PASSWORD") && !strings.HasSuffix(k, "_FILE") {
				t.Errorf("%s: the variable %s", name, k)
			}
		}
		if s.Privileged || s.User == "root" || s.NetworkMode == "host" {
			t.Errorf("%s has more rights than it needs", name)
		}
		for _, v := range s.Volumes {
			if v.Type == types.VolumeTypeBind && !v.ReadOnly {
				t.Errorf("%s may write %s", name, v.Source)
			}
		}
	}
}

// What a service waits for can tell that it is there: it has a health check, or ends.
func TestTheOrderIsChecked(t *testing.T) {
	p := project(t, "rehearsal")
	for name, s := range p.Services {
		for other, d := range s.DependsOn {
			if d.Condition == types.ServiceConditionHealthy && (p.Services[other].HealthCheck == nil || p.Services[other].HealthCheck.Disable) {
				t.Errorf("%s waits for the health of %s, which has no check", name, other)
			}
		}
	}
}

func TestCommand(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"-variable", "FARMHAND_SITE=berlin", file}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"FARMHAND_SITE": "berlin"`) {
		t.Error("the variable is not in the file's meaning")
	}
	for _, bad := range [][]string{nil, {file, file}, {"-profile"}, {"main.go"}} {
		if run(t.Context(), bad, io.Discard, io.Discard) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
