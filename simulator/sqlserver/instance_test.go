package sqlserver_test

import (
	"database/sql"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	_ "github.com/microsoft/go-mssqldb"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/require"

	"farmhand/simulator/sqlserver"
	"farmhand/simulator/tds"
	"farmhand/simulator/world"
)

const (
	core     = "00000000-0000-0000-0000-000000000000"
	other    = "6F9619FF-8B86-D011-B42D-00C04FC964FF"
	setup    = `CONTOSO\sp-setup`
	password = "Gehäim 1"
)

var installed = time.Date(2008, 1, 10, 20, 30, 0, 0, time.UTC)

func state() sqlserver.State {
	rows := []sqlserver.VersionRow{
		{VersionID: core, Version: "12.0.0.6219", UserName: setup, TimeStamp: installed, Finalize: &installed},
		{VersionID: other, Version: "12.0.0.6219", UserName: setup, TimeStamp: installed.Add(time.Minute)},
	}
	project := []sqlserver.VersionRow{{VersionID: core, Version: "12.0.6219.1000", UserName: setup, TimeStamp: installed}}
	return sqlserver.State{
		ProductVersion: "9.00.4060.00",
		Databases: []sqlserver.Database{
			{Name: "SharePoint_Config", SizeMB: 200, Versions: rows},
			{Name: "PWA_Draft", SizeMB: 800, Versions: project, ProjectServer: true, RecoveryModel: "simple", Tables: []sqlserver.Table{{
				Name:    "MSP_QUEUE_PROJECT_GROUP_FULL_VIEW",
				Columns: []sqlserver.TableColumn{{"GRP_QUEUE_ID", "uniqueidentifier"}, {"GRP_QUEUE_STATE", "int"}, {"CREATED_DATE", "datetime"}, {"PERCENT", "float"}, {"DONE", "bit"}},
				Rows:    [][]any{{other, 1, installed, 12.5, true}, {core, 4, installed.Add(time.Hour), 100.0, nil}},
			}}},
			{Name: "Odd]Name", SizeMB: 10},
			{Name: "Broken", SizeMB: 10, State: "SUSPECT"},
		},
		Logins: []sqlserver.Login{
			{Name: setup, ServerRoles: []string{"sysadmin"}},
			{Name: "reader", Databases: []string{"PWA_Draft"}},
		},
		Drives:  []sqlserver.Drive{{Letter: "C", FreeMB: 5000}, {Letter: "E", FreeMB: 2000}},
		Folders: []string{`E:\Backup`},
	}
}

// twin is one instance on the network, in a world of its own.
type twin struct {
	*sql.DB
	world    *world.World
	instance *sqlserver.Instance
	server   *tds.Server
	address  string
}

func start(t *testing.T, o world.Options, s sqlserver.State) *twin {
	t.Helper()
	if o.Pace == 0 {
		o.Pace = 1000
	}
	w, fresh, err := world.Open(o)
	require.NoError(t, err)
	if fresh {
		require.NoError(t, w.Update(func(tx *world.Tx) error { sqlserver.Seed(tx, "SQL01", s); return nil }))
	}
	instance := sqlserver.New("SQL01", w, func(domain, user string) (string, bool) {
		return password, strings.EqualFold(domain, "CONTOSO") || domain == "" && user == "reader"
	})
	server := tds.New(tds.Options{Computer: "SQL01", Domain: "CONTOSO", ProductVersion: instance.Version(), Fault: instance.Fault}, instance)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	tw := &twin{world: w, instance: instance, server: server, address: l.Addr().String()}
	tw.DB = tw.connect(t, setup, "")
	t.Cleanup(func() {
		server.Close()
		require.NoError(t, <-served)
		require.NoError(t, w.Close())
	})
	return tw
}

func (tw *twin) connect(t *testing.T, user, database string) *sql.DB {
	t.Helper()
	query := url.Values{"encrypt": {"disable"}, "disableretry": {"true"}, "database": {database}}
	u := url.URL{Scheme: "sqlserver", User: url.UserPassword(user, password), Host: tw.address, RawQuery: query.Encode()}
	db, err := sql.Open("sqlserver", u.String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// rows runs a query and gives the column names and what the driver makes of the values.
func rows(t *testing.T, db interface {
	Query(string, ...any) (*sql.Rows, error)
}, query string, args ...any) ([]string, [][]any) {
	t.Helper()
	r, err := db.Query(query, args...)
	require.NoError(t, err, query)
	defer r.Close()
	columns, err := r.Columns()
	require.NoError(t, err)
	var out [][]any
	for r.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		require.NoError(t, r.Scan(into...))
		for i, v := range values {
			if b, ok := v.([]byte); ok && len(b) == 16 {
				var id mssql.UniqueIdentifier
				require.NoError(t, id.Scan(b))
				values[i] = id.String()
			} else if ok {
				values[i] = string(b)
			}
		}
		out = append(out, values)
	}
	require.NoError(t, r.Err(), query)
	return columns, out
}

// number is the error a statement ends with; several come as all of them.
func numbers(t *testing.T, err error) []int32 {
	t.Helper()
	var out []int32
	if joined, ok := err.(interface{ Unwrap() []error }); ok { // one by one, as the loop over messages gets them
		for _, one := range joined.Unwrap() {
			out = append(out, numbers(t, one)[0])
		}
		return out
	}
	var e mssql.Error
	require.ErrorAs(t, err, &e)
	if len(e.All) == 0 {
		return []int32{e.Number}
	}
	for _, one := range e.All {
		out = append(out, one.Number)
	}
	return out
}

func TestLoginsAndDatabases(t *testing.T) {
	tw := start(t, world.Options{}, state())
	require.NoError(t, tw.connect(t, "reader", "PWA_Draft").Ping())
	for _, c := range []struct {
		user, database string
		numbers        []int32
	}{
		{"reader", "SharePoint_Config", []int32{4060, 18456}},
		{"reader", "Missing", []int32{4060, 18456}},
		{setup, "Broken", []int32{4060, 18456}},
		{`CONTOSO\stranger`, "", []int32{18456}},
	} {
		require.Equal(t, c.numbers, numbers(t, tw.connect(t, c.user, c.database).Ping()), "%s to %s", c.user, c.database)
	}
}

func TestEveryStatementIsInTheJournalBeforeItsReply(t *testing.T) {
	tw := start(t, world.Options{}, state())
	_, _ = rows(t, tw, "select * from PWA_Draft.dbo.Versions where Version = @v", sql.Named("v", "12.0.6219.1000"))
	_, err := tw.Exec("this is no SQL")
	require.Error(t, err)
	events, _ := tw.world.Events(0)
	var got []string
	for _, e := range events {
		require.Equal(t, "SQL01", e.Host)
		require.Equal(t, world.ProtocolTDS, e.Protocol)
		require.Equal(t, setup, e.User)
		require.NotContains(t, e.Text, password)
		got = append(got, e.Event)
	}
	require.Equal(t, []string{"login", "rpc", "batch"}, got)
	require.Equal(t, "select * from PWA_Draft.dbo.Versions where Version = @v", events[1].Text)
	require.Equal(t, "this is no SQL", events[2].Text)
}

func TestVersionsAddedByAnUpgradeAreSeen(t *testing.T) {
	tw := start(t, world.Options{}, state())
	require.NoError(t, tw.world.Update(func(tx *world.Tx) error {
		sqlserver.AddVersion(tx, "SQL01", "pwa_draft", sqlserver.VersionRow{VersionID: core, Version: "12.0.6318.5000", UserName: setup, TimeStamp: installed})
		sqlserver.AddVersion(tx, "SQL01", "nowhere", sqlserver.VersionRow{})
		sqlserver.PutDatabase(tx, "SQL01", sqlserver.Database{Name: "New"})
		return nil
	}))
	_, got := rows(t, tw, "SELECT Version, Id FROM [PWA_Draft]..[versions] ORDER BY Id DESC")
	require.Equal(t, [][]any{{"12.0.6318.5000", int64(2)}, {"12.0.6219.1000", int64(1)}}, got)
	_, got = rows(t, tw, "SELECT database_id, state_desc, recovery_model_desc, compatibility_level FROM sys.databases WHERE name = 'new'")
	require.Equal(t, [][]any{{int64(9), "ONLINE", "FULL", int64(90)}}, got)
}

func TestNamedFaultsStrikeConnections(t *testing.T) {
	tw := start(t, world.Options{Faults: []world.Fault{
		{Host: "SQL01", Step: "sql batch", Kind: "fail", Code: 1205, Text: "Transaction was deadlocked."},
		{Host: "SQL01", Step: "sql batch", Kind: "reset"},
	}}, state())
	_, err := tw.Exec("SELECT 1")
	require.Equal(t, []int32{1205}, numbers(t, err))
	_, err = tw.Exec("SELECT 1")
	require.Error(t, err)
	_, got := rows(t, tw, "SELECT 1")
	require.Equal(t, [][]any{{int64(1)}}, got)
}
