package farm

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Version is a build number such as 12.0.6318.5000, compared as numbers and never as text.
//
// SharePoint databases and the registry spell the same build 12.0.0.6318 that Project databases and
// files spell 12.0.6318.5000 (domain.md B.5). ParseVersion brings both to one form; the revision of the
// first spelling is unknown and then takes no part in a comparison.
type Version struct {
	Major, Minor, Build, Revision int
	// AnyRevision is set when the spelling named no revision (12.0.0.N); Revision is then 0.
	AnyRevision bool
}

// ParseVersion reads "a.b.c.d" or "a.b.c". The spelling 12.0.0.N becomes 12.0.N.*.
func ParseVersion(s string) (Version, error) {
	parts := strings.Split(strings.TrimSpace(s), ".")
	if len(parts) < 3 || len(parts) > 4 {
		return Version{}, fmt.Errorf("version %q: want three or four numbers with dots between, like 12.0.6318.5000", s)
	}
	var n [4]int
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 10, 31)
		if err != nil {
			return Version{}, fmt.Errorf("version %q: %q is not a number", s, p)
		}
		n[i] = int(v)
	}
	v := Version{Major: n[0], Minor: n[1], Build: n[2], Revision: n[3]}
	switch {
	case len(parts) == 3:
		v.AnyRevision = true
	case v.Build == 0 && v.Revision != 0:
		v.Build, v.Revision, v.AnyRevision = v.Revision, 0, true
	}
	return v, nil
}

// MustParseVersion is ParseVersion for constants in tests and tables; it panics on a bad spelling.
func MustParseVersion(s string) Version {
	v, err := ParseVersion(s)
	if err != nil {
		panic(err)
	}
	return v
}

// Compare orders two versions by number: -1, 0 or 1. The revision counts only where both name one.
func (v Version) Compare(w Version) int {
	known := cmp.Or(cmp.Compare(v.Major, w.Major), cmp.Compare(v.Minor, w.Minor), cmp.Compare(v.Build, w.Build))
	if known != 0 || v.AnyRevision || w.AnyRevision {
		return known
	}
	return cmp.Compare(v.Revision, w.Revision)
}

// AtLeast reports whether v is w or later. A farm that already holds a later update passes (domain.md B.3).
func (v Version) AtLeast(w Version) bool { return v.Compare(w) >= 0 }

// IsZero reports whether no version is known.
func (v Version) IsZero() bool { return v == Version{} }

// String prints the spelling of files and Project databases: 12.0.6318.5000, or 12.0.6318 without a revision.
func (v Version) String() string {
	if v.AnyRevision {
		return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Build)
	}
	return fmt.Sprintf("%d.%d.%d.%d", v.Major, v.Minor, v.Build, v.Revision)
}

// MarshalText writes String, so that histories and reports stay readable.
func (v Version) MarshalText() ([]byte, error) {
	if v.IsZero() {
		return nil, nil
	}
	return []byte(v.String()), nil
}

// UnmarshalText reads what MarshalText wrote; empty text is the zero Version.
func (v *Version) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*v = Version{}
		return nil
	}
	p, err := ParseVersion(string(b))
	if err != nil {
		return err
	}
	*v = p
	return nil
}
