package farm

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// NameHere stands in a command line for the name of whoever decides.
const NameHere = "NAME"

// DecisionCommand is the command line that answers a question of a farm, or of a rollout (RolloutPrefix and its name).
func DecisionCommand(farmName string, q Question, c Choice) string {
	verb := "decide " + ShellWord(farmName) + " " + ShellWord(q.ID) + " " + string(c)
	if q.Kind == QuestionGate {
		verb = string(c) + " " + ShellWord(farmName) + " " + ShellWord(q.ID)
	}
	return "starter " + verb + " --as " + NameHere + " --evidence " + q.Digest[:min(MinDigest, len(q.Digest))] + ` --reason "..."`
}

// DecisionCommands are the command lines for all choices of a question, the advised one first.
func DecisionCommands(farmName string, q Question) []string {
	choices := slices.Clone(q.Choices)
	slices.SortStableFunc(choices, func(a, b Choice) int {
		switch {
		case a == q.Advised:
			return -1
		case b == q.Advised:
			return 1
		}
		return 0
	})
	out := make([]string, len(choices))
	for i, c := range choices {
		out[i] = DecisionCommand(farmName, q, c)
	}
	return out
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=,-]+$`)

// ShellWord quotes a word for a POSIX shell where it needs it. Characters that people do not see are left out.
func ShellWord(w string) string {
	if plainWord.MatchString(w) {
		return w
	}
	return "'" + strings.ReplaceAll(Visible(w), "'", `'\''`) + "'"
}

// Visible is a text from outside as one line without anything that acts on whatever shows it: control characters and line
// ends become blanks, and characters that nobody sees, among them those that turn the direction of text, are left out.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == unicode.ReplacementChar, unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsControl(r), unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
}
