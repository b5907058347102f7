package view

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"farmhand/internal/farm"
)

// RestoreEvidence is the way back: the seventh section.
type RestoreEvidence struct {
	Databases []Database `json:"databases,omitempty"`
	// Kept is what of each server was kept before the first package.
	Kept       []KeptOfServer      `json:"kept,omitempty"`
	Statements []RestoreStatements `json:"statements,omitempty"`
	// Content are the content databases that were detached, as they were recorded.
	Content []farm.DetachedDatabase `json:"content,omitempty"`
}

// KeptOfServer is what was kept of one server, and where.
type KeptOfServer struct {
	Server string `json:"server"`
	farm.ServerBackupStatus
}

// RestoreStatements restore the backups of a run on one SQL Server.
type RestoreStatements struct {
	Server     string   `json:"server"`
	Statements []string `json:"statements"`
}

// restoreEvidence has no statements until the first backup is there.
func restoreEvidence(k audited) RestoreEvidence {
	s := k.status
	r := RestoreEvidence{Content: s.Content}
	if slices.ContainsFunc(s.Databases, func(d farm.DatabaseStatus) bool { return d.BackupState != farm.StepPending }) {
		r.Databases = k.shown.Databases
	}
	for _, srv := range s.Servers {
		if srv.Backup != nil {
			r.Kept = append(r.Kept, KeptOfServer{srv.Name, *srv.Backup})
		}
	}
	for _, server := range sqlServers(s.Databases) {
		if slices.ContainsFunc(s.Databases, func(d farm.DatabaseStatus) bool { return d.Server == server && len(setsOf(d)) > 0 }) {
			r.Statements = append(r.Statements, RestoreStatements{server, restoreServer(s, server)})
		}
	}
	return r
}

func (e Evidence) layRestore(d *document) {
	lay(d, e.Restore, func(r RestoreEvidence) {
		d.tabulate("Backups of databases", []string{"SQL Server", "database", "size", "kind", "file", "backed up", "state", "verified"}, e.backupRows(r.Databases))
		var kept, content [][]string
		for _, b := range r.Kept {
			kept = append(kept, []string{b.Server, b.Folder, b.IIS, strings.Join(b.Kept, "\n"), string(b.State), e.when(b.Finished)})
		}
		d.tabulate("Kept of each server", []string{"server", "folder", "IIS backup", "what", "state", "taken"}, kept)
		for _, x := range r.Content {
			content = append(content, []string{x.Server, x.Name, x.URL, strconv.Itoa(x.Sites), fmt.Sprintf("%d, %d", x.Warning, x.Max), yes(x.Prepared), e.when(x.DetachedAt), e.when(x.AttachedAt)})
		}
		d.tabulate("Content databases: detached and attached again", []string{"SQL Server", "database", "Web application", "site collections", "warning, limit", "prepared", "detached", "attached"}, content)
		for _, x := range r.Statements {
			d.section(3, "Restore statements for "+x.Server, "A back-out restores databases and servers together, all from before the first package. RESTORE VERIFYONLY, which this run did, is no test of a restore.").Code = x.Statements
		}
	})
}

// backupRows are the restore points of a farm: each set that a restore needs, and the one from before.
func (e Evidence) backupRows(databases []Database) [][]string {
	var rows [][]string
	for _, b := range databases {
		if len(b.Sets) == 0 {
			rows = append(rows, []string{b.Server, b.Name, sizeText(b.SizeMB), "", b.File, e.when(b.BackedUpAt), b.Backup.Word, yes(b.Verified)})
		}
		for _, set := range b.Sets {
			rows = append(rows, []string{b.Server, b.Name, sizeText(b.SizeMB), string(set.Kind), strings.Join(set.Files, "\n"), e.when(set.Finished), b.Backup.Word, orWord(set.Note, yes(set.Verified))})
		}
		if b.Earlier != nil {
			rows = append(rows, []string{b.Server, b.Name, "", "earlier, not relied on", strings.Join(b.Earlier.Files, "\n"), e.when(b.Earlier.Finished), "", "no"})
		}
	}
	return rows
}
