package farm

import "strings"

// Wizard is how a release has the configuration wizard run: the arguments of psconfig.exe.
type Wizard struct {
	// Arguments are those of every try. The command upgrade comes last, so that ForceArgument belongs to it;
	// psconfig runs its commands in an order of its own whatever the order they are typed in.
	Arguments []string `json:"arguments" mapstructure:"arguments"`
	// ForceArgument is added where an operator chose a try that ignores errors.
	ForceArgument string `json:"force_argument" mapstructure:"force_argument"`
}

// CommandLine is the wizard's command line on a server with that 12 hive.
func (w Wizard) CommandLine(hive string, force bool) string {
	line := `"` + strings.TrimRight(hive, `\`) + `\BIN\psconfig.exe" ` + strings.Join(w.Arguments, " ")
	if force && w.ForceArgument != "" {
		line += " " + w.ForceArgument
	}
	return line
}
