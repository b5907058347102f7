// Package config reads what people write down: the rollout file, the release it names and the settings of
// a worker or starter. It turns YAML into the typed values of internal/farm and reports every mistake of a
// file at once, each with its line, so that nobody mends a file one error at a time.
//
// Start with Load. It runs four steps, one file each: parse.go turns text into YAML nodes; shape.go holds
// the nodes against the Go types (unknown keys, duplicates, wrong types), remembers where each value was
// written and leaves out what is broken; defaults.go fills in what the file left out; the check_*.go files
// then ask whether the decoded value makes sense. A step never stops because an earlier one found mistakes,
// and a place that already has a mistake of shape gets no second one about its missing value.
//
// This is the only package that imports viper. Rollout and release files are read by a viper of their own,
// without environment: what was approved is what runs. Settings are read with the environment (FARMHAND_…).
//
// Passwords are never in these files, only references to them, and no message of this package repeats a
// value that stands where a secret is expected.
package config
