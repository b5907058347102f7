package config

import (
	"embed"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
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

// LoadRelease reads one of ReleaseNames. The error is *Mistakes. The release may have questions left; only a
// rollout cannot use it then.
func LoadRelease(name string) (farm.Release, error) {
	n := newNotes("release " + name)
	rel, mistakes, known := n.release(name, "")
	if !known {
		return rel, mistakesOf(n.found, mistakes)
	}
	return rel, mistakesOf(mistakes)
}

// LoadReleaseFile reads a release file. The error is *Mistakes, or wraps the error of reading the file. As with
// LoadRelease, questions that are left are no mistake.
func LoadReleaseFile(path string) (farm.Release, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return farm.Release{}, fmt.Errorf("release file: %w", err)
	}
	rel, mistakes := decodeRelease(path, data)
	return rel, mistakesOf(mistakes)
}

// ReleaseSource is the text of one of ReleaseNames, with the comments that say how sure each value is: what a
// release file of one's own begins with. ok is false for any other name.
func ReleaseSource(name string) (text []byte, ok bool) {
	if !slices.Contains(ReleaseNames(), name) {
		return nil, false
	}
	text, err := releaseFiles.ReadFile(path.Join("releases", name+".yaml"))
	return text, err == nil
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
	rel, mistakes = decodeRelease(file, data)
	return rel, mistakes, len(mistakes) == 0
}

// decodeRelease reads the text of a release file.
func decodeRelease(file string, data []byte) (rel farm.Release, mistakes []Mistake) {
	in := newNotes(file)
	top := parse(in, data)
	if top == nil {
		return rel, in.found
	}
	value, _ := in.shape("", top, reflect.TypeFor[farm.Release]())
	m, _ := value.(plain)
	in.fillRelease(m)
	in.decode(m, &rel)
	in.checkRelease(rel)
	return rel, in.found
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
