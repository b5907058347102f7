package mssql

import (
	"context"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"
	"time"

	driver "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
)

// loginTimeout bounds a login under a context without a deadline: a server that accepts the connection and then says
// nothing would hold it for ever.
const loginTimeout = time.Minute

// errLost is the cause of a wait that ended because the connection broke.
var errLost = errors.New("the connection was lost")

// connector makes connections whose login obeys the context. The driver itself looks at the context only while it dials.
type connector struct {
	config msdsn.Config
}

// session is one connection with the wire under it, so that stream.go can learn that it broke.
type session struct {
	*driver.Conn
	wire *wire
}

// Connect dials and logs in. When ctx ends first the connection is closed under the driver, which ends the login.
func (c *connector) Connect(ctx context.Context) (sqldriver.Conn, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, loginTimeout, fmt.Errorf("no login within %s: %w", loginTimeout, context.DeadlineExceeded))
	defer cancel()
	d := &dialer{wantEncryption: c.config.Encryption != msdsn.EncryptionDisabled}
	d.net.KeepAlive = c.config.KeepAlive
	stop := context.AfterFunc(ctx, d.closeAll)

	dc := driver.NewConnectorConfig(c.config)
	dc.Dialer = d
	conn, err := dc.Connect(ctx)
	switch {
	case !stop(): // the context ended while the login ran; whatever came of it is of no use
		d.closeAll()
		return nil, d.refusedOr(context.Cause(ctx))
	case err != nil:
		d.closeAll()
		return nil, d.refusedOr(loginError(err))
	}
	own, ok := conn.(*driver.Conn)
	if !ok {
		return nil, fmt.Errorf("driver connection of type %T", conn)
	}
	return &session{Conn: own, wire: d.last()}, nil
}

// Driver is the driver below.
func (c *connector) Driver() sqldriver.Driver { return driver.NewConnectorConfig(c.config).Driver() }

// loginError recognises a server whose login answer cannot be read: the layout of TDS 7.1 differs from 7.2 on.
func loginError(err error) error {
	if _, ok := errors.AsType[driver.StreamError](err); ok {
		return &Error{Kind: KindTooOld, Message: err.Error(), Err: err,
			Advice: "the server speaks a protocol older than SQL Server 2005's, or is no SQL Server; check address and port"}
	}
	return err
}
