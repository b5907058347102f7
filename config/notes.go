package config

import (
	"fmt"
	"slices"
	"strings"
)

// position is where a value was written.
type position struct{ line, column int }

// notes is what reading one file leaves behind besides its value: where each key stands, which places are
// broken, and the mistakes found so far.
type notes struct {
	file  string
	at    map[string]position
	taken map[string]string // a value that came from defaults: its key -> the key it was copied from
	// broken holds the keys with a mistake of shape. Their value was left out, so a later check of the
	// value, or of anything below it, would blame the author for what this package did.
	broken map[string]bool
	found  []Mistake
}

func newNotes(file string) *notes {
	return &notes{file: file, at: map[string]position{}, taken: map[string]string{}, broken: map[string]bool{}}
}

// brokenShape records a mistake of shape; the place gets no further mistakes.
func (n *notes) brokenShape(key string, p position, format string, args ...any) {
	n.broken[key] = true
	n.found = append(n.found, Mistake{File: n.file, Line: p.line, Column: p.column, Key: key, Message: fmt.Sprintf(format, args...)})
}

// wrong records a mistake in the meaning of a value. A value that was copied from a farm's defaults is
// reported where it was written, once.
func (n *notes) wrong(key, format string, args ...any) {
	key = n.writtenAs(key)
	if n.isBroken(key) {
		return
	}
	p := n.positionOf(key)
	m := Mistake{File: n.file, Line: p.line, Column: p.column, Key: key, Message: fmt.Sprintf(format, args...)}
	if !slices.Contains(n.found, m) {
		n.found = append(n.found, m)
	}
}

// writtenAs returns the key a value was written under: its own, or one inside defaults.
func (n *notes) writtenAs(key string) string {
	if from, ok := n.taken[key]; ok {
		return from
	}
	return key
}

// isBroken reports whether the key or anything it stands in has a mistake of shape.
func (n *notes) isBroken(key string) bool {
	for k := key; k != ""; k = parent(k) {
		if n.broken[k] {
			return true
		}
	}
	return false
}

// brokenNames reports whether a list is broken in a way that hides the given key of its members, so that
// nobody can say what the list does not contain.
func (n *notes) brokenNames(list, member string) bool {
	if n.isBroken(list) {
		return true
	}
	for k := range n.broken {
		rest, below := strings.CutPrefix(k, list+"[")
		if !below {
			continue
		}
		_, rest, _ = strings.Cut(rest, "]")
		if rest == "" || rest == "."+member || strings.HasPrefix(rest, "."+member+"[") {
			return true
		}
	}
	return false
}

// positionOf returns where a key stands, or where the nearest thing around it does.
func (n *notes) positionOf(key string) position {
	for k := key; k != ""; k = parent(k) {
		if p, ok := n.at[k]; ok {
			return p
		}
	}
	return position{line: 1, column: 1}
}

// parent drops the last element of a key: a.b[2] -> a.b -> a.
func parent(key string) string {
	return key[:max(0, strings.LastIndexAny(key, ".["))]
}

// lastName is the name at the end of a key, without the place in a list: a.b[2] -> b.
func lastName(key string) string {
	name, _, _ := strings.Cut(key[strings.LastIndexByte(key, '.')+1:], "[")
	return name
}

// child joins a mapping's key to the key it stands in.
func child(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

// element is the key of a list's member.
func element(key string, i int) string { return fmt.Sprintf("%s[%d]", key, i) }
