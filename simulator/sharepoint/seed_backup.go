package sharepoint

import (
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/simulator/sqlserver"
)

// nightly is where a farm's database administrator keeps his own backups.
const nightly = `E:\Nightly`

// sqlServer returns what the twin file says of a SQL Server.
func (o Options) sqlServer(name string) SQLServer {
	for _, s := range o.SQLServers {
		if strings.EqualFold(s.Name, name) {
			return s
		}
	}
	return SQLServer{Name: name}
}

// earlier adds the administrator's own full backup of a database, where the twin file says that there is one.
func (o Options) earlier(state *sqlserver.State, db sqlserver.Database) {
	age := o.twinDatabase(db.Name).FullBackup
	if age <= 0 {
		return
	}
	taken := time.Now().UTC().Add(-age).Truncate(time.Second)
	state.Backups = append(state.Backups, sqlserver.BackupSet{
		Database: db.Name, Type: "D", Path: nightly + `\` + db.Name + ".bak", Start: taken, Finish: taken.Add(time.Minute),
		SizeBytes: int64(db.SizeMB) << 20, Checksum: true, Name: "nightly", User: `NT AUTHORITY\SYSTEM`, Recovery: db.RecoveryModel, Versions: db.Versions,
	})
}

// WithMirrors are the SQL Servers of a farm and those that hold their mirrors.
func WithMirrors(f farm.Farm) []farm.SQLServer {
	out := append([]farm.SQLServer(nil), f.SQLServers...)
	for _, q := range f.SQLServers {
		if m, ok := q.MirrorServer(); ok {
			out = append(out, m)
		}
	}
	return out
}

// mirrorOf is the SQL Server whose mirrors a server holds; none of that name is the zero one.
func (o Options) mirrorOf(name string) farm.SQLServer {
	for _, q := range o.Farm.SQLServers {
		if q.Mirror.Name != "" && strings.EqualFold(q.Mirror.Name, name) {
			return q
		}
	}
	return farm.SQLServer{}
}

// endpoint is the address of a server's mirroring endpoint.
func endpoint(server string) string {
	return "TCP://" + strings.ToLower(server) + ".contoso.local:5022"
}

// principalSide is the mirroring of a database as its own SQL Server sees it. Where the rollout names no mirror it is a
// server that the twin does not have.
func (o Options) principalSide(d database) *sqlserver.Mirroring {
	m := sqlserver.Mirroring{Address: endpoint("mirror"), Role: "PRINCIPAL", State: "SYNCHRONIZED", Safety: "FULL"}
	if q, ok := o.Farm.SQLServer(d.Instance); ok && q.Mirror.Name != "" {
		m.Partner, m.Address = q.Mirror.Name, endpoint(q.Mirror.Name)
	}
	return &m
}

// mirrorSide is the mirror of a database: it exists, and nobody can open it.
func (o Options) mirrorSide(d database, principal farm.SQLServer) sqlserver.Database {
	db := o.database(d)
	db.State = "RESTORING"
	db.Mirroring = &sqlserver.Mirroring{Partner: principal.Name, Address: endpoint(principal.Name), Role: "MIRROR", State: "SYNCHRONIZED", Safety: "FULL"}
	return db
}
