package mssql

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"fmt"

	"github.com/golang-sql/sqlexp"
	driver "github.com/microsoft/go-mssqldb"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// instrumentation names this package's own spans.
const instrumentation = "farmhand/internal/mssql"

// stream runs a statement that talks while it works, such as BACKUP, and calls notice for every message at the moment it
// arrives. There is no time limit but the context's: between two messages of a big backup minutes may pass. When the
// context ends the server is told to stop, and stream returns once it has (or five seconds later, if it does not answer).
func (s *Server) stream(ctx context.Context, op operation, statement string, notice func(number int32, text string)) error {
	spanCtx, span := otel.Tracer(instrumentation).Start(ctx, op.span,
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(s.attributes...), trace.WithAttributes(op.attributes()...))
	defer span.End()
	err := s.fail(ctx, op, s.follow(streamed(op.with(spanCtx)), statement, notice))
	if err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
	}
	return err
}

func (s *Server) follow(ctx context.Context, statement string, notice func(int32, string)) error {
	return s.onConnection(ctx, func(conn *sql.Conn) error { return followOn(ctx, conn, statement, notice) })
}

func followOn(ctx context.Context, conn *sql.Conn, statement string, notice func(int32, string)) error {
	lost, err := lostSignal(conn)
	if err != nil {
		return err
	}
	// The driver sends no message when the connection breaks before the first answer, and its queue would be waited on for
	// ever; so the wait also ends with the connection.
	waiting, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	finished := make(chan struct{})
	defer close(finished)
	go func() {
		select {
		case <-lost:
			cancel(errLost)
		case <-finished:
		}
	}()

	queue := &sqlexp.ReturnMessage{}
	rows, err := conn.QueryContext(ctx, statement, queue)
	if err != nil {
		return err
	}
	defer rows.Close()
	return follow(waiting, rows, queue, notice)
}

// emptyQueue is how often the queue is asked once the wait is over. Each time it picks at random between what is left and
// the end of the wait, so a message is missed once in 2^64 times.
const emptyQueue = 64

// follow reads messages until the statement is done and returns the errors among them as one, in the driver's own shape.
func follow(ctx context.Context, rows *sql.Rows, queue *sqlexp.ReturnMessage, notice func(int32, string)) error {
	var all []driver.Error
	keep := func(message sqlexp.RawMessage) error {
		switch m := message.(type) {
		case sqlexp.MsgNotice:
			if e, ok := m.Message.(driver.Error); ok {
				notice(e.Number, e.Message)
			}
		case sqlexp.MsgError:
			var e driver.Error
			if !errors.As(m.Error, &e) {
				return m.Error // the stream itself broke: nothing follows
			}
			all = append(all, e)
		}
		return nil
	}
	for {
		message := queue.Message(ctx)
		if ctx.Err() != nil {
			for range emptyQueue {
				_ = keep(message)
				message = queue.Message(ctx)
			}
			return errors.Join(context.Cause(ctx), joined(all))
		}
		if err := keep(message); err != nil {
			return errors.Join(err, joined(all))
		}
		switch message.(type) {
		case sqlexp.MsgNext:
			for rows.Next() { // no statement that is followed answers with rows, but the queue would stop at them
			}
		case sqlexp.MsgNextResultSet:
			if !rows.NextResultSet() {
				return errors.Join(joined(all), rows.Err())
			}
		}
	}
}

func joined(all []driver.Error) error {
	if len(all) == 0 {
		return nil
	}
	last := all[len(all)-1]
	last.All = all
	return last
}

// lostSignal returns the channel that is closed when the connection under conn breaks.
func lostSignal(conn *sql.Conn) (<-chan struct{}, error) {
	var lost <-chan struct{}
	err := conn.Raw(func(dc any) error {
		if wrapped, ok := dc.(interface{ Raw() sqldriver.Conn }); ok { // otelsql's
			dc = wrapped.Raw()
		}
		own, ok := dc.(*session)
		if !ok {
			return fmt.Errorf("unexpected connection type %T", dc)
		}
		lost = own.wire.lost
		return nil
	})
	return lost, err
}
