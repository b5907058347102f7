// Package world is the ground the twin stands on: one append-only event log, the documents that follow
// from it, a clock that stands still while the simulator is down, and the holds and faults a twin file
// names.
//
// Everything the simulated servers and SQL Servers know is a document in the World under a key such as
// "server/APP01/service/W3SVC". A change and the journal events that tell of it are one transaction
// (Update): it is on disk before Update returns, so a reply that a client has seen is never forgotten by
// a kill. The journal file is a projection of the same log and can be made again from it.
//
// The world records facts and judges nothing.
package world
