package sqlserver

import (
	"cmp"
	"slices"
	"strings"

	"farmhand/simulator/world"
)

// State is an instance as it is when its world begins.
type State struct {
	ProductVersion string     // such as "9.00.4060.00"
	Edition        string     // empty is "Enterprise Edition (64-bit)"
	Databases      []Database // the farm's; the system databases are added
	Logins         []Login
	Drives         []Drive
	Folders        []string // that exist on the server
	Files          []BackupFile
	// Backups are sets that were taken before the world began, each with its file. A full one that is not copy-only is the
	// differential base of its database.
	Backups []BackupSet
}

const defaultDirectory = `C:\Program Files\Microsoft SQL Server\MSSQL.1\MSSQL\DATA`

// Seed writes the initial state of an instance. It is called when the world is new: once for each farm that has
// databases on it, whose own come on top of those of the farms before.
func Seed(tx *world.Tx, instance string, state State) {
	databases := state.Databases
	if !tx.Get(settingsKey(instance), new(settings)) {
		tx.Put(settingsKey(instance), settings{ProductVersion: state.ProductVersion, Edition: state.Edition})
		databases = slices.Concat([]Database{
			{Name: "master", SizeMB: 4, RecoveryModel: "SIMPLE"}, {Name: "tempdb", SizeMB: 8, RecoveryModel: "SIMPLE"},
			{Name: "model", SizeMB: 3, RecoveryModel: "FULL"}, {Name: "msdb", SizeMB: 12, RecoveryModel: "SIMPLE"},
		}, state.Databases)
	}
	first := len(Databases(tx, instance))
	for i, d := range databases {
		d.ID = first + i + 1
		d.Versions = slices.Clone(d.Versions)
		for j := range d.Versions {
			if d.Versions[j].ID == 0 {
				d.Versions[j].ID = j + 1
			}
		}
		PutDatabase(tx, instance, d)
	}
	for _, l := range state.Logins {
		tx.Put(loginKey(instance, l.Name), l)
	}
	for _, d := range state.Drives {
		tx.Put(driveKey(instance, d.Letter), d)
		tx.Put(folderKey(instance, d.Letter+`:`), d.Letter+`:\`)
	}
	for _, f := range state.Folders {
		tx.Put(folderKey(instance, f), f)
	}
	for _, f := range state.Files {
		tx.Put(fileKey(instance, f.Path), f)
	}
	taken := len(Backups(tx, instance))
	for i, b := range state.Backups {
		b.ID, b.Position, b.GUID = taken+i+1, 1, newGUID()
		tx.Put(folderKey(instance, folderOf(b.Path)), folderOf(b.Path))
		tx.Put(fileKey(instance, b.Path), BackupFile{Path: b.Path, Sets: []BackupSet{b}})
		tx.Put(historyKey(instance, b.ID), b)
		if d, ok := FindDatabase(tx, instance, b.Database); ok && b.Type == "D" && !b.CopyOnly {
			d.DifferentialBase = b.GUID
			PutDatabase(tx, instance, d)
		}
	}
}

// Databases returns the databases of an instance by database_id, the system's included.
func Databases(tx *world.Tx, instance string) []Database {
	list := all[Database](tx, prefix(instance)+"database/")
	slices.SortFunc(list, func(a, b Database) int { return a.ID - b.ID })
	return list
}

// FindDatabase returns one database by name, in any case.
func FindDatabase(tx *world.Tx, instance, name string) (Database, bool) {
	var d Database
	ok := tx.Get(databaseKey(instance, name), &d)
	return d, ok
}

// PutDatabase stores a database as changed by another part of the world, or a new one. What is left empty becomes what
// CREATE DATABASE makes: the next database_id, full recovery, online.
func PutDatabase(tx *world.Tx, instance string, d Database) {
	if d.ID == 0 {
		for _, other := range Databases(tx, instance) {
			d.ID = max(d.ID, other.ID)
		}
		d.ID++
	}
	var s settings
	tx.Get(settingsKey(instance), &s)
	d.RecoveryModel = cmp.Or(strings.ToUpper(d.RecoveryModel), "FULL")
	d.State = cmp.Or(strings.ToUpper(d.State), "ONLINE")
	d.Compatibility = cmp.Or(d.Compatibility, compatibility(s.ProductVersion))
	d.Directory = cmp.Or(d.Directory, defaultDirectory)
	d.LogMB = cmp.Or(d.LogMB, max(1, d.SizeMB/10))
	tx.Put(databaseKey(instance, d.Name), d)
}

// AddVersion appends a row to the Versions table of a database, as an upgrade does. A database that is not there is left
// alone.
func AddVersion(tx *world.Tx, instance, database string, row VersionRow) {
	d, ok := FindDatabase(tx, instance, database)
	if !ok {
		return
	}
	if row.ID == 0 {
		for _, v := range d.Versions {
			row.ID = max(row.ID, v.ID)
		}
		row.ID++
	}
	d.Versions = append(d.Versions, row)
	PutDatabase(tx, instance, d)
}

// SetTable replaces one of a database's other tables, or adds it.
func SetTable(tx *world.Tx, instance, database string, t Table) {
	d, ok := FindDatabase(tx, instance, database)
	if !ok {
		return
	}
	i := slices.IndexFunc(d.Tables, func(x Table) bool { return strings.EqualFold(x.Name, t.Name) })
	if i < 0 {
		d.Tables = append(d.Tables, t)
	} else {
		d.Tables[i] = t
	}
	PutDatabase(tx, instance, d)
}

// Backups returns msdb's history, oldest first.
func Backups(tx *world.Tx, instance string) []BackupSet {
	return all[BackupSet](tx, prefix(instance)+"history/")
}

// DamageBackup makes a backup file unreadable from now on, as bad sectors do.
func DamageBackup(tx *world.Tx, instance, path string) {
	var f BackupFile
	if tx.Get(fileKey(instance, path), &f) {
		f.Damaged = true
		tx.Put(fileKey(instance, path), f)
	}
}

// RemoveBackup takes a backup file away, as somebody who tidies up does; msdb still tells of it.
func RemoveBackup(tx *world.Tx, instance, path string) { removeFile(tx, instance, path) }

// Free gives a drive of an instance more room, as somebody who tidies up does, or takes it.
func Free(tx *world.Tx, instance, path string, mb int) {
	changeFree(tx, instance, path, int64(mb)*bytesPerMB)
}
