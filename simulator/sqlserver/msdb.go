package sqlserver

import (
	"cmp"

	"farmhand/simulator/tds"
)

// deviceDisk is the device_type of a file; 5 is a tape, 7 a virtual device (a VSS snapshot, a third party's program).
const deviceDisk = 2

// historyViews are the tables of msdb that tell of backups.
var historyViews = map[string]func(*query) relation{
	"dbo.backupset":         (*query).backupSets,
	"dbo.backupmediafamily": (*query).backupMedia,
}

func (q *query) backupSets() relation {
	r := relation{columns: []tds.Column{
		column("backup_set_id", tds.Int), column("backup_set_uuid", tds.UniqueIdentifier), column("media_set_id", tds.Int), column("position", tds.Int), column("type", tds.NVarChar(1)),
		column("database_name", sysname), column("server_name", sysname), column("user_name", sysname), column("name", sysname),
		column("description", tds.NVarChar(255)), column("backup_start_date", tds.DateTime), column("backup_finish_date", tds.DateTime),
		column("backup_size", tds.Numeric(20)), column("is_copy_only", tds.Bit), column("has_backup_checksums", tds.Bit),
		column("is_damaged", tds.Bit), column("recovery_model", tds.NVarChar(60)), column("differential_base_guid", tds.UniqueIdentifier),
	}}
	for _, b := range Backups(q.tx, q.instance.name) {
		r.rows = append(r.rows, []any{
			int64(b.ID), orNull(b.GUID), int64(b.ID), int64(b.Position), b.Type, b.Database, q.instance.name, b.User, orNull(b.Name),
			orNull(b.Description), b.Start, b.Finish, b.SizeBytes, b.CopyOnly, b.Checksum,
			false, // set only for a backup taken WITH CONTINUE_AFTER_ERROR from a damaged database
			b.Recovery, orNull(b.Base),
		})
	}
	return r
}

func (q *query) backupMedia() relation {
	r := relation{columns: []tds.Column{
		column("media_set_id", tds.Int), column("family_sequence_number", tds.TinyInt),
		column("physical_device_name", tds.NVarChar(260)), column("device_type", tds.TinyInt), column("mirror", tds.TinyInt),
	}}
	for _, b := range Backups(q.tx, q.instance.name) {
		for i, path := range b.paths() {
			r.rows = append(r.rows, []any{int64(b.ID), int64(i + 1), path, int64(cmp.Or(b.Device, deviceDisk)), int64(0)})
		}
	}
	return r
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
