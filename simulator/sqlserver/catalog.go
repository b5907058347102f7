package sqlserver

import (
	"strings"

	"farmhand/simulator/tds"
)

// table resolves a name of one to four parts: system views anywhere, the others in the database named or the current one.
func (q *query) table(name []string) (relation, error) {
	missing := errObject(dotted(name))
	if len(name) == 4 { // a linked server: there is none but the instance itself
		if !strings.EqualFold(name[0], q.instance.name) {
			return relation{}, sqlError(7202, 11, 2, "Could not find server '%s' in sysservers.", name[0])
		}
		name = name[1:]
	}
	object := name[len(name)-1]
	schema, database := "dbo", q.session.Database
	if len(name) > 1 && name[len(name)-2] != "" {
		schema = name[len(name)-2]
	}
	if len(name) == 3 && name[0] != "" {
		database = name[0]
	}
	d, ok := FindDatabase(q.tx, q.instance.name, database)
	if !ok {
		return relation{}, missing
	}
	if !q.login.mayUse(d.Name) {
		return relation{}, errDatabaseAccess(q.login.Name, d.Name)
	}
	view := strings.ToLower(schema + "." + object)
	if strings.EqualFold(d.Name, "msdb") {
		if rows, ok := historyViews[view]; ok {
			return rows(q), nil
		}
	}
	if rows, ok := systemViews[view]; ok {
		return rows(q, d), nil
	}
	if strings.EqualFold(schema, "dbo") {
		for _, t := range userTables(d) {
			if strings.EqualFold(t.Name, object) {
				return t.relation(), nil
			}
		}
	}
	return relation{}, missing
}

// systemViews are the catalog views, by schema and name.
var systemViews = map[string]func(*query, Database) relation{
	"sys.databases":              (*query).sysDatabases,
	"sys.master_files":           (*query).sysMasterFiles,
	"sys.tables":                 (*query).sysTables,
	"sys.database_mirroring":     (*query).sysMirroring,
	"sys.dm_exec_requests":       (*query).sysRequests,
	"information_schema.tables":  (*query).schemaTables,
	"information_schema.columns": (*query).schemaColumns,
}

var recoveryModels = map[string]int64{"FULL": 1, "BULK_LOGGED": 2, "SIMPLE": 3}

var databaseStates = map[string]int64{
	"ONLINE": 0, "RESTORING": 1, "RECOVERING": 2, "RECOVERY_PENDING": 3, "SUSPECT": 4, "EMERGENCY": 5, "OFFLINE": 6,
}

func (q *query) sysDatabases(Database) relation {
	r := relation{columns: []tds.Column{
		column("name", sysname), column("database_id", tds.Int), column("compatibility_level", tds.TinyInt), column("collation_name", sysname),
		column("is_read_only", tds.Bit), column("state", tds.TinyInt), column("state_desc", tds.NVarChar(60)),
		column("recovery_model", tds.TinyInt), column("recovery_model_desc", tds.NVarChar(60)),
	}}
	for _, d := range Databases(q.tx, q.instance.name) {
		r.rows = append(r.rows, []any{
			d.Name, int64(d.ID), int64(d.Compatibility), "SQL_Latin1_General_CP1_CI_AS", d.ReadOnly,
			databaseStates[d.State], d.State, recoveryModels[d.RecoveryModel], d.RecoveryModel,
		})
	}
	return r
}

// pagesPerMB: a page of SQL Server is 8 KB.
const pagesPerMB = 128

func (q *query) sysMasterFiles(Database) relation {
	r := relation{columns: []tds.Column{
		column("database_id", tds.Int), column("file_id", tds.Int), column("type", tds.TinyInt), column("type_desc", tds.NVarChar(60)),
		column("name", sysname), column("physical_name", tds.NVarChar(260)), column("state_desc", tds.NVarChar(60)), column("size", tds.Int),
		column("differential_base_guid", tds.UniqueIdentifier),
	}}
	for _, d := range Databases(q.tx, q.instance.name) {
		r.rows = append(r.rows,
			[]any{int64(d.ID), int64(1), int64(0), "ROWS", d.Name, d.Directory + `\` + d.Name + ".mdf", d.State, int64(d.SizeMB * pagesPerMB), orNull(d.DifferentialBase)},
			[]any{int64(d.ID), int64(2), int64(1), "LOG", d.Name + "_log", d.Directory + `\` + d.Name + "_log.ldf", d.State, int64(d.LogMB * pagesPerMB), nil})
	}
	return r
}

func (q *query) sysTables(d Database) relation {
	r := relation{columns: []tds.Column{column("name", sysname), column("object_id", tds.Int), column("type_desc", tds.NVarChar(60))}}
	for i, t := range userTables(d) {
		r.rows = append(r.rows, []any{t.Name, int64(i + 2073058421), "USER_TABLE"}) // object ids of user tables are large
	}
	return r
}

// sysRequests shows the backups that run, who waits for a lock, and the query itself.
func (q *query) sysRequests(Database) relation {
	r := relation{columns: []tds.Column{
		column("session_id", tds.SmallInt), column("start_time", tds.DateTime), column("status", tds.NVarChar(30)),
		column("command", tds.NVarChar(16)), column("percent_complete", tds.Float),
	}}
	for _, o := range q.instance.operations() {
		r.rows = append(r.rows, []any{int64(o.session), o.start, "suspended", o.command, o.percent})
	}
	r.rows = append(r.rows, []any{int64(q.session.ID), q.now, "running", "SELECT", 0.0})
	return r
}

func (q *query) schemaTables(d Database) relation {
	r := relation{columns: []tds.Column{
		column("TABLE_CATALOG", sysname), column("TABLE_SCHEMA", sysname), column("TABLE_NAME", sysname), column("TABLE_TYPE", tds.NVarChar(10)),
	}}
	for _, t := range userTables(d) {
		r.rows = append(r.rows, []any{d.Name, "dbo", t.Name, "BASE TABLE"})
	}
	return r
}

func (q *query) schemaColumns(d Database) relation {
	r := relation{columns: []tds.Column{
		column("TABLE_CATALOG", sysname), column("TABLE_SCHEMA", sysname), column("TABLE_NAME", sysname), column("COLUMN_NAME", sysname),
		column("ORDINAL_POSITION", tds.Int), column("IS_NULLABLE", tds.NVarChar(3)), column("DATA_TYPE", sysname),
		column("CHARACTER_MAXIMUM_LENGTH", tds.Int),
	}}
	for _, t := range userTables(d) {
		for i, c := range t.Columns {
			var length any
			if n := c.length(); n > 0 {
				length = int64(n)
			}
			r.rows = append(r.rows, []any{d.Name, "dbo", t.Name, c.Name, int64(i + 1), "YES", c.word(), length})
		}
	}
	return r
}
