package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// shipped are the files of the project that go into an archive besides the programs: single files, and folders with the
// extensions that are taken from them.
var shipped = []struct {
	path       string
	extensions []string // empty: a file
}{
	{path: "LICENSE"}, {path: "README.md"}, {path: "CHANGELOG.md"},
	{path: "docs", extensions: []string{".md", ".svg", ".txt", ".csv"}},
	{path: "config/examples", extensions: []string{".yaml"}},
	{path: "config/releases", extensions: []string{".yaml"}},
	{path: "config/schema", extensions: []string{".json"}},
	{path: "deploy/systemd", extensions: []string{".service", ".conf", ".yaml", ".env"}},
	{path: "deploy/grafana", extensions: []string{".json", ".yaml", ".yml"}},
	{path: "deploy/prometheus", extensions: []string{".yml"}},
}

// documents are the files of the project that go into every archive.
func documents(root string) ([]entry, error) {
	var out []entry
	for _, s := range shipped {
		found := 0
		err := filepath.WalkDir(filepath.Join(root, s.path), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || len(s.extensions) > 0 && !slices.Contains(s.extensions, filepath.Ext(path)) {
				return err
			}
			name, err := filepath.Rel(root, path)
			found++
			out = append(out, entry{name: filepath.ToSlash(name), path: path})
			return err
		})
		if err != nil {
			return nil, err
		}
		if found == 0 {
			return nil, fmt.Errorf("%s: nothing there that a release wants", s.path)
		}
	}
	return out, nil
}

// notices is THIRD_PARTY_LICENSES.txt: every license and notice of what the programs are linked with, as their authors ask.
func notices(ctx context.Context, root string, modules []*module, judged map[string]terms) (entry, error) {
	var b strings.Builder
	section := func(title, body string) {
		line := strings.Repeat("=", 100)
		fmt.Fprintf(&b, "%s\n%s\n%s\n\n%s\n\n", line, title, line, strings.TrimSpace(body))
	}
	b.WriteString("The programs in this archive are linked with the following modules. Each is followed by its licenses and notices.\n" +
		"Sources: https://proxy.golang.org/MODULE/@v/VERSION.zip\n\n")
	where, err := output(goCommand(ctx, root, platforms[0], "env", "GOROOT", "GOVERSION"))
	if err != nil {
		return entry{}, err
	}
	goroot, version, _ := strings.Cut(strings.TrimSpace(string(where)), "\n")
	standard, err := os.ReadFile(filepath.Join(goroot, "LICENSE"))
	if err != nil {
		return entry{}, fmt.Errorf("the license of Go's standard library: %w", err)
	}
	section("Go's standard library "+version+" (BSD-3-Clause)", string(standard))
	for _, m := range modules {
		of := judged[m.path+"@"+m.version]
		title := fmt.Sprintf("%s %s (%s)", m.path, m.version, strings.Join(of.licenses, ", "))
		if len(of.licenses) == 0 {
			section(fmt.Sprintf("%s %s", m.path, m.version), "States no license: "+byHand[m.path].why+".")
		}
		for _, t := range of.texts {
			section(title+": "+t.name, t.body)
		}
	}
	return entry{name: "THIRD_PARTY_LICENSES.txt", body: []byte(b.String())}, nil
}
