package sharepoint

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/simulator/sqlserver"
)

// SQLState is what one of the farm's SQL Servers holds before the update: the databases with their history
// of versions, the accounts of the rollout as sysadmin, and the folder for backups.
func SQLState(o Options, server farm.SQLServer) sqlserver.State {
	o = o.complete()
	twin := o.sqlServer(server.Name)
	state := sqlserver.State{
		ProductVersion: cmp.Or(twin.Version, "9.00.4060.00"), Edition: twin.Edition,
		Drives: []sqlserver.Drive{{Letter: "C", FreeMB: 20480}, {Letter: "E", FreeMB: 512000}},
	}
	if dir := server.Backup.Directory; dir != "" {
		state.Folders = append(state.Folders, dir)
		letter := strings.ToUpper(dir[:1])
		if len(dir) > 1 && dir[1] == ':' && letter != "C" && letter != "E" {
			state.Drives = append(state.Drives, sqlserver.Drive{Letter: letter, FreeMB: 512000})
		}
	}
	for _, a := range append(o.accounts(), o.Domain()+`\sp-farm`) {
		login := sqlserver.Login{Name: a}
		if twin.sysadmin(a) {
			login.ServerRoles = []string{"sysadmin"}
		}
		state.Logins = append(state.Logins, login)
	}
	if twin.FreeMB > 0 && server.Backup.Directory != "" {
		for i := range state.Drives {
			if strings.EqualFold(state.Drives[i].Letter, server.Backup.Directory[:1]) {
				state.Drives[i].FreeMB = twin.FreeMB
			}
		}
	}
	for _, d := range o.databases() {
		switch principal := o.mirrorOf(server.Name); {
		case strings.EqualFold(d.Instance, server.Name):
			db := o.database(d)
			o.earlier(&state, db)
			state.Databases = append(state.Databases, db)
		case strings.EqualFold(d.Instance, principal.Name) && o.twinDatabase(d.Name).Mirrored:
			state.Databases = append(state.Databases, o.mirrorSide(d, principal))
		}
	}
	return state
}

// sizes in megabytes, by class.
var sizes = map[string]int{typeConfiguration: 180, typeContent: 4096, typeShared: 900, typeSearch: 1500, typeProject: 1200}

func (o Options) database(d database) sqlserver.Database {
	size := sizes[d.Type]
	if i := slices.IndexFunc(o.Databases, func(t Database) bool { return strings.EqualFold(t.Name, d.Name) }); i >= 0 {
		size = cmp.Or(o.Databases[i].SizeMB, size)
	}
	db := sqlserver.Database{
		Name: d.Name, SizeMB: size, ProjectServer: d.Project, Versions: o.history(d), Directory: `E:\Data`,
		RecoveryModel: "SIMPLE",
	}
	if d.Type == typeConfiguration {
		db.Tables = []sqlserver.Table{o.objects(o.seededJobs())}
	}
	if o.twinDatabase(d.Name).Mirrored {
		db.Mirroring, db.RecoveryModel = o.principalSide(d), "FULL" // only a database in full recovery can be mirrored
	}
	if d.Type == typeProject {
		db.RecoveryModel = "FULL"
		db.Tables = o.queueTables(d)
	}
	return db
}

// twinDatabase returns what the twin file says of a database.
func (o Options) twinDatabase(name string) Database {
	if i := slices.IndexFunc(o.Databases, func(t Database) bool { return strings.EqualFold(t.Name, name) }); i >= 0 {
		return o.Databases[i]
	}
	return Database{Name: name}
}

// history is what setup and Service Pack 1 left in a Versions table.
func (o Options) history(d database) []sqlserver.VersionRow {
	rtm, baseline := farm.MustParseVersion("12.0.4518.1016"), o.Release.Baseline.Version
	user := o.Domain() + `\sp-setup`
	row := func(id, version string, at time.Time) sqlserver.VersionRow {
		return sqlserver.VersionRow{VersionID: id, Version: version, UserName: user, TimeStamp: at, Finalize: &at}
	}
	born, sp1 := time.Date(2007, 3, 5, 14, 20, 11, 0, time.UTC), time.Date(2007, 12, 20, 21, 30, 2, 0, time.UTC)
	rows := []sqlserver.VersionRow{row(coreVersion, d.spelled(rtm), born), row(coreVersion, d.spelled(baseline), sp1)}
	if later := o.level(); later.Compare(baseline) > 0 {
		rows = append(rows, row(coreVersion, d.spelled(later), time.Date(2008, 10, 4, 22, 5, 40, 0, time.UTC)))
	}
	if d.Project {
		return rows
	}
	const sequence = "6333368D-85F0-4EF5-8241-5252B12B2E50" // one of the components with a history of its own
	return append(rows, row(sequence, "3.0.1.0", born), row(sequence, "3.0.6.0", sp1))
}
