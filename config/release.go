package config

import (
	"embed"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"strings"

	"farmhand/internal/farm"
)

//go:embed releases/*.yaml
var releaseFiles embed.FS

// ReleaseNames lists the releases that come with farmhand, sorted; a rollout file names one of them.
func ReleaseNames() []string {
	entries, err := releaseFiles.ReadDir("releases")
	if err != nil {
		panic("config: embedded releases: " + err.Error()) // fixed when the program was built
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}
	return names
}

// LoadRelease reads one of ReleaseNames. The error is *Mistakes.
func LoadRelease(name string) (farm.Release, error) {
	n := newNotes("release " + name)
	rel, mistakes, known := n.release(name, "")
	if !known {
		return rel, mistakesOf(n.found, mistakes)
	}
	return rel, mistakesOf(mistakes)
}

// release finds and reads the release a rollout file names. Mistakes in the release's own file come back;
// a release that cannot be found is a mistake of the rollout file. known says that the packages are known.
func (n *notes) release(name, baseDir string) (rel farm.Release, mistakes []Mistake, known bool) {
	if name == "" {
		return rel, nil, false // checkRollout says that the key is missing
	}
	data, file, ok := n.readRelease(name, baseDir)
	if !ok {
		return rel, nil, false
	}
	in := newNotes(file)
	top := parse(in, data)
	if top == nil {
		return rel, in.found, false
	}
	value, _ := in.shape("", top, reflect.TypeFor[farm.Release]())
	m, _ := value.(plain)
	in.decode(m, &rel)
	in.checkRelease(rel)
	return rel, in.found, len(in.found) == 0
}

func (n *notes) readRelease(name, baseDir string) (data []byte, file string, ok bool) {
	if strings.ContainsAny(name, `/\`) || strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".yml") {
		file = filepath.FromSlash(name)
		if !filepath.IsAbs(file) {
			file = filepath.Join(baseDir, file)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			n.wrong("release", "release file %q cannot be read: it is looked for beside the rollout file; releases that need no file are %s",
				file, list(ReleaseNames()))
			return nil, "", false
		}
		return data, file, true
	}
	file = path.Join("releases", name+".yaml")
	data, err := releaseFiles.ReadFile(file)
	if err != nil {
		n.wrong("release", "unknown release %s; releases are %s, or give the path of a release file%s",
			quoted("release", name), list(ReleaseNames()), didYouMean(name, ReleaseNames()))
		return nil, "", false
	}
	return data, file, true
}
