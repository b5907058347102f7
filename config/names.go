package config

import (
	"net"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// nameForm is what a name may look like: it becomes part of a Temporal workflow id (rollout/NAME,
// farm-update/NAME), of a task queue and of file and folder names on Linux and Windows.
var nameForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9_-])?$`)

// devices are names that Windows does not let a file or folder have.
var devices = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$`)

// checkName checks a name that others refer to or that names something outside.
func (n *notes) checkName(key, name string) {
	switch {
	case name == "":
		n.wrong(key, "missing; every entry needs a name")
	case !nameForm.MatchString(name):
		n.wrong(key, "%s cannot be a name: want letters, digits, dot, dash and underscore, at most 63, with a letter or digit first and no dot last",
			quoted(key, name))
	case devices.MatchString(name):
		n.wrong(key, "%s cannot be a name: Windows reserves it for a device", quoted(key, name))
	}
}

// checkPerson checks the name of somebody who decides; sign-in names of any form are fine.
func (n *notes) checkPerson(key, name string) {
	switch {
	case strings.TrimSpace(name) == "":
		n.wrong(key, "missing; name a person")
	case name != strings.TrimSpace(name) || strings.ContainsFunc(name, unicode.IsControl):
		n.wrong(key, "the name has blanks around it or control characters in it")
	}
}

// require notes a missing text and reports whether it is there.
func (n *notes) require(key, value, hint string) bool {
	if strings.TrimSpace(value) == "" {
		n.wrong(key, "missing; %s", hint)
		return false
	}
	return true
}

// checkUnique notes every value but the first of those that are equal ignoring case, as Windows compares.
func (n *notes) checkUnique(what string, keys, values []string) {
	seen := map[string]string{}
	for i, v := range values {
		fold := strings.ToLower(v)
		if v == "" {
			continue
		}
		if first, twice := seen[fold]; twice {
			n.wrong(keys[i], "%s %s is already used at %s (line %d)", what, quoted(keys[i], v), first, n.positionOf(first).line)
			continue
		}
		seen[fold] = keys[i]
	}
}

// checkReference notes a name that a list does not hold. hidden says that the list is broken, so that
// nobody can tell. Case counts, since it does in what people approve.
func (n *notes) checkReference(key, name, what string, known []string, hidden bool) {
	if name == "" || hidden || slices.Contains(known, name) {
		return
	}
	hint := didYouMean(name, known)
	if hint == "" && len(known) > 0 {
		hint = "; known are " + list(known)
	}
	n.wrong(key, "%s %s does not exist%s", what, quoted(key, name), hint)
}

// checkOneOf notes a word that is not among the known ones.
func (n *notes) checkOneOf(key, word string, known ...string) bool {
	if slices.Contains(known, word) {
		return true
	}
	n.wrong(key, "%s is not known here; want %s%s", quoted(key, word), list(known), didYouMean(word, known))
	return false
}

var hostForm = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\.?$`)

// checkHost checks a host name or IP address.
func (n *notes) checkHost(key, address string) {
	if len(address) > 253 || net.ParseIP(address) == nil && !hostForm.MatchString(address) {
		n.wrong(key, "%s is not a host name or IP address; want it bare, without scheme, port or path", quoted(key, address))
	}
}

func (n *notes) checkPort(key string, port int) {
	if port < 1 || port > 65535 {
		n.wrong(key, "%d is not a port; want 1 to 65535", port)
	}
}

var (
	drivePath = regexp.MustCompile(`^[A-Za-z]:\\[^/:*?"<>|%\x00-\x1f]*$`)
	sharePath = regexp.MustCompile(`^\\\\[^\\/:*?"<>|%\x00-\x1f]+\\[^\\/:*?"<>|%\x00-\x1f]+(\\[^/:*?"<>|%\x00-\x1f]*)?$`)
)

// checkWindowsPath checks a path on a Windows server: absolute, with backslashes. share allows \\host\share.
func (n *notes) checkWindowsPath(key, path string, share bool) {
	climbs := slices.ContainsFunc(strings.Split(path, `\`), func(s string) bool { return s == ".." || s == "." })
	switch {
	case drivePath.MatchString(path) && !climbs:
	case share && sharePath.MatchString(path) && !climbs:
	case sharePath.MatchString(path):
		n.wrong(key, `%s is on another host: a remote logon cannot reach a share from the server; want a local path like 'D:\farmhand'`, quoted(key, path))
	default:
		n.wrong(key, `%s is not an absolute Windows path; want one like 'D:\farmhand', with backslashes and in single quotes`, quoted(key, path))
	}
}

// checkPlainText notes characters outside ASCII where a path goes through a batch file, whose code page
// differs from server to server.
func (n *notes) checkPlainText(key, path string) {
	if strings.ContainsFunc(path, func(r rune) bool { return r > unicode.MaxASCII }) {
		n.wrong(key, "%s has characters outside ASCII, which batch files read differently from server to server; choose a plain path", quoted(key, path))
	}
}
