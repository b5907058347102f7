// Bench measures farmhand beside its peers, on one machine, in one run: each round takes every contestant in turn
// (A B C A B C …), so that what else the machine does strikes them alike. It prints medians with their spread, ratios first,
// and writes every single sample. What the numbers mean is in docs/benchmarks.md.
//
//	go run ./test/bench                      every measure, five rounds, from the programs in bin/
//	go run ./test/bench -only winrm -n 9
//
// The measures: winrm (one connection to a bare WinRM service), farm (a whole update with Windows work of no length), pace
// (life-like durations), recovery (kill -9) and build (compile and start).
//
// Read main.go first, then round.go (who goes when), sample.go (numbers), report.go (tables), and a file for each measure:
// winrm.go with client.go, farm.go with plain.go and playbook.go, pace.go, recovery.go, build.go. stack.go is farmhand's
// real processes around a twin.
package main
