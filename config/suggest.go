package config

import (
	"fmt"
	"strings"
)

// nearest returns the known word that a typing mistake away from got gives, or "".
func nearest(got string, known []string) string {
	if len(got) > 64 {
		return ""
	}
	got = strings.ToLower(strings.ReplaceAll(got, "-", "_"))
	best, least := "", 1+max(1, min(3, len(got)/3))
	for _, k := range known {
		if d := distance(got, strings.ToLower(strings.ReplaceAll(k, "-", "_"))); d < least {
			best, least = k, d
		}
	}
	return best
}

// didYouMean prints the question for a message, or nothing.
func didYouMean(got string, known []string) string {
	if k := nearest(got, known); k != "" {
		return fmt.Sprintf("; did you mean %q?", k)
	}
	return ""
}

// distance is the Levenshtein distance in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

// list prints words for a message: a, b, c.
func list[S ~string](words []S) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}
