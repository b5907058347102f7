package windows

import (
	"slices"
	"strings"

	"farmhand/simulator/world"
)

// The exit codes of xcopy.
const (
	xcopyNothing = 4 // no such file, no room, wrong syntax: initialization error
)

// copying is one run of xcopy.
type copying struct {
	from, to string
	folders  bool // /E
	toFolder bool // /I, or the target ends in a backslash
	exclude  []string
}

// xcopy is xcopy.exe SOURCE TARGET with /E /I /H /K /O /Y /Q /EXCLUDE:FILE: files and folders with what lies
// in them. /EXCLUDE leaves out every path that holds one of the file's lines.
func (s *session) xcopy(tail string) int {
	var c copying
	words, flags := switches(tail)
	if len(words) != 2 {
		return s.usage("Invalid number of parameters")
	}
	c.from, c.to = s.absolute(words[0]), s.absolute(words[1])
	c.folders = slices.Contains(flags, "/e")
	c.toFolder = slices.Contains(flags, "/i") || strings.HasSuffix(words[1], `\`)
	for _, f := range flags {
		if name, ok := strings.CutPrefix(f, "/exclude:"); ok && !s.excluded(&c, name) {
			s.errorf("Can't read file: %s", name)
			return xcopyNothing
		}
	}
	n := 0
	err := s.update(func(tx *world.Tx) (err error) {
		n, err = c.run(tx, s.machine.name)
		return err
	})
	switch {
	case err != nil:
		s.failed(err)
		s.outf("0 File(s) copied\n")
		return xcopyNothing
	case n == 0:
		s.errorf("File not found - %s", base(c.from))
		s.outf("0 File(s) copied\n")
		return xcopyNothing
	}
	s.outf("%d File(s) copied\n", n)
	return 0
}

// excluded reads the file of /EXCLUDE.
func (s *session) excluded(c *copying, name string) bool {
	there := false
	s.view(func(tx *world.Tx) {
		var data []byte
		data, there = ReadFile(tx, s.machine.name, s.absolute(name))
		for line := range strings.Lines(string(data)) {
			if line = strings.ToLower(strings.TrimSpace(line)); line != "" {
				c.exclude = append(c.exclude, line)
			}
		}
	})
	return there
}

func (c copying) run(tx *world.Tx, server string) (n int, err error) {
	if FolderExists(tx, server, c.from) {
		return c.tree(tx, server)
	}
	target := c.to
	for _, f := range matching(tx, server, c.from) {
		if f.Folder || c.excludes(f.Path) {
			continue
		}
		if c.toFolder || FolderExists(tx, server, c.to) {
			target = c.to + `\` + base(f.Path)
		}
		if err := copyFile(tx, server, f.Path, target); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// tree copies a folder.
func (c copying) tree(tx *world.Tx, server string) (n int, err error) {
	for _, f := range below(tx, server, c.from) {
		rest := f.Path[len(clean(c.from)):]
		if c.excludes(f.Path+`\`) || !c.folders && strings.Contains(rest[1:], `\`) {
			continue
		}
		if f.Folder {
			if c.folders {
				err = MakeFolder(tx, server, c.to+rest)
			}
		} else {
			err = copyFile(tx, server, f.Path, c.to+rest)
			n++
		}
		if err != nil {
			return 0, err
		}
	}
	return n, nil
}

func (c copying) excludes(path string) bool {
	path = strings.ToLower(path)
	return slices.ContainsFunc(c.exclude, func(text string) bool { return strings.Contains(path, text) })
}

// copyFile copies one file, its folder made where it is missing.
func copyFile(tx *world.Tx, server, from, to string) error {
	f, _ := GetFile(tx, server, from)
	if err := MakeFolder(tx, server, parent(to)); err != nil {
		return err
	}
	f.Path = to
	return PutFile(tx, server, f)
}
