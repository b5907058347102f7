// Bench measures farmhand beside its peers, on one machine, in one run: each round takes every contestant in turn
// (A B C A B C …), so that what else the machine does strikes them alike. It prints medians with their spread, ratios first,
// and writes every single sample.
//
//	go run ./test/bench                      every measure, five rounds, from the programs in bin/
//	go run ./test/bench -only winrm -n 9
//
// The measures: winrm (clients in turn at a bare WinRM service).
//
// Read main.go first, then round.go (who goes when), sample.go (numbers), report.go (tables), and winrm.go with client.go.
package main
