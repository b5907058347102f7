package tds_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/golang-sql/sqlexp"
	mssql "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/require"

	"farmhand/simulator/tds"
)

var dialects = map[string]uint32{"7.2": tds.TDS72, "7.3": tds.TDS73, "7.4": tds.TDS74}

func TestEveryTypeArrives(t *testing.T) {
	for name, version := range dialects {
		t.Run(name, func(t *testing.T) {
			_, address := start(t, tds.Options{MaxTDS: version}, newBackend())
			db := connect(t, address, "sa", "Pa$$wörd")
			var (
				tiny, small, i, big, size int64
				bit                       bool
				float                     float64
				when                      time.Time
				id                        mssql.UniqueIdentifier
				text, long                string
				bytes, blob               []byte
			)
			require.NoError(t, db.QueryRowContext(t.Context(), "types now").Scan(
				&tiny, &small, &i, &big, &bit, &float, &when, &id, &text, &long, &bytes, &blob, &size))
			require.Equal(t, []int64{200, -7, -70000, 1 << 40, -123456789012}, []int64{tiny, small, i, big, size})
			require.True(t, bit)
			require.InDelta(t, 2.5, float, 0)
			require.Equal(t, sample, when.UTC())
			require.Equal(t, "6F9619FF-8B86-D011-B42D-00C04FC964FF", id.String())
			require.Equal(t, "Grüße 𝄞", text)
			require.Equal(t, strings.Repeat("x", 9000), long)
			require.Equal(t, []byte{1, 2}, bytes)
			require.Empty(t, blob)
		})
	}
}

func TestEveryTypeMayBeNull(t *testing.T) {
	_, address := start(t, tds.Options{}, newBackend())
	rows, err := connect(t, address, "sa", "Pa$$wörd").QueryContext(t.Context(), "nulls now")
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	require.True(t, rows.Next())
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	require.NoError(t, rows.Scan(into...))
	for i, v := range values {
		require.Nil(t, v, columns[i])
	}
	require.NoError(t, rows.Err())
}

func TestManyRowsAndSeveralResultSets(t *testing.T) {
	for _, size := range []string{"512", "4096", "32767"} {
		t.Run(size, func(t *testing.T) {
			_, address := start(t, tds.Options{}, newBackend())
			db := connect(t, address, "sa", "Pa$$wörd", "packet size="+size)
			rows, err := db.QueryContext(t.Context(), "many now")
			require.NoError(t, err)
			count := 0
			for rows.Next() {
				var n int
				var text string
				require.NoError(t, rows.Scan(&n, &text))
				require.Equal(t, count, n)
				require.Len(t, text, 2*(n%50))
				count++
			}
			require.NoError(t, rows.Err())
			require.Equal(t, 5000, count)

			rows, err = db.QueryContext(t.Context(), "two now")
			require.NoError(t, err)
			defer rows.Close()
			for want := range 2 {
				var n int
				require.True(t, rows.Next())
				require.NoError(t, rows.Scan(&n))
				require.Equal(t, want, n)
				require.False(t, rows.Next())
				require.Equal(t, want == 0, rows.NextResultSet())
			}
		})
	}
}

func TestParametersArrive(t *testing.T) {
	when := time.Date(2026, 11, 21, 2, 0, 0, 500_000_000, time.UTC)
	for name, version := range dialects {
		t.Run(name, func(t *testing.T) {
			b := newBackend()
			_, address := start(t, tds.Options{MaxTDS: version}, b)
			_, err := connect(t, address, "sa", "Pa$$wörd").ExecContext(t.Context(), "nothing at all",
				7, int64(1)<<40, true, "Grüße", strings.Repeat("y", 9000), []byte{1, 2, 3}, nil, when, 1.5, sql.Named("path", `E:\Backup`))
			require.NoError(t, err)
			require.Equal(t, []tds.Param{
				{Name: "@p1", Value: int64(7)}, {Name: "@p2", Value: int64(1) << 40}, {Name: "@p3", Value: true},
				{Name: "@p4", Value: "Grüße"}, {Name: "@p5", Value: strings.Repeat("y", 9000)}, {Name: "@p6", Value: []byte{1, 2, 3}},
				{Name: "@p7"}, {Name: "@p8", Value: when}, {Name: "@p9", Value: 1.5}, {Name: "@path", Value: `E:\Backup`},
			}, b.params)
			require.Equal(t, []tds.Event{{Event: "rpc", User: "sa", Text: "nothing at all"}}, b.recorded("rpc"))
		})
	}
}

func TestProcedureCallBecomesExec(t *testing.T) {
	b := newBackend()
	_, address := start(t, tds.Options{}, b)
	_, err := connect(t, address, "sa", "Pa$$wörd").ExecContext(t.Context(), "master.dbo.xp_fileexist", `E:\x.bak`)
	require.NoError(t, err)
	require.Equal(t, "EXEC master.dbo.xp_fileexist @P1", b.recorded("rpc")[0].Text)
	require.Equal(t, []tds.Param{{Name: "@P1", Value: `E:\x.bak`}}, b.params)
}

func TestErrorsKeepNumberAndConnection(t *testing.T) {
	_, address := start(t, tds.Options{}, newBackend())
	db := connect(t, address, "sa", "Pa$$wörd")
	_, err := db.ExecContext(t.Context(), "nosuch now")
	var e mssql.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, mssql.Error{Number: 208, State: 1, Class: 16, Message: "Invalid object name 'nosuch now'.", ServerName: "SQL01", LineNo: 3, All: e.All}, e)

	_, err = db.ExecContext(t.Context(), "two-errors now")
	require.ErrorAs(t, err, &e)
	require.Len(t, e.All, 2)
	require.Equal(t, []int32{3201, 3013}, []int32{e.All[0].Number, e.All[1].Number})

	var user, database string
	require.NoError(t, db.QueryRowContext(t.Context(), "user now").Scan(&user, &database))
	require.Equal(t, []string{"sa", "master"}, []string{user, database})
}

func TestFatalErrorAndBadRowCloseTheConnection(t *testing.T) {
	_, address := start(t, tds.Options{}, newBackend())
	for _, batch := range []string{"fatal now", "bad now"} {
		db := connect(t, address, "sa", "Pa$$wörd")
		conn, err := db.Conn(t.Context())
		require.NoError(t, err)
		_, err = conn.ExecContext(t.Context(), batch)
		require.Error(t, err)
		_, err = conn.ExecContext(t.Context(), "nothing now")
		require.Error(t, err, "the connection still answers after %q", batch)
	}
}

func TestDatabaseChangesAndAResetUndoesThem(t *testing.T) {
	_, address := start(t, tds.Options{}, newBackend())
	db := connect(t, address, "sa", "Pa$$wörd", "database=PWA_Draft")
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	_, err = conn.ExecContext(t.Context(), "use PWA_Published")
	require.NoError(t, err)
	var user, database string
	require.NoError(t, conn.QueryRowContext(t.Context(), "user now").Scan(&user, &database))
	require.Equal(t, "PWA_Published", database)
	require.NoError(t, conn.Close())
	require.NoError(t, db.QueryRowContext(t.Context(), "user now").Scan(&user, &database))
	require.Equal(t, "PWA_Draft", database)
}

func TestMessagesArriveLive(t *testing.T) {
	b := newBackend()
	_, address := start(t, tds.Options{}, b)
	messages := &sqlexp.ReturnMessage{}
	rows, err := connect(t, address, "sa", "Pa$$wörd").QueryContext(t.Context(), "progress now", messages)
	require.NoError(t, err)
	defer rows.Close()
	var seen []string
	for more := true; more; {
		switch m := messages.Message(t.Context()).(type) {
		case sqlexp.MsgNotice:
			seen = append(seen, m.Message.String())
			b.release <- struct{}{} // only now may the next one be written
		case sqlexp.MsgNextResultSet:
			more = rows.NextResultSet()
		case sqlexp.MsgError:
			require.NoError(t, m.Error)
		}
	}
	require.Equal(t, []string{"10 percent processed.", "20 percent processed.", "30 percent processed."}, seen)
}

func TestCancelStopsTheBatchAndKeepsTheConnection(t *testing.T) {
	b := newBackend()
	_, address := start(t, tds.Options{}, b)
	conn, err := connect(t, address, "sa", "Pa$$wörd").Conn(t.Context())
	require.NoError(t, err)
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error, 1)
		go func() {
			_, err := conn.ExecContext(ctx, "wait now")
			result <- err
		}()
		select {
		case <-b.running:
		case err := <-result:
			require.NoError(t, err)
		}
		cancel()
		<-b.stopped
		require.ErrorIs(t, <-result, context.Canceled)
		_, err = conn.ExecContext(t.Context(), "nothing now")
		require.NoError(t, err)
	}
	require.Len(t, b.recorded("login"), 1)
}

func TestAttentionRightBehindItsBatchIsNotLost(t *testing.T) {
	b := newBackend()
	_, address := start(t, tds.Options{}, b)
	conn := dialRaw(t, address)
	conn.login(t, "sa", "Pa$$wörd")
	for range 50 {
		conn.batch(t, "wait now")
		conn.attention(t)
		<-b.running
		<-b.stopped
		reply := conn.reply(t)
		require.Equal(t, []byte{0xFD, 0x20, 0, 0, 0}, reply[:5], "DONE with the attention bit")
	}
	conn.attention(t)
	require.Equal(t, []byte{0xFD, 0x20}, conn.reply(t)[:2], "an idle server acknowledges too")
}

func TestCloseCancelsWhatRuns(t *testing.T) {
	b := newBackend()
	server, address := start(t, tds.Options{}, b)
	db := connect(t, address, "sa", "Pa$$wörd")
	result := make(chan error, 1)
	go func() {
		_, err := db.ExecContext(t.Context(), "wait now")
		result <- err
	}()
	<-b.running
	server.Close()
	<-b.stopped
	require.Error(t, <-result)
}

func TestClientThatLeavesStopsItsBatch(t *testing.T) {
	b := newBackend()
	_, address := start(t, tds.Options{}, b)
	conn := dialRaw(t, address)
	conn.login(t, "sa", "Pa$$wörd")
	conn.batch(t, "wait now")
	<-b.running
	require.NoError(t, conn.Close())
	<-b.stopped
}
