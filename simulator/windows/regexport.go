package windows

import (
	"fmt"
	"slices"
	"strings"

	"farmhand/simulator/world"
)

// regExport is reg.exe export KEY FILE [/y]: the key and all below it as text. Since Windows Vista a file that is
// there is overwritten only when /y or an answer says so.
func (s *session) regExport(words []string) int {
	key, file := longHive(words[0]), s.absolute(words[1])
	forced := s.system.is2003() || slices.ContainsFunc(words[2:], func(w string) bool { return strings.EqualFold(w, "/y") })
	var text strings.Builder
	text.WriteString("Windows Registry Editor Version 5.00\r\n")
	found, there := false, false
	s.view(func(tx *world.Tx) {
		_, there = stat(tx, s.machine.name, file)
		for _, k := range append([]string{key}, RegistryKeys(tx, s.machine.name, key)...) {
			doc, ok := getKey(tx, s.machine.name, k)
			if !ok {
				continue
			}
			found = true
			fmt.Fprintf(&text, "\r\n[%s]\r\n", doc.Key)
			for _, v := range doc.Values {
				fmt.Fprintf(&text, "%q=%q\r\n", v.Name, v.Data)
			}
		}
	})
	if !found {
		return s.regError("The system was unable to find the specified registry key or value", "The system was unable to find the specified registry key or value")
	}
	if there && !forced {
		s.outf("File %s already exists. Overwrite (Yes/No)?", file)
		if answer, _ := s.readLine(); !strings.HasPrefix(strings.ToLower(answer), "y") {
			return 1
		}
	}
	if err := s.update(func(tx *world.Tx) error { return WriteFile(tx, s.machine.name, file, []byte(text.String())) }); err != nil {
		s.failed(err)
		return 1
	}
	s.outf("The operation completed successfully.\n")
	return 0
}
