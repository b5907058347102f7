// Package integration runs the real workflows and activities against a whole simulated farm over the real
// protocols, inside one process. It is the quickest look at how the parts fit; test/e2e runs the same as
// processes, with a real Temporal server.
package integration
