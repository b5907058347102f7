package sqlserver_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/world"
)

// session is one connection of its own.
func (tw *twin) session(t *testing.T) *sql.Conn {
	t.Helper()
	c, err := tw.Conn(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// ask runs a batch that selects one number.
func ask(t *testing.T, c *sql.Conn, batch string, args ...any) (code int) {
	t.Helper()
	require.NoError(t, c.QueryRowContext(t.Context(), batch, args...).Scan(&code))
	return code
}

const (
	getLock  = `DECLARE @r int; EXEC @r = master.sys.sp_getapplock @Resource = N'x', @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0; SELECT @r`
	giveLock = `DECLARE @r int EXEC @r = master..sp_releaseapplock N'x', 'Session' SELECT @r`
)

func TestApplicationLocks(t *testing.T) {
	w := start(t, world.Options{}, state())
	a, b := w.session(t), w.session(t)
	require.Equal(t, 0, ask(t, a, getLock))
	require.Equal(t, -1, ask(t, b, getLock))
	require.Equal(t, 0, ask(t, a, getLock), "a session may hold it twice")
	require.Equal(t, 0, ask(t, a, giveLock))
	require.Equal(t, -1, ask(t, b, getLock), "and gives it back twice")
	require.Equal(t, 0, ask(t, a, giveLock))
	require.Equal(t, 0, ask(t, b, getLock))

	t.Run("the parameters of a procedure by name, and its return code", func(t *testing.T) {
		const other = `DECLARE @r int; EXEC @r = msdb.sys.sp_getapplock @LockOwner = 'Session', @LockTimeout = 0, @LockMode = @p1, @Resource = @p2; SELECT @r`
		require.Equal(t, 0, ask(t, a, other, "Exclusive", "x"), "a name belongs to its database")
		require.Equal(t, 0, ask(t, a, other, "Exclusive", "X"), "and is compared letter by letter")
		require.Equal(t, 0, ask(t, a, other, "Shared", "s"))
		require.Equal(t, 0, ask(t, b, other, "Shared", "s"))
		require.Equal(t, -1, ask(t, a, other, "Exclusive", "s"))
		require.Equal(t, -999, ask(t, a, other, "Odd", "s"))
	})
	t.Run("mistakes", func(t *testing.T) {
		for number, batch := range map[int32]string{
			1223: giveLock, 137: `EXEC @r = sp_getapplock 'x', 'Shared', 'Session'`, 3998: `EXEC sp_getapplock 'x', 'Shared'`,
			8145: `EXEC sp_getapplock @Nonsense = 1`, 8144: `EXEC sp_releaseapplock 'x', 'Session', 'public', 4`, 911: `EXEC Nowhere.sys.sp_getapplock 'x', 'Shared', 'Session'`,
		} {
			_, err := a.ExecContext(t.Context(), batch)
			require.Equal(t, []int32{number}, numbers(t, err), batch)
		}
	})
	t.Run("a session that ends gives back what it held, and wakes who waits", func(t *testing.T) {
		code := make(chan int, 1)
		go func() {
			var n int
			_ = a.QueryRowContext(context.WithoutCancel(t.Context()),
				`DECLARE @r int; EXEC @r = master.sys.sp_getapplock 'x', 'Exclusive', 'Session'; SELECT @r`).Scan(&n)
			code <- n
		}()
		c := w.session(t)
		for ask(t, c, `SELECT COUNT(*) FROM sys.dm_exec_requests WHERE status = 'suspended' AND command = 'EXECUTE'`) == 0 {
			require.NoError(t, t.Context().Err())
		}
		require.ErrorIs(t, b.Raw(func(any) error { return driver.ErrBadConn }), driver.ErrBadConn)
		require.Equal(t, 1, <-code)
		require.Zero(t, ask(t, c, `SELECT COUNT(*) FROM sys.dm_exec_requests WHERE status = 'suspended'`))
	})
	t.Run("waiting has an end", func(t *testing.T) {
		c, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var n int
		require.NoError(t, w.session(t).QueryRowContext(c, `DECLARE @r int; EXEC @r = master.sys.sp_getapplock 'x', 'Shared', 'Session', 1000; SELECT @r`).Scan(&n))
		require.Equal(t, -1, n)
	})
}
