// Package notify tells people what happens in a rollout: by webhook, by e-mail and through chat services, each receiver
// of the settings what it wants.
//
// Telling never fails a rollout. Tell asks every receiver at the same time, none longer than a few seconds, and answers who
// was not told and why, in words that hold no address, token or account: what libraries and servers say of an error
// may hold all three, so their texts are never passed on, only what kind of error it was (failure.go).
//
// A webhook gets the notification itself as JSON. Mail and chat get a text of a template, one per event (templates.go).
// Names and texts that come from farms and people are made one visible line each before a template sees them, and lose
// what chat services act on (plain.go); what the template's author wrote is kept as it is.
//
// Read on in receivers.go.
package notify
