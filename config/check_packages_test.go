package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

// TestPackageSource: one place the packages come from, in words that a batch file can carry.
func TestPackageSource(t *testing.T) {
	valid, err := os.ReadFile(filepath.Join("testdata", "valid.yaml"))
	require.NoError(t, err)
	for packages, wrong := range map[string]string{
		`{directory: 'C:\Updates'}`:                            "",
		`{unc: '\\files\updates'}`:                             "",
		`{unc: '\\files\updates\iu', directory: 'E:\Updates'}`: "",
		`{url: 'https://files.contoso/updates/'}`:              "",
		`{}`: "packages.directory: missing",
		`{unc: '\\files\updates', url: 'http://files/updates'}`: "packages.url: the packages come from one place",
		`{unc: 'C:\Updates'}`:                                        "packages.unc: \"C:\\\\Updates\" is not a share",
		`{unc: '\\files'}`:                                           "packages.unc: ",
		`{unc: '\\files\a&b'}`:                                       "packages.unc: ",
		`{unc: '\\files\mises à jour'}`:                              "outside ASCII",
		`{url: 'ftp://files/updates'}`:                               "packages.url: this is not the address of a folder",
		`{url: 'https://alice:hunter2@files/updates'}`:               "packages.url: an address with a name or a password",
		`{url: 'https://files/updates?x=1'}`:                         "packages.url: the name of a file is put behind",
		`{url: 'https://files/up%20dates'}`:                          "packages.url: ",
		`{directory: '\\files\updates'}`:                             "packages.directory: ",
		`{directory: 'C:\Up[1]'}`:                                    "packages.directory: ",
		`{unc: '\\files\updates', directory: 'Updates', url: 'x y'}`: "packages.url: ",
	} {
		text := strings.Replace(string(valid), `packages: {directory: 'C:\Updates'}`, "packages: "+packages, 1)
		_, _, err := config.Decode("r.yaml", []byte(text), "")
		if wrong == "" {
			require.NoError(t, err, packages)
			continue
		}
		require.ErrorContains(t, err, wrong, packages)
		require.NotContains(t, err.Error(), "hunter2")
	}
}

// TestPackageFolder: where the packages lie on a server.
func TestPackageFolder(t *testing.T) {
	s := farm.Server{Stage: `D:\farmhand\`}
	for _, tc := range []struct {
		source      farm.PackageSource
		folder      string
		pulled, own bool
	}{
		{farm.PackageSource{Directory: `C:\Updates\`}, `C:\Updates`, false, false},
		{farm.PackageSource{UNC: `\\files\updates`}, `D:\farmhand\packages`, true, true},
		{farm.PackageSource{URL: `http://files/`, Directory: `E:\U`}, `E:\U`, true, false},
	} {
		require.Equal(t, tc.folder, tc.source.Folder(s))
		require.Equal(t, tc.pulled, tc.source.Pulled())
		require.Equal(t, tc.own, tc.source.Own())
	}
}
