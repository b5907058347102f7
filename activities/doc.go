// Package activities is everything farmhand does to the world: one small activity per action, one file
// per system it acts on. Activities reach Windows servers through internal/winhost and SQL Servers
// through internal/mssql, resolve secrets on the worker that runs them, and answer with types of
// internal/farm.
//
// Every activity checks before it acts and may run twice: Temporal runs it at least once. None retries by
// itself; whether a failure is tried again is decided by its kind (fail) and by the policy of the kind of
// call in package workflows.
package activities
