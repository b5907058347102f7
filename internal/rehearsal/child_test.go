package rehearsal

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// behave makes the test binary play a child: TestMain hands over when it is set.
const behave = "FARMHAND_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(behave) {
	case "":
		os.Exit(m.Run())
	case "die":
		fmt.Fprintln(os.Stderr, "cannot open the door")
		os.Exit(3)
	case "refuse":
		fmt.Fprintln(os.Stderr, "database of another server version")
		os.Exit(exitUsage)
	case "once": // dies the first time, serves the second
		if f, err := os.OpenFile("been-here", os.O_CREATE|os.O_EXCL, 0o600); err == nil {
			_ = f.Close()
			os.Exit(3)
		}
	}
	fmt.Println(`{"ready":true}`)
	_, _ = io.Copy(io.Discard, bufio.NewReader(os.Stdin))
	fmt.Fprintln(os.Stderr, "ended in order")
}

func newChild(t *testing.T, how string) child {
	t.Helper()
	me, err := os.Executable()
	require.NoError(t, err)
	dir := t.TempDir()
	lock, err := Acquire(t.Context(), filepath.Join(dir, "lock"), 0)
	require.NoError(t, err)
	t.Cleanup(lock.Release)
	return child{
		name: "one", path: me, env: append(os.Environ(), behave+"="+how), dir: dir, lock: lock,
		restarts: restarts{first: time.Millisecond, last: time.Millisecond, quick: time.Hour, deaths: 3},
	}
}

func TestAChildIsStartedAgainAndEndsInOrder(t *testing.T) {
	t.Parallel()
	c := newChild(t, "once")
	ctx, cancel := context.WithCancel(t.Context())
	require.NoError(t, c.keep(ctx, cancel), "ready ends it")
	log, err := os.ReadFile(c.logFile())
	require.NoError(t, err)
	require.Equal(t, "{\"ready\":true}\nended in order\n", string(log))
}

func TestAChildThatDoesNotStayUpIsAnError(t *testing.T) {
	t.Parallel()
	c := newChild(t, "die")
	var readies atomic.Int32
	err := c.keep(t.Context(), func() { readies.Add(1) })
	require.ErrorContains(t, err, "one does not stay up")
	require.ErrorContains(t, err, "exit status 3")
	require.ErrorContains(t, err, "cannot open the door")
	require.Zero(t, readies.Load())
	log, err := os.ReadFile(c.logFile())
	require.NoError(t, err)
	require.Equal(t, 3, strings.Count(string(log), "cannot open"))
}

func TestAChildThatWillNeverStartIsNotStartedAgain(t *testing.T) {
	t.Parallel()
	c := newChild(t, "refuse")
	require.ErrorContains(t, c.keep(t.Context(), func() {}), "database of another server version")
	log, err := os.ReadFile(c.logFile())
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(log), "another server version"))
}

func TestAMissingProgramIsAnError(t *testing.T) {
	t.Parallel()
	c := newChild(t, "die")
	c.path = filepath.Join(t.TempDir(), "nothing")
	require.ErrorIs(t, c.keep(t.Context(), func() {}), os.ErrNotExist)
}
