package judge

import (
	"bytes"
	"maps"
	"slices"
)

// secrets: no planted text is anywhere in what is kept.
func (e *Evidence) secrets(v *verdict) {
	for _, where := range slices.Sorted(maps.Keys(e.texts)) {
		for _, s := range e.secret {
			if s != "" && bytes.Contains(e.texts[where], []byte(s)) {
				v.broken(Secrets, "a password is in the %s", where)
			}
		}
	}
}
