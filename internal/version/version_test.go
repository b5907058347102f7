package version

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBuild(t *testing.T) {
	const hash = "75a3242e345b682d854d65780529dd32d82f9cd1"
	info := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: version}, Settings: settings}
	}
	commitOf, modified := debug.BuildSetting{Key: "vcs.revision", Value: hash}, debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	on := ", " + runtime.GOOS + "/" + runtime.GOARCH + ")"
	for name, c := range map[string]struct {
		info            *debug.BuildInfo
		stamped, commit string
		id, name, text  string
	}{
		"release":                 {info(development), "0.1.0", hash, "0.1.0", "0.1.0", "0.1.0 (commit " + hash + ", go1.26.8" + on},
		"between releases":        {info(development), "0.1.0-14-g75a3242", hash, "0.1.0-14-g75a3242", "0.1.0-14-g75a3242", "0.1.0-14-g75a3242 (commit " + hash + ", go1.26.8" + on},
		"of files in no commit":   {info(development), "0.1.0-dirty", hash, "", "0.1.0-dirty", "0.1.0-dirty (commit " + hash + ", go1.26.8" + on},
		"stamp wins over Go's":    {info("v0.0.0-2026", commitOf, modified), "0.1.0", "abc", "0.1.0", "0.1.0", "0.1.0 (commit abc, go1.26.8" + on},
		"in a checkout":           {info("v0.1.0+dirty", modified, commitOf), "", "", "", "v0.1.0+dirty", "v0.1.0+dirty (commit " + hash + "+dirty, go1.26.8" + on},
		"in a checkout, no tag":   {info(development, commitOf), "", "", "", hash, "(devel) (commit " + hash + ", go1.26.8" + on},
		"nothing is known":        {info(""), "", "", "", "", "(devel) (go1.26.8" + on},
		"not even what Go writes": {nil, "", "", "", "", "(devel) (" + runtime.Version() + on},
	} {
		t.Run(name, func(t *testing.T) {
			b := build(c.info, c.stamped, c.commit)
			require.Equal(t, c.id, b.BuildID())
			require.Equal(t, c.name, b.Name())
			require.Equal(t, c.text, b.String())
		})
	}
}

// TestTheStampsAreVariables: the linker passes over the name of what is no variable of type string, and says nothing.
func TestTheStampsAreVariables(t *testing.T) {
	stamped, commit = "1.2.3", "abc"
	t.Cleanup(func() { stamped, commit = "", "" })
	require.Equal(t, "1.2.3", Current().BuildID())
	require.Equal(t, "abc", Current().Revision)
}
