// Package view is the one read model of farmhand and everything that prints it. It turns the answers of
// the status queries (farm.Status, farm.RolloutStatus) into plain values with what an operator wants to
// know already worked out: how far each phase and server is, how long users have been off, what waits for
// whom, which actions are allowed, and what is left. Terminal, JSON, report and runbook are prints of it,
// so that they cannot disagree.
//
// Start with FromStatus and Farm, then Screen (the terminal), Changes (log lines), ResultOf (the JSON of a
// rehearsal), Report (the evidence, as JSON, Markdown or one HTML file) and Runbook (what is left to do by
// hand). The package is pure: it reads no clock, no file and no network, and the same input always prints
// the same bytes.
package view
