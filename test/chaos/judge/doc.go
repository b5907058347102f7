// Package judge says which rules of the article an update broke. It reads what is left of a run and nothing else: the
// journal of the simulated farm (what really happened), the Temporal histories (who decided what, and when) and the final
// report (what people are told). It imports nothing of farmhand and knows the article in its own words, so that a mistake
// in a shared rule cannot hide itself.
//
// Read gathers the Evidence, Judge applies every rule of rules.go to it. journal.go and history.go are the two sources;
// tries.go is every run of an installer or wizard; the rules are in order.go, once.go, byhand.go, usersoff.go, services.go,
// backup.go, window.go, approval.go, outcome.go and secrets.go, and those of several farms in fleet.go.
package judge
