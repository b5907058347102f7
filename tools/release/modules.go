package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"path/filepath"
	"slices"
)

// module is a Go module that programs are linked with, other than the project's own.
type module struct {
	path, version string
	dir           string // where its files are
	// packages are the folders of those of its packages that are linked.
	packages map[string]bool
}

// listed is what `go list` says of a package.
type listed struct {
	Dir    string
	Module *struct {
		Path, Version, Dir string
		Main               bool
		Replace            *struct{ Path, Version, Dir string }
	}
}

// linked are the modules that go into programs on the given platforms, by path and version, sorted. The standard library is
// none of them.
func linked(ctx context.Context, root string, programs []program, platforms []platform) ([]*module, error) {
	byDir := map[string][]string{}
	for _, p := range programs {
		byDir[p.dir(root)] = append(byDir[p.dir(root)], p.pkg)
	}
	found := map[string]*module{}
	for _, dir := range slices.Sorted(maps.Keys(byDir)) {
		for _, on := range platforms {
			text, err := output(goCommand(ctx, dir, on, append([]string{"list", "-deps", "-json=Dir,Module"}, byDir[dir]...)...))
			if err != nil {
				return nil, err
			}
			if err := addListed(found, text); err != nil {
				return nil, err
			}
		}
	}
	return slices.SortedFunc(maps.Values(found), func(a, b *module) int {
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.version, b.version))
	}), nil
}

// addListed adds the modules of packages that `go list -json` printed.
func addListed(found map[string]*module, text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		var l listed
		if err := decoder.Decode(&l); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if l.Module == nil || l.Module.Main {
			continue
		}
		m := &module{path: l.Module.Path, version: l.Module.Version, dir: l.Module.Dir, packages: map[string]bool{}}
		if r := l.Module.Replace; r != nil {
			m.path, m.version, m.dir = r.Path, r.Version, r.Dir
		}
		if known, ok := found[m.path+"@"+m.version]; ok {
			m = known
		}
		found[m.path+"@"+m.version] = m
		m.packages[l.Dir] = true
	}
}

// folders are those between the root of the module and its linked packages, both included, sorted.
func (m *module) folders() []string {
	all := map[string]bool{m.dir: true}
	for dir := range m.packages {
		for ; dir != m.dir && len(dir) > len(m.dir); dir = filepath.Dir(dir) {
			all[dir] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
