package mssql

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Numbers of the messages a backup and its check end with. They are translated, so only the numbers count.
const (
	messagePercent  = 3211 // "10 percent processed."
	messageBackedUp = 3014 // "BACKUP DATABASE successfully processed 185 pages in 0.342 seconds (4.410 MB/sec)."
	messageValid    = 3262 // "The backup set on file 1 is valid."
)

// progressStep is how often a backup reports, in percent.
const progressStep = 5

// maxBackupName is the length of the column msdb.dbo.backupset.name.
const maxBackupName = 128

// BackupRequest is one full or differential backup of one database into one file.
type BackupRequest struct {
	Database string
	// File is a full path on the SQL Server or a share its service account can write to. A backup already in the file is
	// overwritten.
	File string
	// CopyOnly leaves the DBA's chain of differential backups alone. It means nothing for a differential.
	CopyOnly bool
	// Differential backs up what has changed since the last full backup that was not copy-only.
	Differential bool
	// Name is shown in the DBA's backup history; may be empty.
	Name string
}

// BackupResult is a backup that SQL Server reported as done.
type BackupResult struct {
	Database string `json:"database"`
	File     string `json:"file"`
	CopyOnly bool   `json:"copy_only"`
	// Summary is SQL Server's own last line, in the server's language.
	Summary string        `json:"summary"`
	Elapsed time.Duration `json:"elapsed"`
}

// Backup takes a backup WITH CHECKSUM and calls progress, when not nil, with each percentage as it arrives. It returns
// only when SQL Server said that the backup is complete; a statement that ends without saying so is KindBackupFailed. A
// cancelled backup leaves nothing in the history.
func (s *Server) Backup(ctx context.Context, r BackupRequest, progress func(percent int)) (BackupResult, error) {
	op := operation{span: "sql.backup", doing: "back up " + r.Database, database: r.Database, failure: KindBackupFailed}
	statement, err := r.statement()
	if err != nil {
		return BackupResult{}, s.misuse(op, err)
	}
	result := BackupResult{Database: r.Database, File: r.File, CopyOnly: r.CopyOnly}
	started := time.Now()
	err = s.stream(ctx, op, statement, func(number int32, text string) {
		switch number {
		case messagePercent:
			if p, ok := parsePercent(text); ok && progress != nil {
				progress(p)
			}
		case messageBackedUp:
			result.Summary = text
		}
	})
	if err != nil {
		return BackupResult{}, err
	}
	if result.Summary == "" {
		return BackupResult{}, &Error{Kind: KindBackupFailed, Server: s.name, Doing: op.doing,
			Message: "the statement ended without the message of success", Advice: "read the SQL Server's error log"}
	}
	result.Elapsed = time.Since(started)
	return result, nil
}

// statement is the BACKUP DATABASE of a request. Names and paths cannot be parameters there, so they are quoted.
func (r BackupRequest) statement() (string, error) {
	database, errDatabase := QuoteName(r.Database)
	file, errFile := quotePath(r.File)
	if strings.HasSuffix(r.File, `\`) {
		errFile = fmt.Errorf("path %q: want a file, this is a folder", r.File)
	}
	options := []string{"INIT", "CHECKSUM", "STATS = " + strconv.Itoa(progressStep)}
	switch {
	case r.Differential:
		options = append([]string{"DIFFERENTIAL"}, options...)
	case r.CopyOnly:
		options = append([]string{"COPY_ONLY"}, options...)
	}
	var errName error
	if r.Name != "" {
		var name string
		name, errName = quoteText(r.Name)
		if characters(r.Name) > maxBackupName {
			errName = fmt.Errorf("backup name %q is longer than %d characters", r.Name, maxBackupName)
		}
		options = append(options, "NAME = "+name)
	}
	if err := errors.Join(errDatabase, errFile, errName); err != nil {
		return "", err
	}
	return fmt.Sprintf("BACKUP DATABASE %s TO DISK = %s WITH %s", database, file, strings.Join(options, ", ")), nil
}

// Media is where a backup set lies.
type Media struct {
	// Files are all files of the media set, in their order.
	Files []string
	// Position of the set in them, from 1.
	Position int
	// Checksums says that the set has checksums; asking for them where there are none is an error of SQL Server (3187).
	Checksums bool
}

// Verify has SQL Server read a whole backup set and check its checksums, without restoring it. It takes about as long as
// the backup. Anything but SQL Server's own word that the set is valid is an error: KindVerifyFailed, or the kind of what
// stood in the way.
func (s *Server) Verify(ctx context.Context, m Media) error {
	op := operation{span: "sql.verify-backup", doing: "verify " + strings.Join(m.Files, ", "), failure: KindVerifyFailed}
	statement, err := m.verify()
	if err != nil {
		return s.misuse(op, err)
	}
	valid := false
	err = s.stream(ctx, op, statement, func(number int32, _ string) {
		valid = valid || number == messageValid
	})
	if err == nil && !valid {
		err = &Error{Kind: KindVerifyFailed, Server: s.name, Doing: op.doing, Message: "SQL Server did not say that the backup is valid",
			Advice: "take the backup again"}
	}
	return err
}

// verify is the RESTORE VERIFYONLY of a backup set.
func (m Media) verify() (string, error) {
	if len(m.Files) == 0 {
		return "", errors.New("a backup without a file cannot be verified")
	}
	var devices []string
	for _, f := range m.Files {
		literal, err := quotePath(f)
		if err != nil {
			return "", err
		}
		devices = append(devices, "DISK = "+literal)
	}
	options := "FILE = " + strconv.Itoa(max(m.Position, 1))
	if m.Checksums {
		options += ", CHECKSUM"
	}
	return "RESTORE VERIFYONLY FROM " + strings.Join(devices, ", ") + " WITH " + options, nil
}

var numberPattern = regexp.MustCompile(`[0-9]+`)

// parsePercent finds the percentage in message 3211: its one number, whatever the language around it.
func parsePercent(text string) (int, bool) {
	n, err := strconv.Atoi(numberPattern.FindString(text))
	return n, err == nil && n <= 100
}
