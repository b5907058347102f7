package windows

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/world"
)

// afterEachKill cuts a world's event log after each transaction from the first that contains a text on, as
// a kill would, and calls check with a machine that goes on from there.
func afterEachKill(t *testing.T, dir, from string, check func(r *rig)) {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(dir, "events.jsonl"))
	require.NoError(t, err)
	lines := slices.Collect(bytes.Lines(log))
	reached, tried := false, 0
	for i, line := range lines {
		if reached = reached || strings.Contains(string(line), from); !reached {
			continue
		}
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "events.jsonl"), bytes.Join(lines[:i+1], nil), 0o600))
		r := newRig(t, world.Options{Dir: dir, Pace: 100_000}, server2008("APP01"))
		check(r)
		r.stop()
		tried++
	}
	require.Greater(t, tried, 3)
}

// Whatever transaction is the last one on disk, the job ends once and its output is whole.
func TestJobSurvivesAKillAtEachTransaction(t *testing.T) {
	const folder = `D:\farmhand\job-1`
	o := world.Options{Dir: t.TempDir(), Pace: 100_000}
	r := newRig(t, o, server2008("APP01"))
	r.stage(folder)
	_, exit := r.do(`schtasks /run /tn fh-1`, "")
	require.Zero(t, exit)
	r.until(`type ` + folder + `\exit.txt`)
	r.stop()
	require.NoError(t, r.world.Close())
	afterEachKill(t, o.Dir, `"Root":"fh-1"`, func(r *rig) {
		require.Equal(t, "3010\r\n", r.until(`type `+folder+`\exit.txt`))
		output, _ := r.do(`type `+folder+`\output.log`, "")
		require.Equal(t, "begin /quiet|/log:D:\\far mhand\\x.log\r\ndone\r\n", output)
		require.Len(t, events(r.world, "started"), 1)
		require.Len(t, events(r.world, "exited"), 1)
		r.world.View(func(tx *world.Tx) { require.Empty(t, processes(tx, "APP01")) })
	})
}

// A restart that was asked for happens once, and the server comes back.
func TestRestartSurvivesAKillAtEachTransaction(t *testing.T) {
	o := world.Options{Dir: t.TempDir(), Pace: 100_000}
	r := newRig(t, o, server2008("APP01"))
	_, exit := r.do("shutdown /r /t 1", "")
	require.Zero(t, exit)
	awaitEvent(t, r.world, "boot", 1)
	r.until("hostname")
	r.stop()
	require.NoError(t, r.world.Close())
	afterEachKill(t, o.Dir, `"Restart":true`, func(r *rig) {
		awaitEvent(t, r.world, "boot", 1)
		r.until("hostname")
		require.Len(t, events(r.world, "boot"), 1)
		require.Len(t, events(r.world, "shutdown"), 1)
		require.Equal(t, []string{"service-started IISADMIN", "service-started W3SVC"}, events(r.world, "service-started"))
	})
}
