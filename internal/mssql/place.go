package mssql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
)

// placeResource names the lock of a place. DBAs see it in sys.dm_tran_locks, and whatever else wants to be counted may
// take it: every farmhand of a company shares these names, whatever its version, so they never change.
const placeResource = "farmhand-backup-%d"

// Statements of a place: an application lock of the session in master, which every login may use (public), asked for
// without waiting. It ends with the session, however that ends. SQL Server 2005 has it.
const (
	takePlace = `DECLARE @got int; EXEC @got = master.sys.sp_getapplock @Resource = N'%s', @LockMode = N'Exclusive', @LockOwner = N'Session', @LockTimeout = 0; SELECT @got AS got`
	givePlace = `EXEC master.sys.sp_releaseapplock @Resource = N'%s', @LockOwner = N'Session'`
)

// lockMisuse is the return code of sp_getapplock for a call it does not understand; others below zero are a lock that was
// not granted.
const lockMisuse = -999

// giveTime is how long giving a place back may take. After that the session is dropped, which gives it back, too.
const giveTime = 5 * time.Second

// Placed is a Server that holds one of the SQL Server's places for backups. Whatever it is asked runs on the one
// connection that holds the place: when that breaks the place is free, and nothing runs any more that needed it. It is
// for one goroutine at a time.
type Placed struct {
	*Server
	held *heldConnection
	lock string
}

// TakePlace takes one of the first so many places for backups on the SQL Server: at most that many hold one at a time,
// over all farms, rollouts and workers. It does not wait: false means that all are taken. Release gives the place back.
func (s *Server) TakePlace(ctx context.Context, places int) (*Placed, bool, error) {
	op := operation{span: "sql.take-place", doing: "take a place for backups"}
	conn, err := s.db.Conn(op.with(ctx))
	if err != nil {
		return nil, false, s.fail(ctx, op, err)
	}
	held := &heldConnection{conn: conn}
	for k := 1; k <= places; k++ {
		lock := fmt.Sprintf(placeResource, k)
		var got int
		err := held.lend(op.with(ctx), func(c *sql.Conn) error {
			return c.QueryRowContext(op.with(ctx), fmt.Sprintf(takePlace, lock)).Scan(&got)
		})
		if err == nil && got == lockMisuse {
			err = &Error{Kind: KindFailed, Message: fmt.Sprintf("sp_getapplock returned %d", got)}
		}
		if err != nil {
			held.drop()
			return nil, false, s.fail(ctx, op, err)
		}
		if got >= 0 {
			own := *s
			own.held = held
			return &Placed{&own, held, lock}, true, nil
		}
	}
	_ = conn.Close() // back to the pool: it holds nothing
	return nil, false, nil
}

// Release gives the place back. The Server that it was taken from stays open.
func (p *Placed) Release(ctx context.Context) {
	if p.held.lost != nil {
		return // gone with its session
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveTime)
	defer cancel()
	op := operation{span: "sql.give-place", doing: "give a place for backups back"}
	err := p.held.lend(op.with(ctx), func(c *sql.Conn) error {
		_, err := c.ExecContext(op.with(ctx), fmt.Sprintf(givePlace, p.lock))
		return err
	})
	if err != nil {
		p.held.drop()
		return
	}
	_ = p.held.conn.Close() // back to the pool
}

// heldConnection is a connection that is kept because its session holds something.
type heldConnection struct {
	conn *sql.Conn
	lost error // why it is gone
}

// lend gives the connection to fn. After an error of SQL Server itself it is as good as before; after any other nobody
// knows what state it is in, so it is thrown away.
func (h *heldConnection) lend(ctx context.Context, fn func(*sql.Conn) error) error {
	if h.lost != nil {
		return h.lost
	}
	err := fn(h.conn)
	var said mssql.Error
	if err != nil && (ctx.Err() != nil || !errors.As(err, &said)) {
		h.lost = fmt.Errorf("%w: %w", errLost, err)
		h.drop()
	}
	return err
}

// drop ends the session, and with it whatever it holds.
func (h *heldConnection) drop() {
	if h.lost == nil {
		h.lost = errLost
	}
	_ = h.conn.Raw(func(any) error { return driver.ErrBadConn })
	_ = h.conn.Close() // closed by that already
}
