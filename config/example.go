package config

import _ "embed"

//go:embed examples/contoso.yaml
var example []byte

// Example returns the rollout file of the documentation: the farm of a rehearsal when none is named, and
// the manual of every key.
func Example() []byte { return append([]byte(nil), example...) }
