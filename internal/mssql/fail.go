package mssql

import (
	"context"
	"errors"
	"fmt"
	"strings"

	driver "github.com/microsoft/go-mssqldb"

	"farmhand/internal/secrets"
)

// fail turns any error of a call into an *Error. The order counts: what prelogin.go found out comes before what the driver
// made of it, and the end of the context before the noise that it causes.
func (s *Server) fail(ctx context.Context, op operation, err error) error {
	if err == nil {
		return nil
	}
	e := &Error{Server: s.name, Doing: op.doing, Message: err.Error(), Err: err}
	var own *Error
	var sqlError driver.Error
	switch {
	case errors.As(err, &own):
		e.Kind, e.Number, e.Message, e.Advice, e.Err = own.Kind, own.Number, own.Message, own.Advice, own.Err
	case errors.Is(ctx.Err(), context.Canceled):
		e.Kind, e.Message, e.Err = KindCancelled, "cancelled", context.Cause(ctx)
	case ctx.Err() != nil:
		e.Kind, e.Message, e.Err = KindUnreachable, "no answer in time", context.Cause(ctx)
		e.Advice = "check that the server answers; the limit was the caller's"
	case errors.As(err, &sqlError):
		cause := root(sqlError)
		v := judge(cause, op.otherwise())
		e.Kind, e.Advice, e.Number, e.Message = v.kind, v.advice, cause.Number, strings.TrimPrefix(cause.Message, "login error: ")
	default:
		v := transport(err)
		e.Kind, e.Advice = v.kind, v.advice
	}
	e.Message = secrets.Scrub(e.Message, s.password)
	return e
}

// transport judges what is not an error of SQL Server. The driver flattens TLS errors to text, so text is all there is to go
// by; it comes from Go's own packages and is not translated.
func transport(err error) verdict {
	text := err.Error()
	has := func(s string) bool { return strings.Contains(text, s) }
	var stream driver.StreamError
	switch {
	case has("TLS Handshake failed") && (has("x509") || has("certificate")):
		return verdict{KindConfig, "give the worker the CA that signed the server's certificate, or correct server_name; " +
			"for a self-signed certificate ask for trust_server_certificate by name"}
	case has("TLS Handshake failed") && (has("protocol version") || has("handshake failure")):
		return verdict{KindConfig, "the server has only old TLS: ask for tls_min: '1.0' for this server by name"}
	case has("server does not support encryption"):
		return verdict{KindConfig, adviceNoEncryption}
	case errors.As(err, &stream):
		return verdict{KindUnreachable, "the connection was cut or is not a SQL Server's; check address and port"}
	}
	return verdict{KindUnreachable, "check address, port and firewall, and that the SQL Server service runs"}
}

// misuse is an error of the caller's own values, found before anything is sent.
func (s *Server) misuse(op operation, err error) error {
	return &Error{Kind: KindConfig, Server: s.name, Doing: op.doing, Message: fmt.Sprint(err), Err: err,
		Advice: "correct the rollout file"}
}
