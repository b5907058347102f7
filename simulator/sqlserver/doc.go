// Package sqlserver is the engine model of one simulated SQL Server 2005 or 2008 instance: what stands behind the wire
// protocol of package tds.
//
// Its state is documents of a world under "sql/<instance>/": databases with their Versions tables, backup files and their
// history in msdb, logins, drives and folders (state.go, seed.go). Statements are really parsed and run: lexer.go and the
// parse files make a tree of a batch, select.go runs queries over the tables of catalog.go, usertables.go and msdb.go, and
// backup.go, restore.go and procedures.go do what changes the disk. An Instance (instance.go) ties them to connections.
//
// The dialect is the part of Transact-SQL an administrator types to look at a farm's databases and to back them up. A
// statement outside it is a syntax error, never a silent success.
//
// The journal gets every login, batch and call before its reply. Named steps for holds and faults of a twin file:
// "backup <database>" (fault kinds fail, disk-full, slow, corrupt), and for the connection "sql connect", "sql login" and
// "sql batch" (fault kinds reset, reset-after, freeze, slow, fail; see Instance.Fault).
package sqlserver
