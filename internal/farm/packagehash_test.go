package farm_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestHashesAServerCannotCompute: a server under the FIPS policy has SHA-1 alone, which is told and compared with SHA-1
// alone; a file without any hash is not trusted.
func TestHashesAServerCannotCompute(t *testing.T) {
	const given = "00000000000000000000000000000000000000000000000000000000000000ff"
	weak := func(hash string) farm.PackageCopy {
		return farm.PackageCopy{KB: "KB1", Exists: true, SizeMB: 100, Algorithm: "SHA-1", Hash: hash}
	}
	strong := farm.PackageCopy{KB: "KB1", Exists: true, SizeMB: 100, SHA256: given}
	unread := farm.PackageCopy{KB: "KB1", Exists: true, SizeMB: 100, HashError: "Access is denied."}
	for _, tc := range []struct {
		name     string
		release  string // its sha256
		app, wfe farm.PackageCopy
		blocking []string
		warnings []string
		damaged  bool // of APP01
	}{
		{"one server", given, weak("aa"), strong, nil, []string{"APP01: kb1.exe could not be compared with SHA-256 on this server: SHA-1 aa"}, false},
		{"both, the same file", given, weak("aa"), weak("AA"), nil, []string{
			"APP01: kb1.exe could not be compared with SHA-256 on this server: SHA-1 aa", "WFE01: kb1.exe could not be compared with SHA-256 on this server: SHA-1 AA",
		}, false},
		{"both, two files", given, weak("aa"), weak("bb"), []string{"APP01: kb1.exe is another file than on WFE01", "WFE01: kb1.exe is another file than on APP01"}, []string{
			"APP01: kb1.exe could not be compared with SHA-256 on this server: SHA-1 aa", "WFE01: kb1.exe could not be compared with SHA-256 on this server: SHA-1 bb",
		}, false},
		{"nobody gave a hash", "", weak("aa"), strong, nil, []string{
			"APP01: nobody gave a hash for kb1.exe; found SHA-1 aa", "WFE01: nobody gave a hash for kb1.exe; found SHA-256 " + given,
		}, false},
		{"no hash at all", given, unread, strong, []string{"APP01: kb1.exe could not be hashed: Access is denied."}, nil, true},
		{"no hash at all, none given", "", unread, strong, []string{"APP01: kb1.exe could not be hashed: Access is denied."}, []string{
			"WFE01: nobody gave a hash for kb1.exe; found SHA-256 " + given,
		}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, rel, facts := healthy()
			rel.Packages[0].Files[0].SHA256 = tc.release
			facts.Servers[0].Copies, facts.Servers[1].Copies = []farm.PackageCopy{tc.app}, []farm.PackageCopy{tc.wfe}
			found := map[farm.Severity][]string{}
			for _, f := range farm.Findings(r, rel, r.Farms[0], facts) {
				found[f.Severity] = append(found[f.Severity], f.Server+": "+f.What)
				require.NotEmpty(t, f.Do)
			}
			require.ElementsMatch(t, tc.blocking, found[farm.SeverityBlocking])
			require.ElementsMatch(t, tc.warnings, found[farm.SeverityWarning])
			damaged := farm.Damaged(rel, facts.Servers[0], []string{"kb1.exe"})
			require.Equal(t, tc.damaged, slices.ContainsFunc(damaged, func(n string) bool { return strings.EqualFold(n, "kb1.exe") }))
		})
	}
}
