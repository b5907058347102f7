package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// Format names the layout of a bundle; another layout gets another name.
const Format = "farmhand-evidence-1"

// MaxManifest bounds a manifest in bytes: it goes through Temporal to be signed.
const MaxManifest = 1 << 20

// Manifest lists what is in a bundle. Its bytes are what is signed.
type Manifest struct {
	Format  string `json:"format"`
	Rollout string `json:"rollout"`
	// Farm is set when the bundle is of that farm alone.
	Farm string `json:"farm,omitempty"`
	// Digest is over rollout file and release: what people approved.
	Digest string `json:"digest"`
	// Made is when, MadeBy who says he made it, Program the version of the program that did.
	Made    time.Time `json:"made"`
	MadeBy  string    `json:"made_by"`
	Program string    `json:"program"`
	// Runs are the workflow runs whose status the bundle holds; the worker that signs asks for each again.
	Runs []Run `json:"runs"`
	// Files are all files but the manifest, its signature and the public key, by path.
	Files []File `json:"files"`
}

// Run is a workflow run and the file of the bundle that holds its status.
type Run struct {
	Workflow string       `json:"workflow"` // its id
	Run      string       `json:"run"`
	Farm     string       `json:"farm,omitempty"` // empty: the rollout's own
	Outcome  farm.Outcome `json:"outcome"`
	Status   string       `json:"status"` // path in the bundle
}

// File is one file of a bundle.
type File struct {
	Path   string `json:"path"` // with slashes
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// Encode writes a manifest in the one form that ParseManifest takes.
func (m Manifest) Encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	b = append(b, '\n')
	if len(b) > MaxManifest {
		return nil, fmt.Errorf("manifest: %d files are too many to be signed at once: bundle the farms one by one", len(m.Files))
	}
	return b, nil
}

// StatusFile is how the status of a run is written into a bundle: the same bytes on every machine.
func StatusFile(status any) ([]byte, error) {
	b, err := json.MarshalIndent(status, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	return append(b, '\n'), nil
}

// HashOf is the SHA-256 of a file's bytes as manifests spell it.
func HashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// File returns a file of the manifest.
func (m Manifest) File(path string) (File, bool) {
	i := slices.IndexFunc(m.Files, func(f File) bool { return f.Path == path })
	if i < 0 {
		return File{}, false
	}
	return m.Files[i], true
}

// ParseManifest reads a manifest strictly: an unknown or repeated field, another order, a blank more, a path that leaves
// the bundle are refused, so that two readers cannot see two manifests in one signed text. The error is a *Problem.
func ParseManifest(text []byte) (Manifest, error) {
	var m Manifest
	wrong := func(format string, args ...any) (Manifest, error) {
		return Manifest{}, &Problem{Kind: ProblemManifest, File: manifestName, Message: fmt.Sprintf(format, args...)}
	}
	if len(text) > MaxManifest {
		return wrong("it has %d bytes, more than any manifest", len(text))
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return wrong("it cannot be read: %v", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return wrong("something follows its end")
	}
	if m.Format != Format {
		return wrong("its format is %.40q, and this program knows %q", m.Format, Format)
	}
	if err := m.check(); err != nil {
		return wrong("%v", err)
	}
	if again, err := m.Encode(); err != nil || !bytes.Equal(again, text) {
		return wrong("it is not in the form in which manifests are written")
	}
	return m, nil
}

// check asks whether the parts fit together.
func (m Manifest) check() error {
	if !slices.IsSortedFunc(m.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) }) {
		return errors.New("its files are not in order")
	}
	for i, f := range m.Files {
		switch sum, err := hex.DecodeString(f.SHA256); {
		case !fs.ValidPath(f.Path) || f.Path == "." || strings.ContainsAny(f.Path, `\:`) || reserved(f.Path):
			return fmt.Errorf("%.80q is no path of a bundle", f.Path)
		case i > 0 && m.Files[i-1].Path == f.Path:
			return fmt.Errorf("%.80q is listed twice", f.Path)
		case f.Size < 0 || err != nil || len(sum) != sha256.Size || f.SHA256 != strings.ToLower(f.SHA256):
			return fmt.Errorf("size and hash of %.80q are none", f.Path)
		}
	}
	for _, r := range m.Runs {
		if _, listed := m.File(r.Status); !listed {
			return fmt.Errorf("the status of %.80q is not among the files", r.Workflow)
		}
	}
	return nil
}
