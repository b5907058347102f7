package windows

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"

	"farmhand/scripts"
	"farmhand/simulator/world"
)

// powershell is powershell.exe. It knows three things: the bootstrap (by its hash) as -EncodedCommand, a
// file with a known script as -File, and plain command lines as -Command or -EncodedCommand.
func (s *session) powershell(tail string) int {
	args := splitArgs(tail)
	for i := 0; i < len(args); i++ {
		option := strings.ToLower(strings.TrimLeft(args[i], "-/"))
		rest := args[i+1:]
		switch {
		case !strings.HasPrefix(args[i], "-") && !strings.HasPrefix(args[i], "/"):
			return s.psLine(strings.Join(args[i:], " "))
		case isOption(option, "encodedcommand", 1) || option == "ec":
			if len(rest) == 0 {
				return s.psError("Cannot process the command because of a missing parameter.")
			}
			text, err := decodeCommand(rest[0])
			if err != nil {
				return s.psError("Cannot process the command because the value specified with -EncodedCommand is not properly encoded.")
			}
			if scripts.Hash(text) == scripts.Bootstrap.SHA256 {
				return s.bootstrap()
			}
			return s.psLine(text)
		case isOption(option, "file", 1):
			if len(rest) == 0 {
				return s.psError("-File: missing argument.")
			}
			return s.psFile(rest[0], rest[1:])
		case isOption(option, "command", 1):
			return s.psLine(strings.Join(rest, " "))
		case isOption(option, "executionpolicy", 2), option == "ep", isOption(option, "inputformat", 2),
			isOption(option, "outputformat", 1), option == "version", isOption(option, "windowstyle", 1):
			i++
		}
	}
	return 0
}

// isOption reports whether a text abbreviates an option, from so many letters on.
func isOption(text, option string, from int) bool {
	return len(text) >= from && strings.HasPrefix(option, text)
}

// decodeCommand reads base64 of UTF-16LE.
func decodeCommand(text string) (string, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", err
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units)), nil
}

// psError is an error that ends PowerShell.
func (s *session) psError(text string) int {
	s.failed(message(text))
	return 1
}

// psLine runs plain command lines, one after the other, and returns the last one's exit code.
func (s *session) psLine(text string) int {
	exit := 0
	for _, statement := range psStatements(text) {
		lower := strings.ToLower(statement)
		code, isExit := strings.CutPrefix(lower, "exit")
		switch {
		case isExit && strings.TrimSpace(code) == "$lastexitcode", isExit && strings.TrimSpace(code) == "":
			return exit
		case isExit && strings.HasPrefix(code, " "):
			n, err := strconv.Atoi(strings.TrimSpace(code))
			if err != nil {
				return s.psUnknown(statement)
			}
			return n
		case strings.HasPrefix(lower, "$") && strings.Contains(lower, "preference"), strings.HasPrefix(lower, "set-strictmode"):
		case strings.HasPrefix(lower, "write-host "), strings.HasPrefix(lower, "write-output "):
			_, rest, _ := strings.Cut(statement, " ")
			s.outf("%s\n", strings.Join(splitWords(rest), " "))
		case strings.Contains(unquoted(statement), "&&"):
			return s.psError("The token '&&' is not a valid statement separator in this version.")
		default:
			exit = s.psCommand(strings.TrimSpace(strings.TrimPrefix(statement, "&")))
		}
	}
	return exit
}

// psStatements splits at semicolons and line ends outside quotes. A single quote becomes a double one: the
// commands here have no other use for it.
func psStatements(text string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if line := strings.TrimSpace(b.String()); line != "" {
			out = append(out, line)
		}
		b.Reset()
	}
	var quote rune
	for _, r := range strings.TrimPrefix(text, "\ufeff") {
		switch {
		case quote != 0 && r == quote:
			quote = 0
			r = '"'
		case quote == 0 && (r == '"' || r == '\''):
			quote = r
			r = '"'
		case quote == 0 && (r == ';' || r == '\n' || r == '\r'):
			flush()
			continue
		}
		b.WriteRune(r)
	}
	flush()
	return out
}

// unquoted is a statement without what stands in quotes.
func unquoted(statement string) string {
	var b strings.Builder
	for i, part := range strings.Split(statement, `"`) {
		if i%2 == 0 {
			b.WriteString(part)
		}
	}
	return b.String()
}

// psCommand runs one command line. PowerShell knows the programs of Windows, not cmd.exe's own commands,
// but for those it has aliases for.
func (s *session) psCommand(line string) int {
	name, _ := splitCommand(line)
	switch strings.ToLower(name) {
	case "ver", "call", "set", "start", "exit", "rem":
		return s.psUnknown(name)
	}
	if internalCommand(name) == nil && s.external(strings.ToLower(name)) == nil {
		if _, ok := s.find(name); !ok {
			return s.psUnknown(name)
		}
	}
	return s.run(line)
}

// psUnknown is PowerShell's answer to a name it does not know.
func (s *session) psUnknown(name string) int {
	s.print(s.stderr, "The term '%s' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.\n    + CategoryInfo          : ObjectNotFound: (%s:String) [], CommandNotFoundException\n    + FullyQualifiedErrorId : CommandNotFoundException\n", name, name)
	return 1
}

// psFile runs a file whose content is a known script: powershell -File PATH -Name value …
func (s *session) psFile(name string, args []string) int {
	var data []byte
	there := false
	s.view(func(tx *world.Tx) { data, there = ReadFile(tx, s.machine.name, s.absolute(name)) })
	if !there {
		return s.psError(fmt.Sprintf("Processing -File '%s' failed: The file does not exist. Specify an existing file for the -File parameter.", name))
	}
	if program, ok := s.machine.scriptProgram(string(data)); ok {
		image := systemFolder + `\WindowsPowerShell\v1.0\powershell.exe`
		return s.runProgram(program, image, "powershell.exe -File"+quoteArgs(append([]string{name}, args...)), quoteArgs(args))
	}
	script, known := knownScript(string(data))
	if !known {
		return s.psUnknown(name)
	}
	parameters := map[string]string{}
	for i := 0; i+1 < len(args); i += 2 {
		parameters[strings.TrimLeft(args[i], "-")] = args[i+1]
	}
	rest, _ := io.ReadAll(s.stdin) // a stream that breaks has ended
	records, err := s.callScript(script, parameters, splitLines(string(rest)))
	s.printRecords(records)
	if err != nil {
		s.outf("%s\n", NewRecord("error", "text", err.Error()))
		s.failed(err)
		return 1
	}
	s.outf("##END\n")
	return 0
}

// knownScript finds a script by the hash of its text; the ends of its lines do not count.
func knownScript(text string) (scripts.Script, bool) {
	if script, ok := scripts.ByHash(scripts.Hash(text)); ok {
		return script, true
	}
	return scripts.ByHash(scripts.Hash(strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")))
}

func splitLines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		out = append(out, strings.TrimRight(line, "\r\n"))
	}
	return out
}
