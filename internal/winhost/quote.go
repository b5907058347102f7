package winhost

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quoted puts a text between the quotes of one argument, for a command line or a batch file. Whatever came from a file or
// was answered by a server goes through it on its way into a command.
//
// Inside quotes cmd.exe reads & | < > ^ ( ) ; , = and blanks as text. What it goes on reading there is refused: a quote
// ends the argument and cannot be escaped for cmd.exe and a program alike, % begins a variable and ! does where delayed
// expansion is on. So are control characters, which end a line, and characters that order a text from right to left,
// which show people another command than the one that runs. Backslashes at the end are doubled, or a program would read
// the last one and the quote as a quote (CommandLineToArgvW). The error says which character it is; it names no server.
func Quoted(text string) (string, error) {
	if err := checkArgument(text); err != nil {
		return "", err
	}
	trailing := len(text) - len(strings.TrimRight(text, `\`))
	return `"` + text + strings.Repeat(`\`, trailing) + `"`, nil
}

// checkArgument refuses what would not stay one argument between quotes.
func checkArgument(text string) error {
	if text == "" {
		return newError(KindConfig, "an argument of a command is empty")
	}
	if !utf8.ValidString(text) {
		return newError(KindConfig, "%q is no valid text and cannot stand in a command", text)
	}
	for _, r := range text {
		if strings.ContainsRune(`"%!`, r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError {
			return newError(KindConfig, "%q holds %s and cannot stand in a command", text, fmt.Sprintf("%+q", r))
		}
	}
	return nil
}

// checkBatchText refuses what a batch file of another code page would read as something else. In some code pages a
// character outside ASCII has a byte that cmd.exe takes for a backslash or a pipe.
func checkBatchText(text string) error {
	for _, r := range text {
		if r > unicode.MaxASCII || r != '\t' && unicode.IsControl(r) {
			return newError(KindConfig, "%q holds %s, which a batch file reads differently from server to server", text, fmt.Sprintf("%+q", r))
		}
	}
	return nil
}
