//go:build e2e

package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/test/journal"
)

func TestAPackageThatAsksForAReboot(t *testing.T) {
	t.Parallel()
	s := newStage(t, "faults: [{host: WFE01, step: package KB951297, kind: exit, code: 3010}]")
	p := s.rehearse("all")
	s.completed(p)
	require.Len(t, journal.Find(s.events(), "WFE01", "boot", ""), 1)
	for _, server := range p.result().Farms[0].Servers {
		want := 0
		if server.Name == "WFE01" {
			want = 1
		}
		require.Equal(t, want, server.Reboots, server.Name)
	}
}

// farmView is what status says of the farm, and its exit code.
func (s *stage) farmView() (view.Farm, int) {
	s.t.Helper()
	out, code := s.starter("status", "contoso-pwa", "-o", "json")
	var f view.Farm
	if json.Unmarshal([]byte(out), &f) != nil {
		return view.Farm{}, 1 // not started yet, or no worker yet
	}
	return f, code
}

// awaitQuestion waits until a question is open.
func (s *stage) awaitQuestion(p *process, kind farm.QuestionKind) view.Question {
	s.t.Helper()
	var q view.Question
	s.await(p, "an open "+string(kind), func() bool {
		f, code := s.farmView()
		for _, q = range f.Questions {
			if q.Kind == kind {
				want := 2
				if kind == farm.QuestionIntervention {
					want = 3
				}
				require.Equal(s.t, want, code)
				return true
			}
		}
		return false
	})
	return q
}

// A server that reboots by itself in the middle of an installer: an operator decides, in another terminal.
func TestAServerThatRebootsInMidInstall(t *testing.T) {
	t.Parallel()
	s := newStage(t, "faults: [{host: WFE02, step: package KB951695, kind: reboot}]")
	p := s.rehearse("all")
	if code := p.wait(); code != 0 {
		require.Equal(t, 3, code, p.err.String())
		require.Empty(t, p.result().Outcome)

		p = s.rehearse("none")
		q := s.awaitQuestion(p, farm.QuestionIntervention)
		out, code := s.starter("decide", "contoso-pwa", q.ID, "retry", "--as", "bob", "--evidence", q.Evidence, "--reason", "not my call")
		require.Equal(t, 1, code, out)
		out, code = s.starter("decide", "contoso-pwa", q.ID, "retry", "--as", "dave", "--evidence", q.Evidence, "--reason", "the server is back")
		require.Zero(t, code, out)
		p.interrupt()
		require.Equal(t, 6, p.wait(), p.err.String())

		p = s.rehearse("all")
		require.Zero(t, p.wait(), p.err.String())
	}
	require.Equal(t, farm.OutcomeCompleted, p.result().Outcome)
	require.Empty(t, journal.Find(s.events(), "", "damage", ""))
	require.NotEmpty(t, journal.Find(s.events(), "WFE02", "boot", ""))
}

func TestApprovalFromAnotherTerminal(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	p := s.rehearse("none")
	for range 2 {
		q := s.awaitQuestion(p, farm.QuestionGate)
		out, code := s.starter("approve", "contoso-pwa", q.ID, "--as", "alice", "--evidence", q.Evidence)
		require.Equal(t, 1, code, out)
		require.Contains(t, out, "alice requested or carried out")
		out, code = s.starter("approve", "contoso-pwa", q.ID, "--as", "bob")
		require.Equal(t, 1, code, out)
		require.Contains(t, out, "--evidence")
		out, code = s.starter("approve", "contoso-pwa", q.ID, "--as", "bob", "--evidence", q.Evidence, "--reason", "looked at it")
		require.Zero(t, code, out)
		s.await(p, q.ID+" to be passed", func() bool {
			f, _ := s.farmView()
			return f.Name != "" && (len(f.Questions) == 0 || f.Questions[0].ID != q.ID)
		})
	}
	s.completed(p)
}

// A finding that blocks changes nothing; an operator may fix it, or give up: the rollout is refused then.
func TestABlockingFindingAndARefusal(t *testing.T) {
	t.Parallel()
	s := newStage(t, "servers: [{name: APP02, missing: [KB951297]}]")
	p := s.rehearse("all")
	require.Equal(t, 3, p.wait(), p.err.String())

	p = s.rehearse("none")
	q := s.awaitQuestion(p, farm.QuestionIntervention)
	out, code := s.starter("decide", "contoso-pwa", q.ID, "abort", "--as", "dave", "--evidence", q.Evidence, "--reason", "next week")
	require.Zero(t, code, out)
	require.Equal(t, 5, p.wait(), p.err.String())
	require.Equal(t, farm.OutcomeRefused, p.result().Outcome)
	for _, changed := range []string{"service-stopped", "service-start-mode", "damage"} {
		require.Empty(t, journal.Find(s.events(), "", changed, ""))
	}
	for _, e := range s.events() {
		require.Empty(t, e.Program(), "no installer and no wizard: %+v", e)
	}
}

func TestEightMistakesStartNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t, "")
	text := strings.NewReplacer(
		"requested_by: alice", "requested_by: ''", "operators: [dave, erin]", "operators: dave",
		"risk: medium", "risc: medium", "remind: 5m", "remind: soon",
		"address: 127.0.1.12", "address: ''", "roles: [application]", "roles: [aplication]",
		"password: 'env:SP_SETUP_PASSWORD'", "password: 'hunter2'", `directory: 'E:\Backup'`, "directory: ''",
	).Replace(string(config.Example()))
	path := filepath.Join(filepath.Dir(s.state), "eight.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	for _, command := range []string{"start", "rehearse"} {
		out, code := s.starter(command, "-f", path)
		require.Equal(t, 1, code)
		require.Equal(t, 8, strings.Count(out, path+":"), out)
		require.NotContains(t, out, "hunter2")
	}
	require.NoDirExists(t, s.state)
}
