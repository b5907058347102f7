package windows

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"farmhand/simulator/world"
)

func (s *session) echo(tail string) int {
	text := strings.TrimPrefix(strings.TrimPrefix(tail, "."), " ")
	switch strings.ToLower(strings.TrimSpace(tail)) {
	case "":
		text = "ECHO is on."
	case ".":
		text = ""
	case "on", "off":
		return 0
	}
	s.outf("%s\n", text)
	return 0
}

func (s *session) ver(string) int {
	s.outf("\nMicrosoft Windows [Version %s]\n", s.system.Version)
	return 0
}

func (s *session) set(tail string) int {
	name, value, assign := strings.Cut(strings.Trim(strings.TrimSpace(tail), `"`), "=")
	if assign {
		s.environment[strings.ToUpper(name)] = value
		return 0
	}
	found := false
	for _, k := range slices.Sorted(maps.Keys(s.environment)) {
		if strings.HasPrefix(k, strings.ToUpper(name)) {
			s.outf("%s=%s\n", k, s.environment[k])
			found = true
		}
	}
	if !found {
		s.errorf("Environment variable %s not defined", name)
		return 1
	}
	return 0
}

func (s *session) cd(tail string) int {
	words := slices.DeleteFunc(splitWords(tail), func(w string) bool { return strings.EqualFold(w, "/d") })
	if len(words) == 0 {
		s.outf("%s\n", s.dir)
		return 0
	}
	p, there := s.absolute(strings.Join(words, " ")), false
	s.view(func(tx *world.Tx) { there = FolderExists(tx, s.machine.name, p) })
	if !there {
		s.failed(ErrNoFolder)
		return 1
	}
	if isDrive(p) {
		p += `\`
	}
	s.dir = p
	return 0
}

// exit ends the line, and with it a batch file or the shell.
func (s *session) exit(tail string) int {
	s.quit = true
	code := 0
	for _, w := range splitWords(tail) {
		if n, err := strconv.Atoi(w); err == nil {
			code = int(int32(n))
		}
	}
	return code
}

// call runs a batch file or another command and comes back.
func (s *session) call(tail string) int {
	exit := s.runCommand(strings.TrimSpace(tail))
	s.quit = false
	return exit
}

// startCommand is START: start ["title"] [/wait] [/b] program arguments. Without /b a program gets a
// console of its own and its output is not seen here. Without /wait it is left to itself: it ends at the
// latest with its WinRM command, or with its server when a task started it.
func (s *session) startCommand(tail string) int {
	rest := strings.TrimSpace(tail)
	if strings.HasPrefix(rest, `"`) {
		_, rest, _ = strings.Cut(rest[1:], `"`)
	}
	wait, sameConsole := false, false
	for {
		rest = strings.TrimSpace(rest)
		word, after, _ := strings.Cut(rest, " ")
		if !strings.HasPrefix(word, "/") {
			break
		}
		switch strings.ToLower(word) {
		case "/wait", "/w":
			wait = true
		case "/b":
			sameConsole = true
		}
		rest = after
	}
	if rest == "" {
		return 0
	}
	c := s.fork()
	if !sameConsole {
		c.stdout, c.stderr, c.stdin = io.Discard, io.Discard, newInput(nil)
	}
	if wait {
		return c.runCommand(rest)
	}
	name, _ := splitCommand(rest)
	if _, ok := s.find(name); !ok && internalCommand(name) == nil && s.external(strings.ToLower(name)) == nil {
		return s.notRecognized(name)
	}
	c.parent, c.stdin = 0, newInput(nil)
	if s.life.enter() {
		s.background.Go(func() {
			defer s.life.leave()
			c.runCommand(rest)
		})
	}
	return 0
}

// cmd is cmd.exe /c. When the text behind /c begins with a quote, cmd.exe takes off that quote and the last
// one, unless they are the only two and enclose the name of a program (cmd /?).
func (s *session) cmd(tail string) int {
	rest := strings.TrimSpace(tail)
	for strings.HasPrefix(rest, "/") && len(rest) >= 2 {
		option := strings.ToLower(rest[1:2])
		rest = strings.TrimSpace(rest[2:])
		if option == "c" || option == "k" {
			break
		}
	}
	if strings.HasPrefix(rest, `"`) && !s.quotedProgram(rest) {
		last := strings.LastIndexByte(rest, '"')
		if last > 0 {
			rest = rest[1:last] + rest[last+1:]
		}
	}
	c := s.fork()
	exit := c.run(rest)
	s.scripts = c.scripts
	return exit
}

// quotedProgram reports whether a text has exactly two quotes, which enclose an existing program with a
// blank in its name.
func (s *session) quotedProgram(text string) bool {
	if strings.Count(text, `"`) != 2 || strings.ContainsAny(text, "&<>()@^|") {
		return false
	}
	name, _, _ := strings.Cut(text[1:], `"`)
	_, ok := s.find(name)
	return ok && strings.Contains(name, " ")
}
