// Package runner plays a scenario with farmhand's real programs: the Temporal server, a worker, the simulated farm and the
// operator's command line, each a process, with real sockets between them. It kills them when the scenario says so, starts
// them again, answers gates and interventions as people do, and gathers what the judge reads: the journal, the histories
// and the report. It imports nothing of farmhand.
//
// Read run.go first, then process.go (one process), killer.go (who dies when), operator.go (people), history.go (what is
// gathered) and progress.go (how soon the run goes on after a kill).
package runner
