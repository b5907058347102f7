package farm_test

import (
	"testing"

	"farmhand/internal/farm"
)

// TestFindingsPackages: the files and their room.
func TestFindingsPackages(t *testing.T) {
	testSpoiled(t, []spoiled{
		{"installed already", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Servers[0].SetupType, f.Servers[0].Packages = "B2B_UPGRADE", []farm.PackageState{{KB: "KB1", Installed: true}}
		}, farm.SeverityInformation, "APP01", "KB1 is there already"},
		{"architecture", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].Architecture = farm.X86 }, farm.SeverityBlocking, "APP01", "no file of KB1 for x86"},
		{"no copy", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].Copies[0].Exists = false }, farm.SeverityBlocking, "APP01", `kb1.exe is not in C:\Updates`},
		{"no hash given", func(_ *farm.Rollout, rel *farm.Release, _ *farm.Facts) { rel.Packages[0].Files[0].SHA256 = "" }, farm.SeverityWarning, "APP01, WFE01", "nobody gave a hash"},
		{"another hash", func(_ *farm.Rollout, rel *farm.Release, _ *farm.Facts) { rel.Packages[0].Files[0].SHA256 = "aa" }, farm.SeverityBlocking, "APP01", "and the release says aa"},
		{"copies differ", func(_ *farm.Rollout, rel *farm.Release, f *farm.Facts) {
			rel.Packages[0].Files[0].SHA256, f.Servers[1].Copies[0].SHA256 = "", "bb"
		}, farm.SeverityBlocking, "APP01", "is another file than on WFE01"},
		{"blocked file", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[1].Copies[0].Blocked = true }, farm.SeverityBlocking, "WFE01", "downloaded from the Internet"},
		{"license terms", func(r *farm.Rollout, _ *farm.Release, _ *farm.Facts) { r.LicenseTerms = nil }, farm.SeverityBlocking, "APP01", "nobody accepted the license terms of KB1"},
		{"disk", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].Drives[1].FreeMB = 1323 }, farm.SeverityBlocking, "APP01", "1323 MB free, and the packages want 1324 MB"},
		{"system drive", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) {
			f.Servers[0].SystemFolder = `E:\Windows\system32`
			f.Servers[0].Drives = append(f.Servers[0].Drives, farm.Drive{Name: "E:", FreeMB: 1323})
		}, farm.SeverityBlocking, "APP01", "E: has 1323 MB free"},
		{"size of the release, before the package is there", func(_ *farm.Rollout, rel *farm.Release, f *farm.Facts) {
			rel.Packages[0].Files[0].SizeMB = 3000
		}, farm.SeverityBlocking, "APP01", "9000 MB free, and the packages want 10024 MB"},
		{"no drive", func(_ *farm.Rollout, _ *farm.Release, f *farm.Facts) { f.Servers[0].Drives = f.Servers[0].Drives[:1] }, farm.SeverityBlocking, "APP01", `no fixed drive for D:\farmhand`},
	})
}
