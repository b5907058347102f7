package config

import (
	"slices"

	"farmhand/internal/farm"
)

// checkQuestions checks the questions of a release file themselves, and takes back what was noted about the
// values they ask for: a value that nobody knows yet is no mistake of the file. It stands last in checkRelease.
func (n *notes) checkQuestions(questions []farm.ReleaseQuestion) {
	asked := map[string]bool{}
	for _, q := range questions {
		asked[q.Key] = q.Key != ""
	}
	n.found = slices.DeleteFunc(n.found, func(m Mistake) bool { return asksFor(asked, m.Key) })
	var keys, names []string
	for i, q := range questions {
		at := element("questions", i)
		keys, names = append(keys, at+".key"), append(names, q.Key)
		n.require(at+".key", q.Key, "name the place in this file, like packages[0].version")
		n.require(at+".ask", q.Ask, "say what somebody has to find out, and where")
	}
	n.checkUnique("key", keys, names)
}

// asksFor reports whether a question asks for a key, or for something it stands in.
func asksFor(asked map[string]bool, key string) bool {
	for k := key; k != ""; k = parent(k) {
		if asked[k] {
			return true
		}
	}
	return false
}

// checkAnswered refuses a release that still asks: what nobody knows must not be decided by leaving it out.
func (n *notes) checkAnswered(rel farm.Release) {
	for _, q := range rel.Questions {
		n.wrong("release", "the release %s does not know %s: %s; copy it (starter release show %s --source), answer there, take the question out, and name your file here",
			rel.Name, q.Key, q.Ask, rel.Name)
	}
}
