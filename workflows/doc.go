// Package workflows is the runbook: the article's procedure as durable Temporal workflows. Rollout starts
// one FarmUpdate per farm; FarmUpdate runs the phases of a farm in the article's order (read its Run
// first); FinalizeServer runs the configuration wizard on one server and proves the result.
//
// Workflow code is deterministic: it reads no clock, no file and no network, and everything that touches
// a server is an activity of package activities. A step that fails for good never fails a workflow: it
// opens an intervention, and a person decides. Gates, interventions, pause and abort are all answered by
// one message, decide, which comes as a signal or as an update; farm.Question judges it.
//
// Every name a history or a client depends on is a constant in messages.go. A change here must replay the
// histories of testdata.
package workflows
