package activities_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/internal/mssql"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// metacharacters are texts with what cmd.exe, PowerShell and T-SQL read: quotes to get out of an argument, and what
// begins something new behind them.
var metacharacters = []string{
	`x" & calc & "`, `x' & calc`, `x & calc`, `x && calc`, `x | calc`, `x > calc.txt`, `x < calc`, `^x^&calc`, `%COMSPEC%`, `!COMSPEC!`, `(calc)`, `x;calc,=y`,
	`$(calc)`, `x'; calc; '`, "x`$(calc)`\"", `{calc}`, `@(calc)`, `#calc`, "x\u2018; calc; \u2019", "x\u201d; calc; \u201c", `x]; DROP DATABASE PWA_Draft; --`,
	`x'; DROP DATABASE PWA_Draft; --`, "x\r\ncalc", "x\ncalc", "x\x00calc", "x\u202ecod.exe", `x -Action release`, `x" -Action "release`, `..\..\windows`,
}

// journalSince are the events of the journal behind a number.
func (w *twin) journalSince(after int64) []world.Event {
	all, _ := w.sim.World().Events(after)
	return all
}

// requireDataOnly checks what a call left in the journal: scripts, and commands that are all as expected; and nobody ran
// the program that the texts name.
func requireDataOnly(t require.TestingT, events []world.Event, commands ...string) {
	var ran []string
	for _, e := range events {
		require.NotEqual(t, "job", e.Protocol, "%+v", e)
		if e.Protocol == "winrm" && e.Event == "command" {
			ran = append(ran, e.Text)
		}
	}
	for _, line := range ran {
		require.Contains(t, commands, line)
	}
}

// What a server calls its services becomes one argument of sc, or nothing at all.
func TestNamesThatServersAnswerStayData(t *testing.T) {
	w := newTwin(t, nil)
	do[[]farm.ServiceState](w, w.acts.ReadServices, activities.ServiceRequest{ServerTarget: w.server(app01), Names: []string{"W3SVC"}})
	for _, text := range metacharacters {
		before := w.last()
		_, err := try[[]farm.ServiceState](w, w.acts.ReadServices, activities.ServiceRequest{ServerTarget: w.server(app01), Names: []string{text}})
		events := w.journalSince(before)
		requireDataOnly(t, events, `sc query "`+text+`" && sc qc "`+text+`"`)
		if err != nil {
			require.Equal(t, farm.FailureConfig, activities.FailureOf(err).Kind, "%q: %v", text, err)
			require.Empty(t, events, "%q: refused, and something was sent", text)
		}
	}
}

// The folders of sites come from the host of Central Administration and become commands on every front-end; the 12 hive
// comes from the registry of each server.
func TestPathsThatServersAnswerStayData(t *testing.T) {
	w := newTwin(t, nil)
	do[[]farm.ServiceState](w, w.acts.ReadServices, activities.ServiceRequest{ServerTarget: w.server(app01), Names: []string{"W3SVC"}})
	for _, text := range metacharacters {
		path := `C:\Inetpub\` + text
		ask := activities.ServerBackupRequest{
			ServerTarget: w.server(wfe01), Job: "fh-injection", Keep: farm.ServerBackup{Configuration: true}, Folder: `D:\farmhand\backup\` + text,
			Name: "one", Hive: path, OSVersion: "6.0", Sites: []string{`C:\Inetpub\fine`, path},
		}
		if strings.ContainsAny(text, "\"%!\r\n\x00\u202e") {
			before := w.last()
			_, err := try[activities.ServerBackupStart](w, w.acts.StartServerBackup, ask)
			require.Equal(t, farm.FailureConfig, activities.FailureOf(err).Kind)
			_, err = try[activities.JobRef](w, w.acts.StartWizard, activities.WizardRequest{
				ServerTarget: w.server(wfe01), Job: "fh-injection", Hive: path, Wizard: w.options.Release.Wizard,
			})
			require.Equal(t, farm.FailureConfig, activities.FailureOf(err).Kind)
			_, err = try[activities.JobRef](w, w.acts.StartStsadm, activities.StsadmRequest{
				ServerTarget: w.server(wfe01), Job: "fh-injection", Hive: path, Step: farm.StepAttachContent, Arguments: "-o enumsites",
			})
			require.Equal(t, farm.FailureConfig, activities.FailureOf(err).Kind)
			require.Empty(t, w.journalSince(before), "%q: refused, and something was sent", text)
		}
	}
}

// Arguments of scripts are data to the last character: what lease.ps1 is told to write is what it writes.
func TestArgumentsOfScriptsStayData(t *testing.T) {
	w := newTwin(t, nil)
	do[[]farm.ServiceState](w, w.acts.ReadServices, activities.ServiceRequest{ServerTarget: w.server(app01), Names: []string{"W3SVC"}})
	file := w.server(app01).Server.Stage + `\farm.lease`
	lease := func(t require.TestingT, owner string) {
		before := w.last()
		ask := activities.LeaseRequest{ServerTarget: w.server(app01), Owner: owner}
		_, err := try[none](w, w.acts.AcquireLease, ask)
		require.NoError(t, err, "%q", owner)
		var text []byte
		w.sim.World().View(func(tx *world.Tx) { text, _ = windows.ReadFile(tx, app01, file) })
		require.True(t, strings.HasPrefix(string(text), owner+"\r\n"), "%q became %q", owner, text)
		_, err = try[none](w, w.acts.ReleaseLease, ask)
		require.NoError(t, err, "%q", owner)
		requireDataOnly(t, w.journalSince(before), `md "D:\farmhand"`, `rd "D:\farmhand"`)
	}
	for _, owner := range metacharacters {
		if !strings.ContainsAny(owner, "\r\n\x00") { // the file holds a line each
			lease(t, owner)
		}
	}
	lease(t, strings.Join(slices.DeleteFunc(slices.Clone(metacharacters), func(s string) bool { return strings.ContainsAny(s, "\r\n\x00") }), ""))
}

// A database, a file and a name of a backup are one statement, whatever they are called: the twin's own parser reads it,
// and finds no second one.
func TestNamesInStatementsStayData(t *testing.T) {
	w := newTwin(t, nil)
	do[[]farm.ServiceState](w, w.acts.ReadServices, activities.ServiceRequest{ServerTarget: w.server(app01), Names: []string{"W3SVC"}})
	for _, text := range metacharacters {
		before := w.last()
		_, err := try[activities.BackupResult](w, w.acts.BackupDatabase, activities.BackupRequest{
			SQLTarget: w.sql(), Database: "SharePoint_Config", File: `E:\Backup\` + text + ".bak", Name: text,
		})
		taken := 0
		for _, e := range w.journalSince(before) {
			require.Empty(t, e.Protocol == "tds" && e.Event == "batch" && strings.HasPrefix(strings.ToUpper(e.Text), "DROP"), "%+v", e)
			if e.Protocol == "tds" && strings.HasPrefix(e.Text, "BACKUP DATABASE") {
				taken++
				require.Contains(t, e.Text, "N'"+strings.ReplaceAll(`E:\Backup\`+text+".bak", "'", "''")+"'")
			}
		}
		if strings.ContainsAny(text, "\r\n\x00") {
			require.Error(t, err)
			require.Zero(t, taken, "%q", text)
			continue
		}
		require.Equal(t, 1, taken, "%q: %v", text, err)
		require.Equal(t, !strings.Contains(text, `\`), err == nil, "%q: %v", text, err) // a folder that is not there

		_, err = try[activities.BackupResult](w, w.acts.BackupDatabase, activities.BackupRequest{
			SQLTarget: w.sql(), Database: text, File: `E:\Backup\none.bak`, Name: "none",
		})
		require.Error(t, err, "no database is called so")
	}
	s, err := mssql.QuoteName(metacharacters[20])
	require.NoError(t, err)
	require.Equal(t, `[x]]; DROP DATABASE PWA_Draft; --]`, s)
	_, err = try[activities.BackupResult](w, w.acts.BackupDatabase, activities.BackupRequest{
		SQLTarget: w.sql(), Database: "PWA_Draft", File: `E:\Backup\last.bak`, Name: "last",
	})
	require.NoError(t, err, "the database is still there")
}

// A reference that this worker's settings do not allow is not resolved, whoever wrote it into a file or a workflow's
// input: nothing of the worker is read, and nothing is sent.
func TestReferencesThatTheWorkerDoesNotAllow(t *testing.T) {
	w := newTwin(t, nil)
	do[[]farm.ServiceState](w, w.acts.ReadServices, activities.ServiceRequest{ServerTarget: w.server(app01), Names: []string{"W3SVC"}})
	for _, reference := range []string{"file:/etc/hostname", "file:/proc/self/environ", "env:HOME", "env:FARMHAND_TEST_SETUP/../x", "hunter2", ""} {
		before := w.last()
		target, database := w.server(app01), w.sql()
		target.Connect.Password, database.Connect.Password = reference, reference
		_, err := try[[]farm.ServiceState](w, w.acts.ReadServices, activities.ServiceRequest{ServerTarget: target, Names: []string{"W3SVC"}})
		require.Equal(t, farm.FailureConfig, activities.FailureOf(err).Kind, "%s: %v", reference, err)
		_, err = try[activities.BackupResult](w, w.acts.BackupDatabase, activities.BackupRequest{SQLTarget: database, Database: "PWA_Draft", File: `E:\Backup\x.bak`})
		require.Equal(t, farm.FailureConfig, activities.FailureOf(err).Kind, "%s: %v", reference, err)
		runAs := w.server(app01)
		runAs.RunAs.Password = reference
		_, err = try[activities.JobRef](w, w.acts.StartWizard, activities.WizardRequest{ServerTarget: runAs, Job: "fh-reference", Hive: `C:\12`, Wizard: w.options.Release.Wizard})
		require.Equal(t, farm.FailureConfig, activities.FailureOf(err).Kind, "%s: %v", reference, err)
		require.Empty(t, w.journalSince(before), reference)
	}
}
