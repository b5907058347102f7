package windows

import (
	"path"
	"slices"
	"strings"

	"farmhand/simulator/world"
)

// switches takes the words that begin with / out of the arguments, in lower case.
func switches(tail string) (words, flags []string) {
	for _, w := range splitWords(tail) {
		if strings.HasPrefix(w, "/") {
			flags = append(flags, strings.ToLower(w))
		} else {
			words = append(words, w)
		}
	}
	return words, flags
}

// matching returns the files that a path with a pattern in its last part names, or the file itself.
func matching(tx *world.Tx, server, p string) []File {
	if strings.ContainsAny(base(p), "*?") {
		return slices.DeleteFunc(Files(tx, server, parent(p)), func(f File) bool {
			return !matches(base(p), base(f.Path))
		})
	}
	if f, ok := stat(tx, server, p); ok {
		return []File{f.File}
	}
	return nil
}

// matches compares a name with a DOS pattern.
func matches(pattern, name string) bool {
	pattern, name = strings.ToLower(pattern), strings.ToLower(name)
	if pattern == "*.*" {
		pattern = "*"
	}
	ok, err := path.Match(strings.ReplaceAll(pattern, "[", `\[`), name)
	return ok && err == nil
}

func (s *session) typeCommand(tail string) int {
	words, _ := switches(tail)
	if len(words) == 0 {
		s.failed(syntaxIsWrong)
		return 1
	}
	exit := 0
	for _, w := range words {
		var f File
		ok, folder, p := false, false, s.absolute(w)
		s.view(func(tx *world.Tx) {
			f, ok = GetFile(tx, s.machine.name, p)
			folder = FolderExists(tx, s.machine.name, parent(p))
		})
		switch {
		case ok && !f.Folder:
			_, _ = s.stdout.Write(f.Data) // as printf: an output nobody reads is no error of the command
		case ok:
			s.failed(accessIsDenied)
			exit = 1
		case !folder:
			s.failed(ErrNoFolder)
			exit = 1
		default:
			s.failed(fileNotFound)
			exit = 1
		}
	}
	return exit
}

func (s *session) md(tail string) int {
	exit := 0
	for _, w := range splitWords(tail) {
		p := s.absolute(w)
		err := s.update(func(tx *world.Tx) error {
			if _, there := stat(tx, s.machine.name, p); there {
				return messagef("A subdirectory or file %s already exists.", w)
			}
			return MakeFolder(tx, s.machine.name, p)
		})
		if err != nil {
			s.failed(err)
			exit = 1
		}
	}
	return exit
}

func (s *session) rd(tail string) int {
	words, flags := switches(tail)
	exit := 0
	for _, w := range words {
		p := s.absolute(w)
		err := s.update(func(tx *world.Tx) error {
			f, there := stat(tx, s.machine.name, p)
			switch {
			case !there:
				return fileNotFound
			case !f.Folder:
				return message("The directory name is invalid.")
			case !slices.Contains(flags, "/s") && len(below(tx, s.machine.name, p)) > 0:
				return message("The directory is not empty.")
			}
			RemoveFile(tx, s.machine.name, p)
			return nil
		})
		if err != nil {
			s.failed(err)
			exit = 1
		}
	}
	return exit
}

// del removes files; a file that is not there is a message and still success, as in cmd.exe.
func (s *session) del(tail string) int {
	words, _ := switches(tail)
	for _, w := range words {
		p := s.absolute(w)
		err := s.update(func(tx *world.Tx) error {
			files := slices.DeleteFunc(matching(tx, s.machine.name, p), func(f File) bool { return f.Folder })
			if len(files) == 0 {
				return messagef("Could Not Find %s", p)
			}
			for _, f := range files {
				RemoveFile(tx, s.machine.name, f.Path)
			}
			return nil
		})
		if err != nil {
			s.failed(err)
		}
	}
	return 0
}

func (s *session) copyCommand(tail string) int {
	words, _ := switches(tail)
	if len(words) == 0 {
		s.failed(syntaxIsWrong)
		return 1
	}
	from, to, copied := s.absolute(words[0]), s.dir, 0
	if len(words) > 1 {
		to = s.absolute(words[1])
	}
	err := s.update(func(tx *world.Tx) error {
		for _, m := range matching(tx, s.machine.name, from) {
			f, _ := GetFile(tx, s.machine.name, m.Path)
			if f.Folder {
				continue
			}
			target := to
			if FolderExists(tx, s.machine.name, to) {
				target = to + `\` + base(f.Path)
			}
			f.Path = target
			if err := PutFile(tx, s.machine.name, f); err != nil {
				return err
			}
			copied++
		}
		if copied == 0 {
			return fileNotFound
		}
		return nil
	})
	if err != nil {
		s.failed(err)
		copied = 0
	}
	s.outf("%9d file(s) copied.\n", copied)
	return 1 - min(1, copied)
}

func (s *session) ren(tail string) int {
	words, _ := switches(tail)
	if len(words) != 2 {
		s.failed(syntaxIsWrong)
		return 1
	}
	from := s.absolute(words[0])
	to := parent(from) + `\` + words[1]
	err := s.update(func(tx *world.Tx) error {
		f, ok := stat(tx, s.machine.name, from)
		if !ok {
			return fileNotFound
		}
		if _, taken := stat(tx, s.machine.name, to); taken {
			return message("A duplicate file name exists, or the file\ncannot be found.")
		}
		for _, m := range append(stored(tx, s.machine.name, from), f) {
			m.read(tx, s.machine.name)
			m.remove(tx, s.machine.name)
			m.File.Path = to + m.Path[len(f.Path):]
			putFile(tx, s.machine.name, m.File)
		}
		return nil
	})
	if err != nil {
		s.failed(err)
		return 1
	}
	return 0
}
