package production

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// lives counts how often a program has begun: it writes a line each time.
func lives(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "lives"))
	if err != nil {
		return 0
	}
	return strings.Count(string(text), "\n")
}

func shell(t *testing.T, script string) *process {
	t.Helper()
	sh, err := exec.LookPath("sh")
	require.NoError(t, err)
	return &process{name: "one", argv: []string{sh, "-c", "echo >> lives; " + script}, env: os.Environ(), dir: t.TempDir()}
}

// A killed process stays dead for as long as it has to, its children with it, and is started again.
func TestAKilledProcessIsStartedAgain(t *testing.T) {
	t.Parallel()
	p := shell(t, "sleep 1000 & wait")
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.keep(ctx) }()
	begun := func(n int) func() bool { return func() bool { return lives(t, p.dir) == n } }
	require.Eventually(t, begun(1), time.Minute, 10*time.Millisecond)
	p.Die(ctx, time.Millisecond)
	require.Eventually(t, begun(2), time.Minute, 10*time.Millisecond)
	end()
	require.NoError(t, <-ended)
}

func TestAJobIsTriedAgainUntilItSucceeds(t *testing.T) {
	t.Parallel()
	p := shell(t, "test $(wc -l < lives) -eq 3")
	require.NoError(t, p.once(t.Context()))
	require.Equal(t, 3, lives(t, p.dir))
	bad := shell(t, "exit 1")
	require.ErrorContains(t, bad.once(t.Context()), bad.log())
	require.Equal(t, maxDeaths, lives(t, bad.dir))
}

func TestAProcessThatDoesNotStayUpIsAnError(t *testing.T) {
	t.Parallel()
	require.ErrorIs(t, shell(t, "exit 1").keep(t.Context()), errDoesNotStayUp)
}
