// Package codec encrypts what farmhand stores in Temporal: inputs and results of workflows and activities, signals,
// updates, queries, heartbeats, memos, summaries, and the text of failures.
//
// It is Temporal's payload codec: the server keeps ciphertext and never has a key. Worker and starter encode and decode
// with the keys of their settings (codec.keys): the first encrypts, all of them decrypt, so that a key is replaced by
// putting a new one before it. What was written before encryption was switched on still decodes.
//
// Some things Temporal does not encode, and anybody who may read the namespace sees them: ids of workflows (they name
// rollouts, farms and servers), search attributes, names of workflow types, activities, signals and task queues, the
// kinds of failures, times, and how long each payload is.
//
// Read on in codec.go (the codec), key.go (keys and what may be wrong with them), insist.go (what a worker does
// without the right key) and server.go (Temporal's web UI and command line, which decode through HTTP).
package codec
