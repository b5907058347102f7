package world

import (
	"slices"
	"strings"
)

// loan is a part of another scope's documents that a scope sees as its own.
type loan struct {
	under  string // where keys begin
	prefix string // of the scope that owns them
}

// Borrow returns the same scope with the documents whose keys begin with under taken from another scope: what two farms
// share, such as a SQL Server, is one thing that both see and change. Keys of less than under find the scope's own alone.
func (w *World) Borrow(under string, owner *World) *World {
	loans := append(slices.Clone(w.loans), loan{under, owner.prefix()})
	return &World{core: w.core, farm: w.farm, stretch: w.stretch, loans: loans}
}

// prefixOf is the prefix of the scope that owns a key.
func (tx *Tx) prefixOf(key string) string {
	for _, l := range tx.loans {
		if strings.HasPrefix(key, l.under) {
			return l.prefix
		}
	}
	return tx.prefix
}
