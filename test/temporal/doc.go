// Package temporal runs farmhand's programs against a real Temporal server where it matters how they connect and which
// build takes a task: TLS with client certificates, API keys, and versions of the worker. It needs what `make build`
// makes.
package temporal
