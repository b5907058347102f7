package winhost

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/scripts"
)

// A folder that others may write to for a moment is a folder in which they may plant a command: it is closed before
// anything lies in it, and where it cannot be closed nothing is written and no task is made.
func TestAJobsFolderIsClosedBeforeAnythingIsInIt(t *testing.T) {
	for os, closes := range map[string]string{"6.0.6002 SP: 2.0": "icacls ", "5.2.3790 SP: 2.0": "cacls "} {
		j := newJobTwin(t, os)
		line, script := j.command, j.machine.scripts
		var order []string
		refuse := false
		j.command = func(command, stdin string) (int, string, string) {
			if strings.Contains(command, closes) {
				if refuse {
					return 5, "", "Access is denied."
				}
				order = append(order, "closed")
			}
			if strings.HasPrefix(command, "schtasks /create") {
				order = append(order, "task")
			}
			return line(command, stdin)
		}
		j.machine.scripts = func(s scripts.Script, args map[string]string, stdin string) (string, int) {
			switch s.Name {
			case scripts.PutFile.Name:
				order = append(order, "file")
			case scripts.RegisterTask.Name:
				order = append(order, "task")
			}
			return script(s, args, stdin)
		}
		_, err := j.StartJob(t.Context(), jobSpec())
		require.NoError(t, err)
		require.Equal(t, "closed", order[0])
		require.Equal(t, "task", order[len(order)-1])
		require.Equal(t, []string{"closed", "file", "task"}, slices.Compact(slices.Clone(order)))

		refuse, order, j.files, j.task = true, nil, nil, false
		_, err = j.StartJob(t.Context(), jobSpec())
		requireKind(t, err, KindDenied)
		require.Empty(t, order)
	}
}
