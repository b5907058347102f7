// Package mssql talks to one SQL Server that holds databases of a farm: what it is, which databases it has, what their
// VERSIONS tables say, and backups with live progress and a verdict.
//
// Start with Open, then Identify. A Server keeps a small pool of connections and may be used by several goroutines.
// Everything it asks is plain Transact-SQL that SQL Server 2005 understands; SQL Server 2000 is refused by name, because it
// speaks an older dialect of the protocol than the driver. Every error is an *Error: its Kind says whether trying again can
// help, its Advice what to do.
//
// The driver is github.com/microsoft/go-mssqldb. What it leaves open on old servers is closed here: connector.go makes the
// login obey its context, wire.go notices a connection that dies in the middle of a long statement, tls.go allows old TLS
// for one server without loosening the rest of the process, prelogin.go reads the server's version and encryption before any
// password is sent, server.go throws connections away that a failed call leaves behind, and stream.go follows a BACKUP
// message by message.
package mssql
