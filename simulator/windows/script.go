package windows

import (
	"context"
	"strings"

	"farmhand/scripts"
)

// ScriptCall is one run of a known script.
type ScriptCall struct {
	Machine *Machine
	Script  scripts.Script
	// User is the account, as DOMAIN\user; Administrator says whether it is in the local group.
	User          string
	Administrator bool
	// Parameters by their names as sent. Parameter reads one without regard to case.
	Parameters map[string]string
	// Input is the script's own standard input, line by line.
	Input []string
	// Task is the wrapper's command line when a scheduled task runs the script: a batch logon.
	Task string

	session *session
}

// Parameter returns a parameter by its name, without regard to case as in PowerShell; empty when not sent.
func (c ScriptCall) Parameter(name string) string {
	for k, v := range c.Parameters {
		if strings.EqualFold(k, name) {
			return v
		}
	}
	return ""
}

// ScriptModel answers for a script. An error is what the script throws: it becomes the record
// "error text=" and the failure of the run.
type ScriptModel func(ctx context.Context, call ScriptCall) ([]Record, error)
