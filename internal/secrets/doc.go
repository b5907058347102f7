// Package secrets turns references into passwords, on the worker only.
//
// A rollout file never holds a password. It holds a reference: env:SP_SETUP_PASSWORD (an environment variable of the
// worker) or file:/run/secrets/setup (a file the worker can read). A Resolver, made from the worker's own settings, says
// which references this worker may resolve, so that an approved file cannot read whatever it likes on the worker.
//
// What comes out is a Value. It prints as [redacted] wherever it is printed, logged or encoded; only Reveal gives the text,
// so every place that uses a password can be found by that word. Scrub removes values from text that came from outside.
package secrets
