package evidence

import "fmt"

// ProblemKind says what is wrong with a bundle.
type ProblemKind string

// The kinds of Problem.
const (
	// ProblemMissing: a file that the manifest lists, or a part that every bundle has, is not there.
	ProblemMissing ProblemKind = "missing"
	// ProblemAdded: a file is there that the manifest does not list.
	ProblemAdded ProblemKind = "added"
	// ProblemChanged: a file has another size or hash than the manifest says.
	ProblemChanged ProblemKind = "changed"
	// ProblemNoFile: something is there that is no plain file, such as a link.
	ProblemNoFile ProblemKind = "no-file"
	// ProblemManifest: the manifest is damaged, or was not written by this program.
	ProblemManifest ProblemKind = "manifest"
	// ProblemSignature: the signature does not fit the manifest, or was made with another key or for another purpose.
	ProblemSignature ProblemKind = "signature"
)

// Problem is one thing that is wrong with a bundle.
type Problem struct {
	Kind    ProblemKind
	File    string // in the bundle
	Message string
}

// Error names the file and what is wrong with it.
func (p *Problem) Error() string { return fmt.Sprintf("%s: %s: %s", p.Kind, p.File, p.Message) }
