package docs

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// composeFile is as much of docker-compose.yml as its page has to explain. tools/compose reads it with the specification's
// own loader.
type composeFile struct {
	Services map[string]struct {
		Image       string
		Environment map[string]string
		Ports       []string
		Volumes     []string
		Profiles    []string
	}
	Volumes map[string]any
	Secrets map[string]any
}

// TestEverythingInTheComposeFileIsExplained: each service, image, published port, volume, mounted path, secret, profile and
// variable stands in docs/production.md, as code.
func TestEverythingInTheComposeFileIsExplained(t *testing.T) {
	var f composeFile
	require.NoError(t, yaml.Unmarshal([]byte(read(t, filepath.Join(root, "docker-compose.yml"))), &f))
	require.NotEmpty(t, f.Services)
	text := read(t, "production.md")
	explained := func(what, name string) {
		require.Contains(t, text, "`"+name+"`", "docs/production.md does not explain the %s %s", what, name)
	}
	for name, s := range f.Services {
		explained("service", name)
		explained("image of "+name+",", s.Image)
		for v := range s.Environment {
			explained("variable of "+name+",", v)
		}
		for _, p := range s.Ports {
			parts := strings.Split(p, ":")
			require.Len(t, parts, 3, "%s publishes %s without an address", name, p)
			explained("port of "+name+",", parts[1])
		}
		for _, v := range s.Volumes {
			source, _, _ := strings.Cut(v, ":")
			explained("volume of "+name+",", strings.TrimPrefix(source, "./"))
		}
		for _, p := range s.Profiles {
			explained("profile", p)
		}
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(f.Volumes)), slices.Collect(maps.Keys(f.Secrets))) {
		explained("volume or secret", name)
	}
}
