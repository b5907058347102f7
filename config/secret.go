package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// secretWords mark the keys whose value is never repeated in a message.
var secretWords = []string{"passw", "pwd", "secret", "token"}

// secretKey reports whether the last name of a key says that its value is a secret.
func secretKey(key string) bool {
	last := strings.ToLower(lastName(key))
	for _, w := range secretWords {
		if strings.Contains(last, w) {
			return true
		}
	}
	return false
}

// secretPlace reports whether a mapping holds a secret, by the names of its keys or by where it stands.
func secretPlace(key string, names []string) bool {
	return strings.HasPrefix(key, "codec.") || strings.HasSuffix(key, ".chat") || slices.ContainsFunc(names, secretKey)
}

// quoted prints a value for a message, shortened; a secret's is left out.
func quoted(key, value string) string {
	if secretKey(key) {
		return "the value"
	}
	const most = 60
	if r := []rune(value); len(r) > most {
		value = string(r[:most]) + "…"
	}
	return strconv.Quote(value)
}

var (
	plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,40}$`)
	// reference is env:NAME or file:/absolute/path; a worker on Windows has file:C:\path.
	reference = regexp.MustCompile(`^(env:[A-Za-z_][A-Za-z0-9_]*|file:(/|[A-Za-z]:\\)[^\x00-\x1f]+)$`)
)

// isReference reports whether the text refers to a secret instead of being one.
func isReference(s string) bool { return reference.MatchString(s) }

// wantReference is the message about a secret that is written out.
const wantReference = "want a reference such as env:SP_SETUP_PASSWORD or file:/run/secrets/setup, never the secret itself; " +
	"if the file was shared with a real one in it, change that password"
