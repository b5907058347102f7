// Package e2e runs farmhand's programs as an operator does, and believes what the journal of the simulated farms and the
// printed result say. The plain tests take seconds and are part of `make test`; those with the build tag e2e kill
// processes and break servers.
package e2e
