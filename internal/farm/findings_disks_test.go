package farm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestRoomForPulledPackages: the files come on top of what packages want on the same drive, by the release's sizes or
// an assumed one that the finding names; what a server holds already is not pulled.
func TestRoomForPulledPackages(t *testing.T) {
	for _, tc := range []struct {
		name   string
		source farm.PackageSource
		size   int // of the release
		held   bool
		freeD  int
		freeE  int
		says   []string
	}{
		{"own folder on the stage drive, enough", farm.PackageSource{UNC: `\\files\updates`}, 100, false, 1424, 0, nil},
		{"own folder on the stage drive", farm.PackageSource{UNC: `\\files\updates`}, 100, false, 1423, 0,
			[]string{"d: has 1423 MB free, and the packages want 1424 MB, with 100 MB for the files that are pulled"}},
		{"a drive of their own, enough", farm.PackageSource{UNC: `\\files\updates`, Directory: `E:\Updates`}, 100, false, 1324, 100, nil},
		{"a drive of their own", farm.PackageSource{URL: "http://files/", Directory: `E:\Updates`}, 100, false, 1324, 99,
			[]string{"E: has 99 MB free, and the packages want 100 MB, with 100 MB for the files that are pulled"}},
		{"size not known, enough", farm.PackageSource{URL: "http://files/"}, 0, false, 2048, 0, nil},
		{"size not known", farm.PackageSource{URL: "http://files/"}, 0, false, 2047, 0, []string{
			"d: has 2047 MB free, and the packages want 2048 MB, with 1024 MB for the files that are pulled (1024 MB assumed for each of kb1.exe, whose size_mb the release does not say)",
		}},
		{"held already", farm.PackageSource{UNC: `\\files\updates`, Directory: `E:\Updates`}, 100, true, 1324, 0, nil},
		{"no such drive", farm.PackageSource{UNC: `\\files\updates`, Directory: `F:\Updates`}, 100, false, 1324, 0, []string{`there is no fixed drive for F:\Updates`}},
		{"staged by people", farm.PackageSource{Directory: `E:\Updates`}, 100, false, 1324, 0, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, rel, facts := healthy()
			r.Packages, rel.Packages[0].Files[0].SizeMB = tc.source, tc.size
			s := &facts.Servers[0]
			if tc.source.Pulled() {
				s.Copies, facts.Servers[1].Copies = nil, nil
			}
			s.Drives[1].FreeMB = tc.freeD
			s.Drives = append(s.Drives, farm.Drive{Name: "E:", FreeMB: tc.freeE})
			facts.Servers[1].Drives = append(facts.Servers[1].Drives, farm.Drive{Name: "E:", FreeMB: 9000}, farm.Drive{Name: "F:", FreeMB: 9000})
			if tc.held {
				s.Packages = []farm.PackageState{{KB: "KB1", Installed: true}}
			}
			var says []string
			for _, f := range farm.Blocking(farm.Findings(r, rel, r.Farms[0], facts)) {
				require.Equal(t, "APP01", f.Server)
				says = append(says, f.What)
			}
			require.Equal(t, tc.says, says)
		})
	}
}

// TestRoomForTheCopyOfTheHive: it comes on top of the packages, on the stage drive alone, and only where it is kept.
func TestRoomForTheCopyOfTheHive(t *testing.T) {
	for _, tc := range []struct {
		name  string
		keep  farm.ServerBackup
		stage string
		freeD int
		says  []string
	}{
		{"enough", farm.ServerBackup{Hive: true, HiveMB: 2048}, `D:\farmhand`, 3372, nil},
		{"too little", farm.ServerBackup{Hive: true, HiveMB: 2048}, `D:\farmhand`, 3371, []string{
			"d: has 3371 MB free, and the packages want 3372 MB, with 2048 MB assumed for the copy of the 12 hive (server_backup.hive_mb)",
		}},
		{"not kept", farm.ServerBackup{Configuration: true, HiveMB: 2048}, `D:\farmhand`, 1324, nil},
		{"no room asked for", farm.ServerBackup{Hive: true}, `D:\farmhand`, 1324, nil},
		{"no such drive", farm.ServerBackup{Hive: true, HiveMB: 2048}, `F:\farmhand`, 1324, []string{`there is no fixed drive for F:\farmhand`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, rel, facts := healthy()
			r.Farms[0].ServerBackup, r.Farms[0].Servers[0].Stage = tc.keep, tc.stage
			facts.Servers[0].Drives[1].FreeMB = tc.freeD
			var says []string
			for _, f := range farm.Blocking(farm.Findings(r, rel, r.Farms[0], facts)) {
				require.Equal(t, "APP01", f.Server)
				says = append(says, f.What)
			}
			require.Equal(t, tc.says, says)
		})
	}
}
