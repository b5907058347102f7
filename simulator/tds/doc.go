// Package tds is the server side of TDS, the protocol SQL Server speaks to its clients ([MS-TDS]).
//
// It is the wire half of the simulated SQL Server: packets, PRELOGIN, TLS inside PRELOGIN packets, LOGIN7 with SQL or
// Windows (NTLM) authentication, SQL batches, remote procedure calls, result sets, messages and attention signals, in the
// dialects 7.1 to 7.4. What a statement means is the business of a Backend; package sqlserver is one.
//
// A Server is made for each life of the simulated service: Serve accepts connections until Close, which drops every one of
// them at once, as a stopped service or a dead machine does. After a boot a new Server is made.
//
// The path of one connection, file by file: prelogin.go and encryption.go agree on encryption, login.go reads who calls,
// conn.go authenticates and then answers one request after the other, request.go reads batches and calls, writer.go and
// column.go write the answer.
package tds
