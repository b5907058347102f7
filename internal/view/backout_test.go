package view_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

// differential gives a database the two sets that a differential backup needs.
func differential(d *farm.DatabaseStatus) {
	d.Sets = []farm.BackupSet{
		{Kind: farm.SetFull, Files: []string{`N:\Full\a.bak`, `N:\Full\b.bak`}, Position: 3, Finished: d.BackedUpAt.Add(-24 * time.Hour), Checksums: true, Verified: true},
		{Kind: farm.SetDifferential, Files: []string{d.File}, Position: 1, Finished: d.BackedUpAt, Checksums: true, Verified: true},
	}
}

// TestRestoreStatementsOfADifferential: the full backup first and left open for what follows, all of its
// files, and only the last statement opens the database.
func TestRestoreStatementsOfADifferential(t *testing.T) {
	s := aborted(contoso)
	d := &s.Databases[0]
	differential(d)
	text := runbook(t, s)
	full := "RESTORE DATABASE [" + d.Name + `] FROM DISK = N'N:\Full\a.bak', DISK = N'N:\Full\b.bak' WITH FILE = 3, CHECKSUM, REPLACE, NORECOVERY, STATS = 5;`
	last := "RESTORE DATABASE [" + d.Name + "] FROM DISK = N'" + d.File + "' WITH FILE = 1, CHECKSUM, RECOVERY, STATS = 5;"
	require.Contains(t, text, full)
	require.Contains(t, text, last)
	require.Less(t, strings.Index(text, full), strings.Index(text, last))
	require.Less(t, strings.Index(text, "RESTORE VERIFYONLY FROM DISK = N'"+d.File+"' WITH FILE = 1, CHECKSUM;"), strings.Index(text, "SET SINGLE_USER"),
		"every file is read before the first database is touched")
	require.Contains(t, text, "ALTER DATABASE ["+d.Name+"] SET MULTI_USER;")
}

// TestRestoreStatementsEndMirroring: SQL Server refuses to restore a mirrored database.
func TestRestoreStatementsEndMirroring(t *testing.T) {
	s := aborted(contoso)
	require.NotContains(t, runbook(t, s), "SET PARTNER OFF")
	d := s.Databases[1]
	s.Mirrors = []farm.RecordedMirror{{MirrorState: farm.MirrorState{Database: d.Name, Server: d.Server}}}
	require.Equal(t, 1, strings.Count(runbook(t, s), "ALTER DATABASE ["+d.Name+"] SET PARTNER OFF;"))
}

// TestUnverifiedBackupIsNamed: one of somebody else's that this run could not read is used with a warning.
func TestUnverifiedBackupIsNamed(t *testing.T) {
	s := aborted(contoso)
	d := &s.Databases[0]
	d.Verified = false
	d.Sets = []farm.BackupSet{{Kind: farm.SetFull, Files: []string{`N:\x.bak`}, Position: 1, By: `CONTOSO\backup`, Note: "not verified: no access"}}
	text := runbook(t, s)
	require.Contains(t, text, "-- NOT VERIFIED by this run: not verified: no access. Prove it before you begin.")
	require.Contains(t, text, `FROM DISK = N'N:\x.bak' WITH FILE = 1, REPLACE, RECOVERY`, "CHECKSUM is an error for a backup without checksums")
}

// TestTheRunbookNamesWhatWasKept of each server, and the command of its generation of IIS.
func TestTheRunbookNamesWhatWasKept(t *testing.T) {
	s := aborted(contoso)
	s.Servers[0].Backup = &farm.ServerBackupStatus{State: farm.StepDone, Folder: `D:\farmhand\backup\night`, IIS: "farmhand-1", Kept: []string{"12 hive"}, Command: "appcmd.exe add backup"}
	s.Servers[1].Backup = &farm.ServerBackupStatus{State: farm.StepDone, Folder: `D:\farmhand\backup\night`, IIS: "farmhand-2", Command: "cscript iisback.vbs"}
	s.Servers[2].Backup = &farm.ServerBackupStatus{State: farm.StepFailed, IIS: "farmhand-3"}
	text := runbook(t, s)
	require.Contains(t, text, `appcmd.exe restore backup "farmhand-1"`)
	require.Contains(t, text, `iisback.vbs /restore /b "farmhand-2"`)
	require.NotContains(t, text, "farmhand-3")
}

// TestEvidenceHoldsTheRestoreStatements: in all three prints, for exactly the files of the run.
func TestEvidenceHoldsTheRestoreStatements(t *testing.T) {
	s := completed(contoso)
	differential(&s.Databases[0])
	s.Databases[1].Earlier = &farm.BackupSet{Kind: farm.SetFull, Files: []string{`N:\nightly.bak`}}
	e := view.Report(farm.RolloutStatus{Rollout: s.Rollout, Farms: []farm.FarmHandle{{Farm: s.Farm}}}, []farm.Status{s}, view.ReportOptions{Printed: s.Finished})
	var markdown, html, json bytes.Buffer
	require.NoError(t, e.Markdown(&markdown))
	require.NoError(t, e.HTML(&html))
	require.NoError(t, e.JSON(&json))
	for _, d := range s.Databases {
		require.Contains(t, markdown.String(), d.File+"' WITH FILE = 1", d.Name)
	}
	require.Contains(t, markdown.String(), "NORECOVERY")
	require.Contains(t, markdown.String(), "earlier, not relied on")
	require.Contains(t, html.String(), "<pre>USE master;")
	require.Contains(t, json.String(), `"statements": [`)
}
