package e2e_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// TestRehearse is the main job: the whole rollout of the documentation's example, every gate approved by people who may.
func TestRehearse(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	p := s.rehearse("all")
	password := s.password(p)
	require.Empty(t, children(t, p.cmd.Process.Pid, password), "the password is on a command line")
	require.Zero(t, p.wait(), p.err.String())

	r := p.result()
	require.Equal(t, farm.OutcomeCompleted, r.Outcome)
	require.Len(t, r.Farms, 1)
	f := r.Farms[0]
	require.Equal(t, farm.OutcomeCompleted, f.Outcome)
	require.Len(t, f.Phases, len(farm.Phases()))
	for i, ph := range f.Phases {
		require.Equal(t, farm.Phases()[i], ph.Name)
		require.False(t, ph.Finished.Before(ph.Started), ph.Name)
		if i > 0 {
			require.False(t, ph.Started.Before(f.Phases[i-1].Finished), "%s began before %s had ended", ph.Name, f.Phases[i-1].Name)
		}
	}
	for _, server := range f.Servers {
		require.Len(t, server.Packages, 2, server.Name)
		require.Equal(t, "12.0.6318", server.Version.String(), server.Name)
		require.False(t, server.FinalizedAt.IsZero(), server.Name)
	}
	require.Len(t, f.Decisions, 2)
	for i, gate := range []farm.GateName{farm.GateInstall, farm.GateContinue} {
		d := f.Decisions[i]
		require.Equal(t, string(gate), d.Subject)
		require.True(t, d.Accepted)
		require.Contains(t, []string{"bob", "carol"}, d.Who)
		require.Equal(t, d.Shown, d.Evidence)
	}
	require.Empty(t, contoso.Violations(s.events()))
	s.noSecret(p, password)

	// The same command once more prints the result again, and touches nothing.
	events := s.events()
	again := s.rehearse("all")
	require.Zero(t, again.wait(), again.err.String())
	require.Equal(t, r, again.result())
	for _, e := range s.events()[len(events):] {
		require.NotEqual(t, "job", e.Protocol, "%+v", e)
	}
}

// password is what the rehearsal made up for the setup account: its processes have it in their environment alone.
func (s *stage) password(p *process) string {
	s.t.Helper()
	const variable = "FARMHAND_REHEARSAL_1="
	found := ""
	s.await(p, "a process with the password", func() bool {
		for _, pid := range children(s.t, p.cmd.Process.Pid, "worker") {
			environment, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid)) // it may just begin or end
			for v := range strings.SplitSeq(string(environment), "\x00") {
				if value, ok := strings.CutPrefix(v, variable); ok {
					found = value
				}
			}
		}
		return found != ""
	})
	return found
}

// noSecret looks for a password in everything that was written, printed or put on a command line.
func (s *stage) noSecret(p *process, password string) {
	s.t.Helper()
	require.NotContains(s.t, p.out.String(), password)
	require.NotContains(s.t, p.err.String(), password)
	require.NoError(s.t, filepath.WalkDir(filepath.Dir(s.state), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		require.False(s.t, bytes.Contains(text, []byte(password)), "the password is in %s", path)
		return err
	}))
}
