package main

import (
	"fmt"
	"path/filepath"
	"strings"
)

// program is one of the commands of a release.
type program struct {
	name string
	// module is the folder of its Go module below the root of the project, pkg its package in there.
	module, pkg string
	// stamped is the package whose variables the linker sets to number and commit.
	stamped string
}

// programs are what a release consists of. The starter finds the other two beside it.
var programs = []program{
	{name: "worker", module: ".", pkg: "./worker", stamped: "farmhand/internal/version"},
	{name: "starter", module: ".", pkg: "./starter", stamped: "farmhand/internal/version"},
	{name: "devserver", module: "devserver", pkg: ".", stamped: "main"},
}

// platform is what programs are built for.
type platform struct{ os, arch string }

// platforms are those that a release is built for when nobody says otherwise.
var platforms = []platform{{"linux", "amd64"}, {"linux", "arm64"}, {"windows", "amd64"}}

// String is the platform as Go writes it: linux/amd64.
func (p platform) String() string { return p.os + "/" + p.arch }

// parsePlatforms reads a list such as linux/amd64,windows/amd64. Empty: all of a release.
func parsePlatforms(text string) ([]platform, error) {
	if text == "" {
		return platforms, nil
	}
	var out []platform
	for word := range strings.SplitSeq(text, ",") {
		os, arch, ok := strings.Cut(strings.TrimSpace(word), "/")
		if !ok || os == "" || arch == "" {
			return nil, fmt.Errorf("-platforms: %q is no platform; want OS/ARCHITECTURE, like linux/amd64", word)
		}
		out = append(out, platform{os, arch})
	}
	return out, nil
}

// parsePrograms reads a list such as worker,starter. Empty: all.
func parsePrograms(text string) ([]program, error) {
	if text == "" {
		return programs, nil
	}
	var out []program
next:
	for word := range strings.SplitSeq(text, ",") {
		for _, p := range programs {
			if p.name == strings.TrimSpace(word) {
				out = append(out, p)
				continue next
			}
		}
		return nil, fmt.Errorf("-programs: there is no program %q; want some of worker, starter, devserver", word)
	}
	return out, nil
}

// file is the name of a program's file.
func (p program) file(on platform) string {
	if on.os == "windows" {
		return p.name + ".exe"
	}
	return p.name
}

// dir is the folder of a program's module.
func (p program) dir(root string) string { return filepath.Join(root, p.module) }
