package windows

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/scripts"
)

// TestScriptsFollowOneAnother: in one powershell.exe, each with its own input, until one throws.
func TestScriptsFollowOneAnother(t *testing.T) {
	put := func(path string) scripts.Call {
		return scripts.Call{Script: scripts.PutFile, Args: []scripts.Arg{{Name: "Path", Value: path}}, Input: []byte(base64Lines("x"))}
	}
	c := newConsole(t, server2008("APP01"))
	calls := []scripts.Call{put(`D:\farmhand\one.txt`), {Script: scripts.BootTime}}
	stdout, stderr, exit := c.run(scripts.CommandLine(), string(scripts.EncodeAll("0f0f", calls)))
	require.Empty(t, stderr)
	require.Zero(t, exit)
	all, err := scripts.ParseAll(stdout, "0f0f", len(calls))
	require.NoError(t, err)
	require.Equal(t, "1", named(all[0], "file")[0].Get("size"))
	require.NotEmpty(t, named(all[1], "boot"))

	calls = []scripts.Call{{Script: scripts.BootTime}, put(`D:\none\two.txt`), put(`D:\farmhand\three.txt`)}
	stdout, _, exit = c.run(scripts.CommandLine(), string(scripts.EncodeAll("0f0f", calls)))
	require.Equal(t, 1, exit)
	all, err = scripts.ParseAll(stdout, "0f0f", len(calls))
	require.ErrorAs(t, err, new(*scripts.FailedError))
	require.Len(t, all, 1)
	_, _, exit = c.run(`dir /b D:\farmhand\three.txt`, "")
	require.Equal(t, 1, exit, "nothing is run behind a script that threw")
}
