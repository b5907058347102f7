// Bench measures farmhand beside its peers, on one machine, in one run: each round takes every contestant in turn
// (A B C A B C …), so that what else the machine does strikes them alike. It prints medians with their spread, ratios first,
// and writes every single sample. What the numbers mean is in docs/benchmarks.md.
//
//	make bench                               every measure, five rounds
//	make bench BENCH="-only winrm -n 9"
//	make bench BENCH="-only farm -with Ansible -out somewhere"
//
// The measures: winrm (clients in turn at a bare WinRM service), farm (a whole update with Windows work of no length), pace
// (life-like durations), recovery (kill -9 in the middle) and build (compile and start).
//
// Read main.go first, then round.go (who goes when), sample.go (numbers), report.go (tables), and a file for each measure:
// winrm.go with client.go, farm.go with plain.go, playbook.go and timeline.go, pace.go, recovery.go, build.go. twin.go is the simulated
// farm, stack.go farmhand's real processes around it, process.go one of them.
package main
