// Package rehearsal runs everything a rehearsal needs besides the operator: the Temporal server, the simulated farms and
// the workers, each a process of its own, with real sockets between them.
//
// Open prepares a state directory: it takes the lock, finds loopback addresses and ports that are free, and rewrites the
// rollout so that every server has an address of the twin and every password is a throw-away one. Run starts the
// processes, starts them again when they die, and ends them with the context. Whatever is killed, the parent included,
// the same directory goes on: addresses and ports are kept in it, and the processes hold a pipe and a lock of the parent,
// so that none survives it unnoticed.
//
// Read on in rehearsal.go (Open), processes.go (Run), rewrite.go (the rollout), place.go (addresses and ports), child.go (one process),
// state.go (the files), lock.go and room.go (the disk).
package rehearsal
