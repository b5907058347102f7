// Package temporal runs farmhand's programs against a real Temporal server where it matters how they connect and which
// build takes a task: TLS with client certificates, API keys, and versions of the worker. With the tag
// e2e a site also loses its worker, which takes a minute to be seen, and a busy worker is told from an absent one. It needs what `make build`
// makes.
package temporal
