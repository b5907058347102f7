package mssql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"

	"github.com/XSAM/otelsql"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"

	"farmhand/internal/secrets"
)

const (
	// maxConnections keeps a worker from crowding an old server.
	maxConnections = 4
	maxIdleTime    = time.Minute
)

// Server is one SQL Server of the rollout file.
type Server struct {
	name       string
	password   secrets.Value
	db         *sql.DB
	held       *heldConnection // of a Placed: everything runs on it
	attributes []attribute.KeyValue
}

// Open checks the options and prepares a Server; nothing is sent before the first call. Mistakes come as one *Error of
// KindConfig that lists them all.
func Open(o Options) (*Server, error) {
	s := &Server{name: o.Server.Name, password: o.Password}
	config, err := o.config()
	if err != nil {
		return nil, s.misuse(operation{doing: "read the settings"}, err)
	}
	s.attributes = []attribute.KeyValue{
		semconv.DBSystemNameMicrosoftSQLServer,
		semconv.ServerAddress(o.Server.Address), semconv.ServerPort(int(config.Port)),
		attribute.String("farmhand.sql_server", o.Server.Name),
	}
	s.db = otelsql.OpenDB(&connector{config: config}, tracing(s.attributes)...)
	s.db.SetMaxOpenConns(maxConnections)
	s.db.SetMaxIdleConns(1)
	s.db.SetConnMaxIdleTime(maxIdleTime)
	return s, nil
}

// Close closes every connection. Calls that run end with an error.
func (s *Server) Close() error { return s.db.Close() }

// query runs one statement and calls each for every row.
func (s *Server) query(ctx context.Context, op operation, each func(*sql.Rows) error, statement string, args ...any) error {
	return s.fail(ctx, op, s.rows(op.with(ctx), each, statement, args...))
}

func (s *Server) rows(ctx context.Context, each func(*sql.Rows) error, statement string, args ...any) error {
	return s.onConnection(ctx, func(conn *sql.Conn) error {
		rows, err := conn.QueryContext(ctx, statement, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := each(rows); err != nil {
				return unexpected(err)
			}
		}
		return rows.Err()
	})
}

// onConnection lends a connection to fn and throws it away when fn fails. The driver would give one back to the pool on
// which a frozen server never confirmed the end of a cancelled statement, and the next statement would wait on it for ever.
func (s *Server) onConnection(ctx context.Context, fn func(*sql.Conn) error) error {
	if s.held != nil {
		return s.held.lend(ctx, fn)
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // a connection thrown away below is closed already
	err = fn(conn)
	if err != nil {
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	return err
}

// unexpected marks an answer that this package cannot read, so that it is not taken for a broken connection and tried again.
func unexpected(err error) error {
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	return &Error{Kind: KindFailed, Message: "unexpected answer: " + err.Error(), Err: err}
}
