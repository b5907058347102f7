package sqlserver

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"farmhand/simulator/tds"
	"farmhand/simulator/world"
)

// Mirroring is one side of a mirrored database (SQL Server 2005 SP1 and later). The database is the same document on both
// instances; only the principal's has content that counts.
type Mirroring struct {
	// Partner is the other instance of this world; empty where the twin does not simulate it.
	Partner string
	// Address is the partner's endpoint, such as TCP://SQL02.contoso.local:5022.
	Address string
	Role    string // PRINCIPAL, MIRROR
	State   string // SYNCHRONIZED, SYNCHRONIZING, SUSPENDED, DISCONNECTED
	Safety  string // FULL, OFF
}

// mirror reports whether this instance's side cannot be opened because the other side is the principal.
func (d Database) mirror() bool { return d.Mirroring != nil && d.Mirroring.Role == "MIRROR" }

func errMirror(name string) *tds.Error {
	return sqlError(954, 14, 1, "The database \"%s\" cannot be opened. It is acting as a mirror database.", name)
}

func errNotMirrored(name string) *tds.Error {
	return sqlError(1416, 16, 1, "Database \"%s\" is not configured for database mirroring.", name)
}

// alter runs the forms of ALTER DATABASE that an update and its back-out need: SET PARTNER and the user access.
func (r *run) alter(_ context.Context, s alterStatement) error {
	err := r.alterDatabase(s)
	if e, ok := err.(*tds.Error); ok { //nolint:errorlint // made here, never wrapped
		e.Line = s.line
		r.w.Error(e)
		return at(sqlError(5069, 16, 1, "ALTER DATABASE statement failed."), s.line)
	}
	if err == nil {
		r.w.DoneQuiet()
	}
	return err
}

func (r *run) alterDatabase(s alterStatement) error {
	if !r.login.sysadmin() {
		return sqlError(5011, 14, 5, "User does not have permission to alter database '%s' or the database does not exist.", s.database)
	}
	name := r.instance.name
	return r.instance.world.Update(func(tx *world.Tx) error {
		d, ok := FindDatabase(tx, name, s.database)
		if !ok {
			return sqlError(5011, 14, 5, "User does not have permission to alter database '%s' or the database does not exist.", s.database)
		}
		partner, about := strings.CutPrefix(s.option, "PARTNER ")
		switch {
		case !about: // who may connect: nobody stays connected to a database of the twin for long
			if d.mirror() {
				return errMirror(d.Name)
			}
			return nil
		case d.Mirroring == nil:
			return errNotMirrored(d.Name)
		case partner == "FAILOVER":
			return failover(tx, name, d)
		}
		change := func(m *Mirroring) {
			switch partner {
			case "SUSPEND":
				m.State = "SUSPENDED"
			case "RESUME":
				m.State = "SYNCHRONIZED"
			}
		}
		both(tx, name, d, func(d *Database) {
			if partner == "OFF" {
				d.Mirroring = nil
				return
			}
			change(d.Mirroring)
		})
		return nil
	})
}

// both changes the two sides of a mirrored database.
func both(tx *world.Tx, instance string, d Database, change func(*Database)) {
	partner := d.Mirroring.Partner
	change(&d)
	PutDatabase(tx, instance, d)
	if other, ok := FindDatabase(tx, partner, d.Name); partner != "" && ok && other.Mirroring != nil {
		change(&other)
		PutDatabase(tx, partner, other)
	}
}

// failover makes the mirror the principal: it has all that the old principal had, which can no longer be opened.
func failover(tx *world.Tx, instance string, d Database) error {
	other, ok := FindDatabase(tx, d.Mirroring.Partner, d.Name)
	switch {
	case d.mirror():
		return sqlError(1470, 16, 1, "The alter database for this partner config values may only be initiated on the current principal server for database \"%s\".", d.Name)
	case !ok || d.Mirroring.State != "SYNCHRONIZED":
		return sqlError(1422, 16, 1, "The mirror server instance is not caught up to the recent changes to database \"%s\". Unable to fail over.", d.Name)
	}
	taken := d
	taken.ID, taken.Directory = other.ID, other.Directory
	taken.Mirroring = &Mirroring{Partner: instance, Address: other.Mirroring.Address, Role: "PRINCIPAL", State: d.Mirroring.State, Safety: d.Mirroring.Safety}
	PutDatabase(tx, d.Mirroring.Partner, taken)
	left := *d.Mirroring
	left.Role = "MIRROR"
	d.State, d.Mirroring = "RESTORING", &left
	PutDatabase(tx, instance, d)
	return nil
}

// errStopped ends a connection without a word.
var errStopped = errors.New("sqlserver: the service has stopped")

// failOver makes the mirror the principal while a backup runs: the backup dies with its connection, as all of the
// database's connections do.
func (j *backupJob) failOver() error {
	name := j.instance.name
	err := j.instance.world.Update(func(tx *world.Tx) error {
		d, ok := FindDatabase(tx, name, j.database.Name)
		if !ok || d.Mirroring == nil {
			return errNotMirrored(j.database.Name)
		}
		return failover(tx, name, d)
	})
	return cmp.Or(err, errStopped)
}

// sysMirroring has one row for each database; all but its id is NULL where it is not mirrored.
func (q *query) sysMirroring(Database) relation {
	r := relation{columns: []tds.Column{
		column("database_id", tds.Int), column("mirroring_state_desc", tds.NVarChar(60)), column("mirroring_role_desc", tds.NVarChar(60)),
		column("mirroring_safety_level_desc", tds.NVarChar(60)), column("mirroring_partner_name", tds.NVarChar(128)),
		column("mirroring_partner_instance", tds.NVarChar(128)), column("mirroring_witness_name", tds.NVarChar(128)),
	}}
	for _, d := range Databases(q.tx, q.instance.name) {
		row := []any{int64(d.ID), nil, nil, nil, nil, nil, nil}
		if m := d.Mirroring; m != nil {
			row = []any{int64(d.ID), m.State, m.Role, m.Safety, m.Address, orNull(m.Partner), ""}
		}
		r.rows = append(r.rows, row)
	}
	return r
}

// alter parses ALTER DATABASE name SET option [WITH ROLLBACK IMMEDIATE].
func (p *parser) alter(line int32) statement {
	p.expect("DATABASE")
	s := alterStatement{database: p.identifier(), line: line}
	p.expect("SET")
	switch t := p.next(); {
	case t.is("PARTNER"):
		for _, what := range []string{"SUSPEND", "RESUME", "OFF", "FAILOVER"} {
			if p.accept(what) {
				s.option = "PARTNER " + what
			}
		}
	case t.is("SINGLE_USER"), t.is("MULTI_USER"), t.is("RESTRICTED_USER"):
		s.option = strings.ToUpper(t.text)
		if p.accept("WITH") {
			p.expect("ROLLBACK")
			p.expect("IMMEDIATE")
		}
	}
	if s.option == "" || !p.atStatementEnd() {
		p.fail(p.peek())
	}
	return s
}
