package secrets

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// fragment is how many characters of a secret in a row are a find. Fewer would be found by chance.
const fragment = 8

// Finding is a secret, or a part of it, in a place where it must not be.
type Finding struct {
	Where, Secret, Form string
	// At is how many bytes into the place it lies.
	At int
}

// String names the place and the secret, and not its text.
func (f Finding) String() string {
	return fmt.Sprintf("%s: the secret %q, written as %s, at byte %d", f.Where, f.Secret, f.Form, f.At)
}

// Searcher finds secrets in bytes, in every form of forms.
type Searcher struct {
	patterns map[uint64][]pattern // by their first eight bytes
	// likely has a bit for each hash of eight bytes that begin a pattern: most places of a text are ruled out by it.
	likely []uint64
}

type pattern struct {
	bytes        []byte
	secret, form string
}

const (
	head       = 8  // bytes that a pattern is found by; every form has as many of a fragment
	likelyBits = 22 // of the hash
)

// NewSearcher prepares the search for secrets, by name. Each must be long enough to be told from other text.
func NewSearcher(secrets map[string]string) (*Searcher, error) {
	s := &Searcher{patterns: map[uint64][]pattern{}, likely: make([]uint64, 1<<(likelyBits-6))}
	for name, secret := range secrets {
		runes := []rune(secret)
		if len(runes) < fragment {
			return nil, fmt.Errorf("the secret %q is shorter than %d characters", name, fragment)
		}
		for _, f := range forms() {
			for i := range len(runes) - fragment + 1 {
				s.add(pattern{[]byte(f.write(string(runes[i : i+fragment]))), name, f.name})
			}
		}
	}
	return s, nil
}

func (s *Searcher) add(p pattern) {
	first := binary.LittleEndian.Uint64(p.bytes[:head])
	for _, known := range s.patterns[first] {
		if bytes.Equal(known.bytes, p.bytes) {
			return
		}
	}
	s.patterns[first] = append(s.patterns[first], p)
	h := hash(first)
	s.likely[h>>6] |= 1 << (h & 63)
}

func hash(first uint64) uint64 { return first * 0x9e3779b97f4a7c15 >> (64 - likelyBits) }

// Find returns the first find of each secret in each form.
func (s *Searcher) Find(where string, data []byte) []Finding {
	var out []Finding
	type key struct{ secret, form string }
	seen := map[key]bool{}
	for i := 0; i+head <= len(data); i++ {
		first := binary.LittleEndian.Uint64(data[i:])
		if h := hash(first); s.likely[h>>6]>>(h&63)&1 == 0 {
			continue
		}
		for _, p := range s.patterns[first] {
			if k := (key{p.secret, p.form}); !seen[k] && bytes.HasPrefix(data[i:], p.bytes) {
				seen[k] = true
				out = append(out, Finding{where, p.secret, p.form, i})
			}
		}
	}
	return out
}
