package sqlserver

import (
	"slices"
	"strings"
)

// like matches LIKE's patterns without case: % any text, _ one character, [abc] [a-z] [^abc] one of a set.
func like(text, pattern string) bool {
	return likeRunes([]rune(strings.ToLower(text)), parsePattern([]rune(strings.ToLower(pattern))))
}

// patternPart is one element of a pattern: any text, or one character that accept takes.
type patternPart struct {
	anyText bool
	accept  func(rune) bool
}

func parsePattern(p []rune) []patternPart {
	var out []patternPart
	for len(p) > 0 {
		r := p[0]
		end := -1
		if r == '[' {
			end = slices.Index(p, ']')
		}
		switch {
		case r == '%':
			if len(out) == 0 || !out[len(out)-1].anyText {
				out = append(out, patternPart{anyText: true})
			}
		case r == '_':
			out = append(out, patternPart{accept: func(rune) bool { return true }})
		case end > 0:
			out = append(out, patternPart{accept: characterSet(p[1:end])})
			p = p[end:]
		default:
			out = append(out, patternPart{accept: func(x rune) bool { return x == r }})
		}
		p = p[1:]
	}
	return out
}

func characterSet(set []rune) func(rune) bool {
	negate := len(set) > 0 && set[0] == '^'
	if negate {
		set = set[1:]
	}
	return func(x rune) bool {
		for i := 0; i < len(set); i++ {
			if i+2 < len(set) && set[i+1] == '-' {
				if set[i] <= x && x <= set[i+2] {
					return !negate
				}
				i += 2
				continue
			}
			if set[i] == x {
				return !negate
			}
		}
		return negate
	}
}

// likeRunes keeps the last % to come back to, so that no pattern takes more than quadratic time.
func likeRunes(text []rune, pattern []patternPart) bool {
	t, p, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p].anyText:
			star, mark = p, t
			p++
		case p < len(pattern) && pattern[p].accept(text[t]):
			t, p = t+1, p+1
		case star >= 0:
			mark++
			t, p = mark, star+1
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p].anyText {
		p++
	}
	return p == len(pattern)
}
