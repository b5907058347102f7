package windows

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// Language is the language that Windows prints in. Labels that Windows translates differ; what a program may
// rely on (numbers, exit codes, NET HELPMSG n, the field names of sc.exe) is the same in each.
type Language string

// The languages. English is the zero value too.
const (
	English Language = "en"
	French  Language = "fr"
)

// Languages lists what a twin file may say.
func Languages() []Language { return []Language{English, French} }

// codePage is the OEM code page that Windows of the language starts with.
func (l Language) codePage() int {
	if l == French {
		return 850
	}
	return 437
}

// LCID is the language's number, as Win32_OperatingSystem.OSLanguage.
func (l Language) LCID() int {
	if l == French {
		return 1036
	}
	return 1033
}

// text translates an English format; what has no translation stays English, as programs of others do.
func (l Language) text(english string) string {
	if french, ok := frenchTexts[english]; ok && l == French {
		return french
	}
	return english
}

// DisplayName is a Windows service's long name.
func (l Language) DisplayName(english string) string {
	if french, ok := frenchServices[english]; ok && l == French {
		return french
	}
	return english
}

// yes is the letter that agrees to a question.
func (l Language) yes() string {
	if l == French {
		return "o"
	}
	return "y"
}

// administrators is the name of the group S-1-5-32-544.
func (l Language) administrators() string {
	if l == French {
		return "Administrateurs"
	}
	return "Administrators"
}

// system is the name of the account S-1-5-18.
func (l Language) system() string {
	if l == French {
		return "Système"
	}
	return "SYSTEM"
}

// translated is an error in Windows' words that names something: its format is looked up in the language of
// the server when it is printed.
type translated struct {
	format string
	args   []any
}

// Error is the English text.
func (t translated) Error() string { return fmt.Sprintf(t.format, t.args...) }

// messagef makes an error in the words that Windows prints for it.
func messagef(format string, args ...any) error { return translated{format, args} }

// in is the text of an error in a language.
func (l Language) in(err error) string {
	if t, ok := err.(translated); ok { //nolint:errorlint // made here a moment ago, never wrapped
		return fmt.Sprintf(l.text(t.format), t.args...)
	}
	return l.text(err.Error())
}

// codePages are the code pages a shell may print in. In another one, and in 65001, bytes leave as UTF-8.
var codePages = map[int]*charmap.Charmap{437: charmap.CodePage437, 850: charmap.CodePage850, 858: charmap.CodePage858, 1252: charmap.Windows1252}

// bestFit is what Windows puts for a character that a code page lacks.
var bestFit = map[rune]byte{'®': 'r'}

// print writes text as the shell does: in the server's language, with CR LF, in the shell's code page.
func (s *session) print(w io.Writer, format string, args ...any) {
	text := strings.ReplaceAll(fmt.Sprintf(s.system.Language.text(format), args...), "\n", "\r\n")
	if page, ok := codePages[s.codePage]; ok {
		var encoded strings.Builder
		for _, r := range text {
			b, there := page.EncodeRune(r)
			if !there {
				b = cmp.Or(bestFit[r], '?')
			}
			encoded.WriteByte(b)
		}
		text = encoded.String()
	}
	_, _ = io.WriteString(w, text) // a stream nobody reads any more is no error of the command
}
