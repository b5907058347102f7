package farm

import (
	"slices"
	"strings"
)

// FolderFile is one file of a folder of packages, as it lies there.
type FolderFile struct {
	Name   string
	Bytes  int64
	SHA256 string // lower-case hex
}

// FolderState says what is right or wrong about a file of a folder of packages.
type FolderState string

// The states. Good and Unverified may be used; Extra files are nobody's business here.
const (
	FolderGood       FolderState = "good"       // the hash is the release's
	FolderUnverified FolderState = "unverified" // the release gives no hash to compare with
	FolderMissing    FolderState = "missing"
	FolderOtherCase  FolderState = "other-case" // Windows finds it all the same, a Web server may not
	FolderOtherHash  FolderState = "other-hash" // another file, or a damaged one
	FolderExtra      FolderState = "extra"      // the release names no such file
)

// FolderLine is one line of the comparison of a folder with a release.
type FolderLine struct {
	State FolderState `json:"state"`
	// Name is the file's name as the release spells it; of an extra file its own.
	Name         string       `json:"name"`
	Package      string       `json:"package,omitempty"`
	Architecture Architecture `json:"architecture,omitempty"`
	// Found is the name it has where that differs.
	Found  string `json:"found,omitempty"`
	SHA256 string `json:"sha256,omitempty"`
	// Want is the release's hash where another was found.
	Want   string `json:"want,omitempty"`
	SizeMB int    `json:"size_mb,omitempty"`
}

// Wrong reports whether a rollout could not use the folder as it is.
func (l FolderLine) Wrong() bool {
	return l.State == FolderMissing || l.State == FolderOtherCase || l.State == FolderOtherHash
}

// CompareFolder holds a folder against a release: every file of the release for the architectures given (all when none
// is), in install order, then whatever else lies there.
func CompareFolder(rel Release, files []FolderFile, architectures ...Architecture) []FolderLine {
	var out []FolderLine
	named := map[string]bool{}
	for _, p := range rel.InstallOrder() {
		for _, want := range p.Files {
			named[strings.ToLower(want.Name)] = true
			if len(architectures) > 0 && !slices.Contains(architectures, want.Architecture) {
				continue
			}
			l := FolderLine{State: FolderMissing, Name: want.Name, Package: p.ID(), Architecture: want.Architecture}
			if f, ok := inFolder(files, want.Name); ok {
				l.compare(want, f)
			}
			out = append(out, l)
		}
	}
	for _, f := range files {
		if !named[strings.ToLower(f.Name)] {
			out = append(out, FolderLine{State: FolderExtra, Name: f.Name, SHA256: f.SHA256, SizeMB: megabytes(f.Bytes)})
		}
	}
	return out
}

func (l *FolderLine) compare(want PackageFile, f FolderFile) {
	l.SHA256, l.SizeMB = f.SHA256, megabytes(f.Bytes)
	if f.Name != want.Name {
		l.Found = f.Name
	}
	switch {
	case want.SHA256 != "" && !strings.EqualFold(want.SHA256, f.SHA256):
		l.State, l.Want = FolderOtherHash, want.SHA256
	case l.Found != "":
		l.State = FolderOtherCase
	case want.SHA256 == "":
		l.State = FolderUnverified
	default:
		l.State = FolderGood
	}
}

// inFolder finds a file by its exact name, else by its name in any case.
func inFolder(files []FolderFile, name string) (found FolderFile, ok bool) {
	for _, f := range files {
		if f.Name == name {
			return f, true
		}
		if strings.EqualFold(f.Name, name) {
			found, ok = f, true
		}
	}
	return found, ok
}

// megabytes rounds up: a file that is there is not nothing.
func megabytes(bytes int64) int { return int((bytes + 1<<20 - 1) >> 20) }
