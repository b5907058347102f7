package mssql

import (
	"fmt"
	"strings"
)

// Kind groups errors by what has to happen next.
type Kind string

// The kinds of Error.
const (
	// KindAuth: the login was refused. Stop at once: more tries lock the account.
	KindAuth Kind = "auth"
	// KindUnreachable: no answer, a broken connection, or a server that is starting, stopping or paused.
	KindUnreachable Kind = "unreachable"
	// KindDenied: logged in, but without the right; or SQL Server's own account may not touch a file.
	KindDenied Kind = "denied"
	// KindConfig: the rollout file or the server's encryption settings do not fit.
	KindConfig Kind = "config"
	// KindTooOld: SQL Server 2000 or older.
	KindTooOld Kind = "too-old"
	// KindNotFound: no such database, table, file or folder.
	KindNotFound Kind = "not-found"
	// KindBackupFailed: BACKUP ended with an error that has no kind of its own.
	KindBackupFailed Kind = "backup-failed"
	// KindVerifyFailed: the backup file cannot be restored, or was not confirmed.
	KindVerifyFailed Kind = "verify-failed"
	// KindDiskFull: a disk or a log of the SQL Server is full.
	KindDiskFull Kind = "disk-full"
	// KindDeadlock: another session won; the statement was rolled back.
	KindDeadlock Kind = "deadlock"
	// KindCancelled: the caller's context was cancelled.
	KindCancelled Kind = "cancelled"
	// KindFailed: any other error of the server; Number says which.
	KindFailed Kind = "failed"
)

// Retryable reports whether the same call may succeed later without anybody doing anything.
func (k Kind) Retryable() bool { return k == KindUnreachable || k == KindDeadlock }

// Error is every error of this package.
type Error struct {
	Kind Kind
	// Server is the name of the rollout file.
	Server string
	// Doing says what was asked, such as "back up PWA_Published".
	Doing string
	// Number is SQL Server's message number, 0 when the error is not SQL Server's.
	Number int32
	// Message is what SQL Server, the network or TLS said.
	Message string
	// Advice is what a person should do, empty when nothing is known.
	Advice string
	// Err is the cause for errors.Is and errors.As, such as context.Canceled.
	Err error
}

// Error says what failed on which server and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "SQL Server %s: %s: %s", e.Server, e.Doing, strings.TrimRight(e.Message, ". \r\n"))
	if e.Number != 0 {
		fmt.Fprintf(&b, " (%d)", e.Number)
	}
	if e.Advice != "" {
		b.WriteString("; " + e.Advice)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Retryable reports whether the same call may succeed later (Kind.Retryable).
func (e *Error) Retryable() bool { return e.Kind.Retryable() }
