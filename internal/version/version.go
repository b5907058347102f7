// Package version says which build of farmhand a program is.
//
// A release is stamped by the linker with its number and its commit (tools/release, Dockerfile), so that the number does
// not depend on where it was built: from a checkout, from an archive of the sources, in a container. Any other build has
// what Go found out by itself, which may be nothing.
package version

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// The stamps: -ldflags "-X farmhand/internal/version.stamped=0.1.0 -X farmhand/internal/version.commit=75a3242…".
var stamped, commit string

// development is what Go calls the version of a main module that it knows nothing of.
const development = "(devel)"

// Build is one build of farmhand.
type Build struct {
	// Version is the release's number as `git describe` gives it, without the v; without a stamp the module's version,
	// such as "(devel)". Empty where the build recorded none.
	Version string
	// Revision is the commit, with "+dirty" where files differed from it; empty where the build recorded none.
	Revision string
	// Go is the version of the compiler.
	Go       string
	released bool // Version was stamped
}

// Released is a build that was stamped with a number.
func Released(number string) Build { return build(nil, number, "") }

// Current is the build of the program that asks.
func Current() Build {
	info, _ := debug.ReadBuildInfo()
	return build(info, stamped, commit)
}

// build prefers stamps. Without information of Go's, stamps are all there is.
func build(info *debug.BuildInfo, stamped, commit string) Build {
	b := Build{Version: stamped, Revision: commit, Go: runtime.Version(), released: stamped != ""}
	if info == nil {
		return b
	}
	b.Go = info.GoVersion
	if !b.released {
		b.Version, b.Revision = info.Main.Version, revision(info.Settings)
	}
	return b
}

// revision is the commit that Go recorded.
func revision(settings []debug.BuildSetting) string {
	var hash, dirty string
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			hash = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+dirty"
		}
	}
	return hash + dirty
}

// BuildID is what a worker of this build calls itself in a Worker Deployment when nobody gave it another name: the release's
// number, the same at every site. It is empty where builds that differ could have the same one: without a stamp, or with
// files that are in no commit.
func (b Build) BuildID() string {
	if !b.released || strings.HasSuffix(b.Version, "-dirty") {
		return ""
	}
	return b.Version
}

// Name is the version, or the commit where there is no version worth the name; empty where nothing is known.
func (b Build) Name() string {
	if b.Version != "" && b.Version != development {
		return b.Version
	}
	return b.Revision
}

// String is what --version prints behind the name of the program: 0.1.0 (commit 75a3242e, go1.26.8, linux/amd64).
func (b Build) String() string {
	version, about := b.Version, []string{b.Go, runtime.GOOS + "/" + runtime.GOARCH}
	if version == "" {
		version = development
	}
	if b.Revision != "" {
		about = append([]string{"commit " + b.Revision}, about...)
	}
	return fmt.Sprintf("%s (%s)", version, strings.Join(about, ", "))
}
