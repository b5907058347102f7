package windows

import (
	"strings"

	"farmhand/scripts"
)

// Runs registers the model of a batch file, or of a script that is run with -File, which takes time: a process of
// its own, which goes on after the simulator was restarted as any Program does. Its arguments are those behind the
// name of the file.
func (m *Machine) Runs(s scripts.Script, p Program) { m.scriptPrograms[s.SHA256] = p }

// scriptProgram finds the model for the text of a file; the ends of its lines do not count.
func (m *Machine) scriptProgram(text string) (Program, bool) {
	crlf := strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
	for _, t := range []string{text, crlf, strings.ReplaceAll(text, "\r\n", "\n")} {
		if p, ok := m.scriptPrograms[scripts.Hash(t)]; ok {
			return p, true
		}
	}
	return Program{}, false
}

// quoteArgs joins arguments into the tail of a command line.
func quoteArgs(args []string) string {
	var b strings.Builder
	for _, a := range args {
		b.WriteString(` "` + a + `"`)
	}
	return b.String()
}
