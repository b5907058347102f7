package evidence

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// The files of a bundle that the manifest does not list.
const (
	manifestName  = "manifest.json"
	signatureName = manifestName + ".sig"
	publicName    = "evidence.pub"
)

func reserved(path string) bool {
	return path == manifestName || path == signatureName || path == publicName
}

// Files are the contents of a bundle by path, with slashes.
type Files map[string][]byte

// List is what the manifest says of the files.
func (f Files) List() []File {
	out := make([]File, 0, len(f))
	for _, path := range slices.Sorted(maps.Keys(f)) {
		out = append(out, File{Path: path, Size: int64(len(f[path])), SHA256: HashOf(f[path])})
	}
	return out
}

// Write makes the directory with files, manifest, signature and public key, for its owner alone. It appears as a whole or
// not at all, and one that is there already is never touched.
func Write(directory string, files Files, manifest []byte, signature, public string) error {
	if _, err := os.Lstat(directory); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already: name a directory that is not", directory)
	}
	parent := filepath.Dir(filepath.Clean(directory))
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return err
	}
	partial, err := os.MkdirTemp(parent, filepath.Base(directory)+".partial-*") // made for its owner alone
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(partial) }() // nothing is left of it when it was renamed
	all := maps.Clone(files)
	all[manifestName], all[signatureName], all[publicName] = manifest, []byte(signature), []byte(public+"\n")
	for path, content := range all {
		if !fs.ValidPath(path) {
			return fmt.Errorf("%q is no path of a bundle", path)
		}
		file := filepath.Join(partial, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o600); err != nil {
			return err
		}
	}
	return os.Rename(partial, directory)
}
