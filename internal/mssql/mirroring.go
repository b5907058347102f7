package mssql

import (
	"context"
	"database/sql"
	"strings"
)

// Mirror is one mirrored database as this server sees it (sys.database_mirroring, SQL Server 2005 SP1 and later).
type Mirror struct {
	Database string `json:"database"`
	// Role is PRINCIPAL or MIRROR; only the principal can be read and updated.
	Role string `json:"role"`
	// State is SYNCHRONIZED, SYNCHRONIZING, SUSPENDED, PENDING_FAILOVER or DISCONNECTED.
	State string `json:"state"`
	// Partner is the endpoint of the other side, such as TCP://SQL02.contoso.local:5022, Instance its server's name.
	Partner  string `json:"partner"`
	Instance string `json:"instance,omitempty"`
	// Witness is set where a third server may fail the database over by itself.
	Witness string `json:"witness,omitempty"`
}

// The words of sys.database_mirroring; they are not translated.
const (
	RolePrincipal  = "PRINCIPAL"
	StateSuspended = "SUSPENDED"
)

const mirrorsStatement = `SELECT d.name, m.mirroring_role_desc, m.mirroring_state_desc, m.mirroring_partner_name, m.mirroring_partner_instance, ` +
	`m.mirroring_witness_name FROM sys.database_mirroring AS m JOIN sys.databases AS d ON d.database_id = m.database_id ` +
	`WHERE m.mirroring_role_desc IS NOT NULL ORDER BY d.name`

// Mirrors lists the mirrored databases of the server, by name.
func (s *Server) Mirrors(ctx context.Context) ([]Mirror, error) {
	op := operation{span: "sql.mirrors", doing: "list its mirrored databases", harmless: true}
	var all []Mirror
	err := s.query(ctx, op, func(rows *sql.Rows) error {
		var m Mirror
		var role, state, partner, instance, witness sql.NullString
		if err := rows.Scan(&m.Database, &role, &state, &partner, &instance, &witness); err != nil {
			return err
		}
		m.Role, m.State, m.Partner = strings.ToUpper(role.String), strings.ToUpper(state.String), partner.String
		m.Instance, m.Witness = instance.String, witness.String
		all = append(all, m)
		return nil
	}, mirrorsStatement)
	return all, err
}

// SuspendMirroring pauses the mirroring of a database. What is written meanwhile waits in the principal's log, which
// cannot be truncated until ResumeMirroring.
func (s *Server) SuspendMirroring(ctx context.Context, database string) error {
	return s.setPartner(ctx, database, "SUSPEND", "pause the mirroring of "+database)
}

// ResumeMirroring lets a paused mirror catch up.
func (s *Server) ResumeMirroring(ctx context.Context, database string) error {
	return s.setPartner(ctx, database, "RESUME", "resume the mirroring of "+database)
}

func (s *Server) setPartner(ctx context.Context, database, what, doing string) error {
	op := operation{span: "sql.set-partner", doing: doing, database: database}
	name, err := QuoteName(database)
	if err != nil {
		return s.misuse(op, err)
	}
	return s.query(ctx, op, func(*sql.Rows) error { return nil }, "ALTER DATABASE "+name+" SET PARTNER "+what)
}
