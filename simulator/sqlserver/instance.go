package sqlserver

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"farmhand/simulator/tds"
	"farmhand/simulator/world"
)

// Instance is one SQL Server. It is the Backend of a tds.Server and keeps nothing across its own end but what is in the
// world: a backup that runs when the simulator dies never happened.
type Instance struct {
	name     string
	version  string
	edition  string
	world    *world.World
	accounts func(domain, user string) (password string, ok bool)

	mu      sync.Mutex
	running map[string]*operation // by lower-case database
	stop    func()                // ends the service's connections; set by Serve
	locks   applicationLocks
}

var _ tds.Backend = (*Instance)(nil)

// operation is a request under way that takes its time, a BACKUP or one that waits for a lock, as sys.dm_exec_requests shows it.
type operation struct {
	session int
	command string
	percent float64
	start   time.Time
}

// New makes the instance whose state Seed has put into w. name is the server's name in the rollout file, and what
// @@SERVERNAME says. accounts knows passwords: of Windows accounts, and of SQL logins under an empty domain.
func New(name string, w *world.World, accounts func(domain, user string) (password string, ok bool)) *Instance {
	i := &Instance{name: name, world: w, accounts: accounts, running: map[string]*operation{}}
	w.View(func(tx *world.Tx) {
		var s settings
		tx.Get(settingsKey(name), &s)
		i.version, i.edition = s.ProductVersion, cmp.Or(s.Edition, "Enterprise Edition (64-bit)")
	})
	return i
}

// Version is the product version the instance was seeded with, for tds.Options.
func (i *Instance) Version() string { return i.version }

// Password implements tds.Backend.
func (i *Instance) Password(domain, user string) (string, bool) { return i.accounts(domain, user) }

// Open implements tds.Backend: the user needs a login of the instance (18456) and access to the database (4060).
func (i *Instance) Open(s *tds.Session) error {
	login, ok := i.login(s.User)
	if !ok {
		return tds.LoginFailed(s.User)
	}
	if s.Database == "" {
		s.Database = "master"
	}
	d, err := i.usable(login, s.Database)
	if err != nil {
		return tds.CannotOpenDatabase(s.Database)
	}
	s.Database = d.Name
	return nil
}

// Record implements tds.Backend.
func (i *Instance) Record(e tds.Event) {
	i.world.Record(world.Event{Host: i.name, Protocol: world.ProtocolTDS, Event: e.Event, User: e.User, Text: e.Text})
}

func (i *Instance) login(user string) (l Login, ok bool) {
	i.world.View(func(tx *world.Tx) { ok = tx.Get(loginKey(i.name, user), &l) })
	return l, ok
}

// usable finds a database the login may use now: 911, 916, or 942 when it is not online.
func (i *Instance) usable(login Login, name string) (d Database, err error) {
	found := false
	i.world.View(func(tx *world.Tx) { d, found = FindDatabase(tx, i.name, name) })
	switch {
	case !found:
		return d, i.errDatabase(name)
	case d.mirror():
		return d, errMirror(d.Name)
	case d.State != "ONLINE":
		return d, sqlError(942, 14, 4, "Database '%s' cannot be opened because it is %s.", d.Name, strings.ToLower(d.State))
	case !login.mayUse(d.Name):
		return d, errDatabaseAccess(login.Name, d.Name)
	}
	return d, nil
}

// Execute implements tds.Backend: the whole batch is parsed first, then its statements run in order until one fails.
func (i *Instance) Execute(ctx context.Context, s *tds.Session, batch string, params []tds.Param, w *tds.Writer) error {
	statements, err := parseBatch(batch)
	if err != nil {
		return err
	}
	login, ok := i.login(s.User)
	if !ok {
		return tds.LoginFailed(s.User)
	}
	values := map[string]any{}
	for _, p := range params {
		values[strings.ToLower(p.Name)] = p.Value
	}
	r := &run{instance: i, session: s, login: login, params: values, w: w}
	for _, st := range statements {
		if err := r.statement(ctx, st); err != nil {
			return err
		}
		if err := errors.Join(ctx.Err(), w.Err()); err != nil {
			return err
		}
	}
	return nil
}

// run is the execution of one batch.
type run struct {
	instance *Instance
	session  *tds.Session
	login    Login
	params   map[string]any
	w        *tds.Writer
}

func (r *run) statement(ctx context.Context, st statement) error {
	switch x := st.(type) {
	case selectStatement:
		return r.selectRows(x)
	case useStatement:
		d, err := r.instance.usable(r.login, x.database)
		if err != nil {
			return err
		}
		r.w.UseDatabase(d.Name)
	case printStatement:
		v, err := r.value(x.value)
		if err != nil {
			return err
		}
		r.w.Info(0, 0, textOf(v))
	case declareStatement:
		for _, name := range x.names {
			r.params[strings.ToLower(name)] = nil
		}
		return nil
	case execStatement:
		return r.exec(ctx, x)
	case backupStatement:
		return r.backup(ctx, x)
	case restoreStatement:
		return r.restore(ctx, x)
	case alterStatement:
		return r.alter(ctx, x)
	}
	r.w.DoneQuiet()
	return nil
}

// query evaluates under a view of the world.
func (r *run) query(fn func(*query) error) (err error) {
	r.instance.world.View(func(tx *world.Tx) {
		err = fn(&query{
			instance: r.instance, tx: tx, session: r.session, login: r.login, params: r.params, now: time.Now().UTC(),
		})
	})
	return err
}

// value evaluates an expression that refers to no table.
func (r *run) value(e expression) (v any, err error) {
	err = r.query(func(q *query) error {
		v, err = q.eval(e, row{})
		return err
	})
	return v, err
}

// text is value for what must be text: a path or a name.
func (r *run) text(e expression) (string, error) {
	if e == nil {
		return "", nil
	}
	v, err := r.value(e)
	return textOf(v), err
}

// operations lists what runs, in the order of sessions.
func (i *Instance) operations() []operation {
	i.mu.Lock()
	defer i.mu.Unlock()
	var out []operation
	for _, o := range i.running {
		out = append(out, *o)
	}
	out = slices.AppendSeq(out, maps.Values(i.locks.waiting))
	slices.SortFunc(out, func(a, b operation) int { return a.session - b.session })
	return out
}
