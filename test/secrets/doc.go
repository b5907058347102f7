// Package secrets proves that no password leaves a worker. Its test runs a whole update with real processes, every
// secret field of rollout file and settings holding a text full of quotes, metacharacters and line ends, everything
// logged at debug and exported, and then looks for those texts, whole or in parts, in whatever was written anywhere:
// the server's database, histories, the list of workflows, logs, spans, metrics, journal, job folders, tasks, command
// lines, reports, runbooks, announcements and the dump of a worker that died.
//
// A search that finds nothing proves little by itself. So the Searcher is held to find a secret in each of the forms in
// which programs write texts; each place that is searched must hold a text that is known to be there; and a worker that
// logs a password on purpose (build tag chaos) must be caught.
//
// Read on in forms.go (how a secret may be written), search.go (the Searcher) and run_test.go (the run).
package secrets
