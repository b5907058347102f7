package mssql

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBackupStatement(t *testing.T) {
	for want, r := range map[string]BackupRequest{
		`BACKUP DATABASE [PWA_Published] TO DISK = N'E:\Backup\p.bak' WITH COPY_ONLY, INIT, CHECKSUM, STATS = 5, NAME = N'CHG0041877'`: {
			Database: "PWA_Published", File: `E:\Backup\p.bak`, CopyOnly: true, Name: "CHG0041877"},
		`BACKUP DATABASE [a]]b] TO DISK = N'\\bk01\sp\o''b.bak' WITH INIT, CHECKSUM, STATS = 5`: {
			Database: "a]b", File: `\\bk01\sp\o'b.bak`},
	} {
		got, err := r.statement()
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := BackupRequest{File: "x", Name: strings.Repeat("n", 129)}.statement()
	require.ErrorContains(t, err, "database name")
	require.ErrorContains(t, err, "full path")
	require.ErrorContains(t, err, "128")
}

func TestParsePercent(t *testing.T) {
	for text, want := range map[string]int{"10 percent processed.": 10, "100 Prozent verarbeitet.": 100, "Se ha procesado el 35 por ciento.": 35} {
		got, ok := parsePercent(text)
		require.True(t, ok)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "percent", "101 percent", "99999999999999999999 percent"} {
		_, ok := parsePercent(text)
		require.False(t, ok, text)
	}
}

func FuzzParsePercent(f *testing.F) {
	f.Add("10 percent processed.")
	f.Fuzz(func(t *testing.T, text string) {
		if n, ok := parsePercent(text); ok {
			require.GreaterOrEqual(t, n, 0)
			require.LessOrEqual(t, n, 100)
		}
	})
}

// one is a backup with checksums in one file.
func one(file string) Media { return Media{Files: []string{file}, Position: 1, Checksums: true} }
