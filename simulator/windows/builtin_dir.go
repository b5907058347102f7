package windows

import (
	"fmt"
	"slices"
	"strings"

	"farmhand/simulator/world"
)

// dirTime is how dir writes a time, as a layout.
const dirTime = "01/02/2006  03:04 PM"

// dirCommand lists a folder or files. /b prints names alone; /s, /o and /a: are accepted where they change
// nothing of what a program reads.
func (s *session) dirCommand(tail string) int {
	words, flags := switches(tail)
	p := s.dir
	if len(words) > 0 {
		p = s.absolute(words[0])
	}
	var files []File
	folder, there, inFolder := clean(p), false, true
	s.view(func(tx *world.Tx) {
		if FolderExists(tx, s.machine.name, p) {
			files, there = Files(tx, s.machine.name, p), true
			return
		}
		folder = parent(p)
		files = matching(tx, s.machine.name, p)
		there, inFolder = len(files) > 0, FolderExists(tx, s.machine.name, folder)
	})
	bare := slices.Contains(flags, "/b")
	if !inFolder {
		s.failed(ErrNoFolder)
		return 1
	}
	if !bare {
		s.dirHead(folder)
	}
	if !there || bare && len(files) == 0 {
		s.errorf("File Not Found")
		return 1
	}
	if bare {
		for _, f := range files {
			s.outf("%s\n", base(f.Path))
		}
		return 0
	}
	s.dirBody(folder, files)
	return 0
}

func (s *session) dirHead(folder string) {
	drive := strings.ToUpper(folder[:min(1, len(folder))])
	if isDrive(folder) {
		folder += `\`
	}
	s.outf(" Volume in drive %s has no label.\n Volume Serial Number is 7C3A-19D2\n\n Directory of %s\n\n", drive, folder)
}

func (s *session) dirBody(folder string, files []File) {
	var size, free int64
	count, folders := 0, 0
	for _, f := range files {
		when := f.Modified.Format(s.system.Language.text(dirTime))
		if f.Folder {
			folders++
			s.outf("%s    <DIR>          %s\n", when, base(f.Path))
			continue
		}
		count++
		size += f.Size
		s.outf("%s %17s %s\n", when, thousands(f.Size), base(f.Path))
	}
	s.view(func(tx *world.Tx) {
		var d drive
		tx.Get(key(s.machine.name, "drive", folder[:min(2, len(folder))]), &d)
		free = d.Free
	})
	s.outf("%16d File(s) %14s bytes\n%16d Dir(s) %15s bytes free\n", count, thousands(size), folders, thousands(free))
}

// thousands prints a number with commas.
func thousands(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
