package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/version"
)

// TestVersion: also where the settings have a mistake, for that is when people ask.
func TestVersion(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("FARMHAND_LOG_LEVEL", "shouting")
	var out, errs bytes.Buffer
	require.Equal(t, exitStopped, run(t.Context(), []string{"--version"}, nil, &out, &errs))
	require.Equal(t, "worker version "+version.Current().String()+"\n", out.String())
	require.Empty(t, errs.String())
}

// TestNameBuild: a release knows its build id, and what anybody says goes before it. A build that is no release has none.
func TestNameBuild(t *testing.T) {
	named := func(s config.DeploymentSettings, b version.Build) config.DeploymentSettings {
		nameBuild(&s, b)
		return s
	}
	released, built := version.Released("0.2.0"), version.Build{Version: "0.2.0"}
	require.Equal(t, config.DeploymentSettings{Name: "farmhand", BuildID: "0.2.0"}, named(config.DeploymentSettings{Name: "farmhand"}, released))
	require.Equal(t, config.DeploymentSettings{Name: "farmhand", BuildID: "mine"}, named(config.DeploymentSettings{Name: "farmhand", BuildID: "mine"}, released))
	require.Equal(t, config.DeploymentSettings{}, named(config.DeploymentSettings{}, released), "no deployment: not versioned")
	require.Equal(t, config.DeploymentSettings{Name: "farmhand"}, named(config.DeploymentSettings{Name: "farmhand"}, built))

	// Two sites with the same program have the same id; the longest that `git describe` gives is one that Temporal takes.
	long := version.Released("10.20.30-rc.1-1234-g" + strings.Repeat("a", 40))
	require.NoError(t, config.CheckDeployment(named(config.DeploymentSettings{Name: "farmhand"}, long)))
}
