package farm_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

func TestCompareFolder(t *testing.T) {
	rel := farm.Release{Packages: []farm.Package{
		{KB: "KB1", Files: []farm.PackageFile{{Architecture: farm.X64, Name: "One-x64.exe", SHA256: "aa"}, {Architecture: farm.X86, Name: "One-x86.exe"}}},
		{KB: "KB2", Files: []farm.PackageFile{{Architecture: farm.X64, Name: "two-x64.exe", SHA256: "bb"}, {Architecture: farm.X86, Name: "two-x86.exe"}}},
	}}
	lines := farm.CompareFolder(rel, []farm.FolderFile{
		{"readme.txt", 5, "00"}, {"ONE-X64.EXE", 1 << 20, "aa"}, {"One-x64.exe", 1<<20 + 1, "AA"}, {"one-x86.exe", 1, "cc"}, {"two-x64.exe", 1, "ff"},
	})
	require.Equal(t, []farm.FolderLine{
		{State: farm.FolderGood, Name: "One-x64.exe", Package: "KB1", Architecture: farm.X64, SHA256: "AA", SizeMB: 2},
		{State: farm.FolderOtherCase, Name: "One-x86.exe", Package: "KB1", Architecture: farm.X86, Found: "one-x86.exe", SHA256: "cc", SizeMB: 1},
		{State: farm.FolderOtherHash, Name: "two-x64.exe", Package: "KB2", Architecture: farm.X64, SHA256: "ff", Want: "bb", SizeMB: 1},
		{State: farm.FolderMissing, Name: "two-x86.exe", Package: "KB2", Architecture: farm.X86},
		{State: farm.FolderExtra, Name: "readme.txt", SHA256: "00", SizeMB: 1},
	}, lines)
	for i, wrong := range []bool{false, true, true, true, false} {
		require.Equal(t, wrong, lines[i].Wrong(), lines[i].State)
	}
	only := farm.CompareFolder(rel, nil, farm.X86)
	require.Len(t, only, 2)
	require.Equal(t, "One-x86.exe", only[0].Name)
	require.Equal(t, farm.FolderUnverified, farm.CompareFolder(rel, []farm.FolderFile{{"One-x86.exe", 1, "cc"}}, farm.X86)[0].State)
}

// Every file of the release has one line, every other file one that is extra, whatever lies in the folder.
func TestCompareFolderIsComplete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfDistinct(rapid.StringMatching(`[a-c]{1,3}\.exe`), strings.ToLower).Draw(t, "release")
		var rel farm.Release
		for _, n := range names {
			rel.Packages = append(rel.Packages, farm.Package{KB: n, Files: []farm.PackageFile{{Architecture: farm.X64, Name: n}}})
		}
		var files []farm.FolderFile
		extra := 0
		for _, n := range rapid.SliceOfDistinct(rapid.StringMatching(`[a-c]{1,3}\.exe`), strings.ToLower).Draw(t, "folder") {
			files = append(files, farm.FolderFile{Name: n, SHA256: "aa"})
			if !slices.Contains(names, n) {
				extra++
			}
		}
		lines := farm.CompareFolder(rel, files)
		if len(lines) != len(names)+extra {
			t.Fatalf("%d lines for %d files of the release and %d others", len(lines), len(names), extra)
		}
		for i, n := range names {
			there := slices.ContainsFunc(files, func(f farm.FolderFile) bool { return f.Name == n })
			if (lines[i].State == farm.FolderMissing) == there {
				t.Fatalf("%s is %s", n, lines[i].State)
			}
		}
	})
}
