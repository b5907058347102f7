// Package faults holds every kind of trouble that the wire and the servers can make to what must come of it: each
// subtest of TestFaults is a row of docs/faults.md, under the row's id, with the faults that the row names in a twin file.
// It runs the narrowest real thing that shows the fault, an activity or a whole update, against the twin over the real
// protocols, and asserts that it is recovered by retrying, with nothing done twice, or that it ends in a failure that
// says what is wrong, where, and what to do: the step's one intervention.
package faults
