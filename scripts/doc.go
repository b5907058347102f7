// Package scripts holds every script and batch file that farmhand ever runs on a Windows server, as
// files an administrator can read, copy and run by hand: the *.ps1 files are PowerShell 2.0, run.cmd is
// the wrapper of a detached job. They are embedded with their SHA-256, and nothing else is ever sent.
//
// # How a script is called
//
// By hand: powershell -File NAME.ps1 -Parameter value.
//
// Through WinRM: the command line is always the same, powershell.exe with bootstrap.ps1 as its
// -EncodedCommand (CommandLine). Everything that changes goes through standard input, as data and never
// as code, in ASCII lines (Call.Encode writes them):
//
//	NONCE                      random hex, printed back by the sentinel
//	BASE64                     the text of the script, UTF-8
//	Name BASE64                one line per parameter, its value as UTF-8
//	.                          end of the parameters
//	...                        any further lines are the script's own standard input ($input)
//	NONCE                      again, where another script follows in the same way (EncodeAll)
//
// The bootstrap prints what the script prints and then the sentinel, a line of its own:
// "##RC=0 NONCE" when the script ended, "##RC=1 NONCE" after the line "error<TAB>text=..." when it threw;
// no script behind that one is run. An answer without its sentinel was cut short and is no answer.
//
// Inside a detached job a script is a file like any other, run with -File; there its own last line,
// "##END", says that it is whole.
//
// # What a script answers
//
// Lines of "record<TAB>field=value<TAB>field=value". In a value every character outside printable ASCII,
// and the percent sign, is written %XXXX (four upper-case hex digits, UTF-16 code unit), so that no code page and no tab can
// damage it. Times are UTC, yyyy-MM-ddTHH:mm:ssZ. Booleans are true and false. Every script ends with the line ##END.
// Parse reads them.
package scripts
