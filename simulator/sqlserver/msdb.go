package sqlserver

import "farmhand/simulator/tds"

// historyViews are the tables of msdb that tell of backups.
var historyViews = map[string]func(*query) relation{
	"dbo.backupset":         (*query).backupSets,
	"dbo.backupmediafamily": (*query).backupMedia,
}

func (q *query) backupSets() relation {
	r := relation{columns: []tds.Column{
		column("backup_set_id", tds.Int), column("media_set_id", tds.Int), column("position", tds.Int), column("type", tds.NVarChar(1)),
		column("database_name", sysname), column("server_name", sysname), column("user_name", sysname), column("name", sysname),
		column("description", tds.NVarChar(255)), column("backup_start_date", tds.DateTime), column("backup_finish_date", tds.DateTime),
		column("backup_size", tds.Numeric(20)), column("is_copy_only", tds.Bit), column("has_backup_checksums", tds.Bit),
		column("is_damaged", tds.Bit), column("recovery_model", tds.NVarChar(60)),
	}}
	for _, b := range Backups(q.tx, q.instance.name) {
		r.rows = append(r.rows, []any{
			int64(b.ID), int64(b.ID), int64(b.Position), b.Type, b.Database, q.instance.name, b.User, orNull(b.Name),
			orNull(b.Description), b.Start, b.Finish, b.SizeBytes, b.CopyOnly, b.Checksum,
			false, // set only for a backup taken WITH CONTINUE_AFTER_ERROR from a damaged database
			b.Recovery,
		})
	}
	return r
}

func (q *query) backupMedia() relation {
	r := relation{columns: []tds.Column{
		column("media_set_id", tds.Int), column("family_sequence_number", tds.TinyInt),
		column("physical_device_name", tds.NVarChar(260)), column("device_type", tds.TinyInt),
	}}
	const disk = 2
	for _, b := range Backups(q.tx, q.instance.name) {
		r.rows = append(r.rows, []any{int64(b.ID), int64(1), b.Path, int64(disk)})
	}
	return r
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
