// Package engine connects a process of farmhand to Temporal: worker, starter and rehearsal do it in the same way.
//
// Where Temporal is found is said as for every tool of Temporal: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY,
// TEMPORAL_TLS_…, or a profile of temporal.toml (TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE). Options reads them and adds
// traces, metrics and a quiet log; Connect waits a bounded time for a server that is still starting;
// MissingAttributes says what a namespace lacks, before a workflow fails on it.
package engine
