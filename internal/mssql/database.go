package mssql

import (
	"context"
	"database/sql"
)

// Database is one row of sys.databases with the size of its files.
type Database struct {
	Name string `json:"name"`
	// State is ONLINE, RESTORING, RECOVERING, RECOVERY_PENDING, SUSPECT, EMERGENCY or OFFLINE.
	State string `json:"state"`
	// RecoveryModel is SIMPLE, FULL or BULK_LOGGED.
	RecoveryModel string `json:"recovery_model"`
	ReadOnly      bool   `json:"read_only"`
	// SizeMB is the size of all files, DataMB that of the data files: the most a backup of a full database takes.
	SizeMB int64 `json:"size_mb"`
	DataMB int64 `json:"data_mb"`
}

// Online reports whether the database can be backed up and updated now.
func (d Database) Online() bool { return d.State == "ONLINE" }

const (
	databasesStatement = `SELECT database_id, name, state_desc, recovery_model_desc, is_read_only FROM sys.databases ORDER BY name`
	filesStatement     = `SELECT database_id, type, size FROM sys.master_files`

	pagesPerMB   = 128 // sys.master_files counts pages of 8 KB
	fileTypeData = 0
)

// Databases lists every database of the server that the login can see, system databases included, by name. Sizes are 0
// where the login may not see the files.
func (s *Server) Databases(ctx context.Context) ([]Database, error) {
	op := operation{span: "sql.databases", doing: "list its databases", harmless: true}
	var all []Database
	at := map[int64]int{}
	err := s.query(ctx, op, func(rows *sql.Rows) error {
		var id int64
		var d Database
		var state, model sql.NullString
		if err := rows.Scan(&id, &d.Name, &state, &model, &d.ReadOnly); err != nil {
			return err
		}
		d.State, d.RecoveryModel = state.String, model.String
		at[id] = len(all)
		all = append(all, d)
		return nil
	}, databasesStatement)
	if err != nil {
		return nil, err
	}
	pages, dataPages := make([]int64, len(all)), make([]int64, len(all))
	op.doing = "read the sizes of its databases"
	err = s.query(ctx, op, func(rows *sql.Rows) error {
		var id, kind, size int64
		if err := rows.Scan(&id, &kind, &size); err != nil {
			return err
		}
		if i, ok := at[id]; ok {
			pages[i] += size
			if kind == fileTypeData {
				dataPages[i] += size
			}
		}
		return nil
	}, filesStatement)
	for i := range all {
		all[i].SizeMB, all[i].DataMB = megabytes(pages[i]), megabytes(dataPages[i])
	}
	return all, err
}

// megabytes rounds up: a database is never of size 0.
func megabytes(pages int64) int64 { return (pages + pagesPerMB - 1) / pagesPerMB }
