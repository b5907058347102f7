package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"farmhand/internal/sshsig"
)

// Verify checks a bundle against the public key of a worker, which must have come another way than the bundle: the
// signature of the manifest first, then that every file is there, unchanged, and no other. The error joins a *Problem for
// each thing that is wrong; an error of another kind says that the bundle could not be read.
func Verify(directory string, key sshsig.Key) (Manifest, error) {
	root, err := os.OpenRoot(directory)
	if err != nil {
		return Manifest{}, err
	}
	defer func() { _ = root.Close() }() // it was only read
	text, err := part(root, manifestName, MaxManifest)
	if err != nil {
		return Manifest{}, err
	}
	signature, err := part(root, signatureName, sshsig.MaxSize)
	if err != nil {
		return Manifest{}, err
	}
	if err := sshsig.Verify(string(signature), text, Namespace, key); err != nil {
		return Manifest{}, &Problem{Kind: ProblemSignature, File: signatureName, Message: err.Error()}
	}
	m, err := ParseManifest(text)
	if err != nil {
		return Manifest{}, err
	}
	return m, errors.Join(m.compare(root)...)
}

// part reads one of the files that every bundle has.
func part(root *os.Root, name string, most int64) ([]byte, error) {
	info, err := root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &Problem{Kind: ProblemMissing, File: name, Message: "every bundle has it"}
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &Problem{Kind: ProblemNoFile, File: name, Message: "it is no plain file"}
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most+1)) // whoever reads it refuses what is longer
}

// compare holds the directory against the manifest.
func (m Manifest) compare(root *os.Root) []error {
	var problems []error
	wrong := func(kind ProblemKind, path, format string, args ...any) {
		problems = append(problems, &Problem{Kind: kind, File: path, Message: fmt.Sprintf(format, args...)})
	}
	seen := map[string]bool{}
	err := fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return nil
		}
		seen[path] = true
		want, listed := m.File(path)
		switch {
		case path == publicName || reserved(path):
			return nil // the public key in a bundle is for convenience: it is never believed
		case !listed:
			wrong(ProblemAdded, path, "the manifest does not list it")
			return nil
		case !d.Type().IsRegular():
			wrong(ProblemNoFile, path, "it is no plain file")
			return nil
		}
		size, hash, err := measure(root, path)
		switch {
		case err != nil:
			return err
		case size != want.Size:
			wrong(ProblemChanged, path, "it has %d bytes, and the manifest says %d", size, want.Size)
		case hash != want.SHA256:
			wrong(ProblemChanged, path, "its SHA-256 is %s, and the manifest says %s", hash, want.SHA256)
		}
		return nil
	})
	if err != nil {
		problems = append(problems, err)
	}
	for _, f := range m.Files {
		if !seen[f.Path] {
			wrong(ProblemMissing, f.Path, "the manifest lists it")
		}
	}
	slices.SortStableFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return problems
}

func measure(root *os.Root, path string) (size int64, hash string, err error) {
	f, err := root.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return 0, "", err
	}
	return size, hex.EncodeToString(h.Sum(nil)), nil
}
