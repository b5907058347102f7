package windows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"farmhand/simulator/world"
)

// hexWord writes a REG_DWORD as reg.exe prints it.
func hexWord(n int) string { return "0x" + strconv.FormatInt(int64(n), 16) }

// reg is reg.exe query KEY [/v NAME | /ve] [/s], in the layout of its generation.
func (s *session) reg(tail string) int {
	words := splitWords(tail)
	if len(words) > 2 && strings.EqualFold(words[0], "export") {
		return s.regExport(words[1:])
	}
	if len(words) < 2 || !strings.EqualFold(words[0], "query") {
		return s.regError("Bad operation", "Invalid syntax")
	}
	query := regQuery{session: s, key: longHive(words[1])}
	for i := 2; i < len(words); i++ {
		switch strings.ToLower(words[i]) {
		case "/v":
			if i+1 >= len(words) {
				return s.regError("Invalid command-line parameters", "Invalid syntax")
			}
			i++
			query.value = &words[i]
		case "/ve":
			query.value = new(string)
		case "/s":
			query.recursive = true
		case "/reg:32", "/reg:64":
		default:
			return s.regError("Invalid command-line parameters", "Invalid syntax")
		}
	}
	return query.run()
}

// regError prints an error in the words of the generation: version 3.0 says "Error:" and two blanks.
func (s *session) regError(old, later string) int {
	if s.system.is2003() {
		s.errorf("\nError:  %s.  Use /? for help", old)
	} else {
		s.errorf("ERROR: %s.\nType \"REG QUERY /?\" for usage.", later)
	}
	return 1
}

// regQuery is one reg query.
type regQuery struct {
	session   *session
	key       string
	value     *string // nil for all
	recursive bool
	found     bool
}

func (q *regQuery) run() int {
	s := q.session
	head := "\n"
	if s.system.is2003() {
		head = "\n! REG.EXE VERSION 3.0\n\n"
	}
	var text strings.Builder
	s.view(func(tx *world.Tx) {
		below := RegistryKeys(tx, s.machine.name, q.key)
		doc, exists := getKey(tx, s.machine.name, q.key)
		if !exists && len(below) == 0 {
			return
		}
		if !exists { // a key that only has keys below it
			doc.Key = q.key
		}
		q.found = q.value == nil
		q.print(&text, doc)
		switch {
		case q.recursive:
			for _, k := range below {
				d, _ := getKey(tx, s.machine.name, k)
				q.print(&text, d)
			}
		case q.value == nil:
			for _, k := range children(doc.Key, below) {
				text.WriteString(k + "\n")
			}
		}
	})
	if !q.found {
		if s.system.is2003() {
			s.errorf("\nError:  The system was unable to find the specified registry key or value")
		} else {
			s.errorf("ERROR: The system was unable to find the specified registry key or value.")
		}
		return 1
	}
	s.outf("%s%s", head, text.String())
	return 0
}

// print writes one key and its values.
func (q *regQuery) print(text *strings.Builder, doc registryKey) {
	old := q.session.system.is2003()
	separator, unnamed := "    ", "(Default)"
	if old {
		separator, unnamed = "\t", "<NO NAME>"
	}
	var lines []string
	for _, v := range doc.Values {
		if q.value != nil && !strings.EqualFold(*q.value, v.Name) {
			continue
		}
		q.found = true
		name := v.Name
		if name == "" {
			name = unnamed
		}
		lines = append(lines, fmt.Sprintf("    %s%s%s%s%s", name, separator, v.Type, separator, v.Data))
	}
	if len(lines) == 0 && (q.value != nil || !q.recursive && !old && len(doc.Values) == 0) {
		return
	}
	text.WriteString(doc.Key + "\n" + strings.Join(lines, "\n") + "\n")
	if len(lines) > 0 {
		text.WriteString("\n")
	}
}

// children returns the keys directly below a key.
func children(k string, below []string) []string {
	var out []string
	for _, b := range below {
		if len(b) <= len(k)+1 {
			continue
		}
		name, _, _ := strings.Cut(b[len(k)+1:], `\`)
		if child := k + `\` + name; !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, child) }) {
			out = append(out, child)
		}
	}
	return out
}
