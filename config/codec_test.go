package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
)

func TestCodecKeys(t *testing.T) {
	want := []config.CodecKey{{ID: "2026-11", Key: "env:SP_CODEC"}, {ID: "2026-05", Key: "file:/run/secrets/codec"}}
	file := settingsFile(t, "codec: {keys: [{id: 2026-11, key: 'env:SP_CODEC'}, {id: 2026-05, key: 'file:/run/secrets/codec'}]}\n")
	s, err := config.LoadSettings(file)
	require.NoError(t, err)
	require.Equal(t, want, s.Codec.Keys)

	// The environment goes before the file, as a whole.
	other := []config.CodecKey{{ID: "new", Key: "env:NEW"}, {ID: "old", Key: "env:OLD"}}
	t.Setenv("FARMHAND_CODEC_KEYS", config.CodecKeysText(other))
	s, err = config.LoadSettings(file)
	require.NoError(t, err)
	require.Equal(t, other, s.Codec.Keys)
}

// TestCodecMistakes: with file, line and key, and never with what may be a key.
func TestCodecMistakes(t *testing.T) {
	file := settingsFile(t, `codec:
  keys:
    - {id: a, key: 'env:A'}
    - {id: a, key: hunter2}
    - {id: hunter2=, key: ''}
    - {key: 'env:B', hunter2:}
    - hunter2
`)
	_, err := config.LoadSettings(file)
	for _, want := range []string{
		file + ":4: codec.keys[1].id: the id is there twice",
		file + ":4: codec.keys[1].key: want a reference",
		file + ":5: codec.keys[2].id: want letters",
		file + ":5: codec.keys[2].key: missing",
		file + ":6: codec.keys[3].id: missing",
		file + ":6: codec.keys[3].?: ",
		file + ":7: codec.keys[4]: ",
	} {
		require.ErrorContains(t, err, want)
	}
	require.NotContains(t, err.Error(), "hunter2")
}

func TestCodecMistakesInTheEnvironment(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("FARMHAND_CODEC_KEYS", "hunter2")
	_, err := config.LoadSettings("")
	require.ErrorContains(t, err, "FARMHAND_CODEC_KEYS: codec.keys: want id=reference")
	require.NotContains(t, err.Error(), "hunter2")

	t.Setenv("FARMHAND_CODEC_KEYS", "a=env:A,b=hunter2")
	_, err = config.LoadSettings("")
	require.ErrorContains(t, err, "FARMHAND_CODEC_KEYS: codec.keys[1].key: want a reference")
	require.NotContains(t, err.Error(), "hunter2")
}

func TestDeployment(t *testing.T) {
	file := settingsFile(t, "deployment: {name: 'farm.hand', build_id: '1:2'}\n")
	_, err := config.LoadSettings(file)
	require.ErrorContains(t, err, file+`:1: deployment.name: "farm.hand" cannot be the name of a deployment`)
	require.ErrorContains(t, err, file+`:1: deployment.build_id: "1:2" cannot be a build id`)

	require.NoError(t, config.CheckDeployment(config.DeploymentSettings{}))
	require.NoError(t, config.CheckDeployment(config.DeploymentSettings{Name: "farmhand", BuildID: "0.1.0"}))
	require.EqualError(t, config.CheckDeployment(config.DeploymentSettings{Name: "farmhand"}),
		"worker: deployment.build_id: missing (--build-id); each build of a versioned worker needs its own, like 0.1.0")
	require.ErrorContains(t, config.CheckDeployment(config.DeploymentSettings{BuildID: "0.1.0"}), "deployment.name: missing (--deployment)")
}
