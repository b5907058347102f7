package sqlserver

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"farmhand/simulator/world"
)

// Database is one database of an instance.
type Database struct {
	Name          string
	ID            int // database_id; 0 lets PutDatabase choose the next
	SizeMB        int // data file
	LogMB         int // log file
	RecoveryModel string
	Compatibility int    // 90 or 100
	State         string // ONLINE, RESTORING, RECOVERING, SUSPECT, OFFLINE
	ReadOnly      bool
	Directory     string // of its files on the server
	ProjectServer bool   // its Versions table has Project Server's columns, not SharePoint's
	Versions      []VersionRow
	Tables        []Table
	Mirroring     *Mirroring `json:",omitempty"` // nil: not mirrored
	// DifferentialBase is the backup set (its GUID) that a differential backup would be based on; empty before the first
	// full backup that is not copy-only.
	DifferentialBase string `json:",omitempty"`
}

// VersionRow is one row of a Versions table, the upgrade history of a SharePoint or Project database ([MS-WSSFO]
// 2.2.7.11; domain.md B.5).
type VersionRow struct {
	VersionID string // component; all zeros is the core
	Version   string
	ID        int // history order; 0 lets AddVersion choose the next
	UserName  string
	TimeStamp time.Time // UTC
	Finalize  *time.Time
	Mode      int
	ModeStack int
	Updates   int
	Notes     string
}

// Table is one more table or view of a database, such as Project Server's queue.
type Table struct {
	Name    string
	Columns []TableColumn
	Rows    [][]any
}

// TableColumn is a column of a Table. Type is int, bigint, bit, float, datetime, uniqueidentifier or nvarchar(n).
type TableColumn struct{ Name, Type string }

// BackupFile is a backup device on disk: one file with one or more backup sets.
type BackupFile struct {
	Path string
	Sets []BackupSet
	// Damaged makes reads fail, as bad sectors do.
	Damaged bool
}

// BackupSet is one backup, in its file and in msdb's history.
type BackupSet struct {
	ID          int    // backup_set_id
	GUID        string // backup_set_uuid
	Base        string // of a differential: the GUID of the full backup it builds on
	Database    string
	Type        string // D full, I differential
	Path        string
	More        []string `json:",omitempty"` // the other files of a striped backup
	Device      int      `json:",omitempty"` // device_type; 0 is 2, a disk
	Position    int      // in the file, from 1
	Start       time.Time
	Finish      time.Time
	SizeBytes   int64
	CopyOnly    bool
	Checksum    bool // taken WITH CHECKSUM
	ChecksumBad bool // a later check finds a difference
	Name        string
	Description string
	User        string
	Recovery    string
	// Versions is the Versions table as it was: what a restore brings back.
	Versions []VersionRow `json:",omitempty"`
}

// paths are all files of a backup set, in the order of its media families.
func (b BackupSet) paths() []string { return append([]string{b.Path}, b.More...) }

// Login is a server principal. Its password, for SQL logins, belongs to whoever knows the accounts.
type Login struct {
	Name        string   // DOMAIN\user or a SQL login
	ServerRoles []string // such as sysadmin
	Databases   []string // it owns, so may use and back up; a sysadmin may use all, and anyone master, tempdb and msdb
}

func (l Login) inRole(role string) bool {
	return strings.EqualFold(role, "public") || slices.ContainsFunc(l.ServerRoles, func(r string) bool { return strings.EqualFold(r, role) })
}

func (l Login) sysadmin() bool { return l.inRole("sysadmin") }

func (l Login) mayUse(database string) bool {
	same := func(d string) bool { return strings.EqualFold(d, database) }
	return l.sysadmin() || slices.ContainsFunc([]string{"master", "tempdb", "msdb"}, same) || slices.ContainsFunc(l.Databases, same)
}

// mayBackUp says whether the login may back a database up: its owners may, and sysadmins.
func (l Login) mayBackUp(database string) bool {
	return l.sysadmin() || slices.ContainsFunc(l.Databases, func(d string) bool { return strings.EqualFold(d, database) })
}

// Drive is a fixed drive of the server.
type Drive struct {
	Letter string
	FreeMB int
}

// settings is what does not change while an instance lives.
type settings struct{ ProductVersion, Edition string }

// Documents is where the keys of an instance's documents begin.
func Documents(instance string) string { return prefix(instance) }

func prefix(instance string) string { return "sql/" + instance + "/" }

func databaseKey(instance, name string) string {
	return prefix(instance) + "database/" + strings.ToLower(name)
}
func loginKey(instance, name string) string {
	return prefix(instance) + "login/" + strings.ToLower(name)
}
func fileKey(instance, path string) string { return prefix(instance) + "file/" + strings.ToLower(path) }
func folderKey(instance, path string) string {
	return prefix(instance) + "folder/" + strings.ToLower(strings.TrimRight(path, `\`))
}
func driveKey(instance, letter string) string {
	return prefix(instance) + "drive/" + strings.ToUpper(letter)
}
func historyKey(instance string, id int) string {
	return fmt.Sprintf("%shistory/%09d", prefix(instance), id)
}
func settingsKey(instance string) string { return prefix(instance) + "settings" }

// folderOf is the folder part of a Windows path; of "E:\x.bak" it is "E:".
func folderOf(file string) string {
	return file[:max(0, strings.LastIndexByte(file, '\\'))]
}

// all decodes every document under a prefix.
func all[T any](tx *world.Tx, under string) []T {
	var out []T
	for _, k := range tx.Keys(under) {
		var v T
		if tx.Get(k, &v) {
			out = append(out, v)
		}
	}
	return out
}
