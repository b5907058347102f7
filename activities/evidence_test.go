package activities_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"farmhand/activities"
	"farmhand/internal/evidence"
	"farmhand/internal/farm"
	"farmhand/internal/sshsig"
	"farmhand/scripts"
)

// signing is a worker with a key, a run that answers as told, and the manifest of a bundle that holds that answer.
type signing struct {
	t      *testing.T
	key    *evidence.Key
	status farm.Status
	ended  bool
	fails  error
}

func newSigning(t *testing.T) *signing {
	t.Helper()
	k, err := evidence.LoadOrMake(t.TempDir())
	require.NoError(t, err)
	return &signing{t: t, key: k, ended: true, status: farm.Status{Rollout: "r1", Farm: "contoso", Outcome: farm.OutcomeCompleted, Finished: time.Date(2026, 11, 22, 3, 0, 0, 7, time.UTC)}}
}

func (s *signing) manifest(outcome farm.Outcome) []byte {
	s.t.Helper()
	text, err := evidence.StatusFile(s.status)
	require.NoError(s.t, err)
	m := evidence.Manifest{
		Format: evidence.Format, Rollout: "r1", Farm: "contoso", MadeBy: "dave", Files: evidence.Files{"status.json": text}.List(),
		Runs: []evidence.Run{{Workflow: "farm-update/contoso", Run: "run-1", Farm: "contoso", Outcome: outcome, Status: "status.json"}},
	}
	out, err := m.Encode()
	require.NoError(s.t, err)
	return out
}

func (s *signing) sign(manifest []byte, key *evidence.Key) (activities.Signed, error) {
	s.t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	a := activities.New(activities.Options{EvidenceKey: key, AskRun: func(_ context.Context, id, run string) (json.RawMessage, bool, error) {
		require.Equal(s.t, "farm-update/contoso run-1", id+" "+run)
		b, err := json.Marshal(s.status)
		require.NoError(s.t, err)
		return b, s.ended, s.fails
	}})
	env.RegisterActivity(a)
	v, err := env.ExecuteActivity(a.SignEvidence, activities.SignRequest{Manifest: manifest, AskedBy: "dave"})
	var signed activities.Signed
	if err == nil {
		require.NoError(s.t, v.Get(&signed))
	}
	return signed, err
}

func TestSignEvidenceSignsWhatTemporalAnswers(t *testing.T) {
	s := newSigning(t)
	text := s.manifest(farm.OutcomeCompleted)
	signed, err := s.sign(text, s.key)
	require.NoError(t, err)
	require.Equal(t, s.key.Public(), signed.Public)
	public, err := sshsig.ParseKey(signed.Public)
	require.NoError(t, err)
	require.NoError(t, sshsig.Verify(signed.Signature, text, evidence.Namespace, public))
}

func TestSignEvidenceRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*signing) (manifest []byte, key *evidence.Key)
		kind   farm.FailureKind
		want   string
	}{
		"no key": {func(s *signing) ([]byte, *evidence.Key) { return s.manifest(farm.OutcomeCompleted), nil }, farm.FailureConfig, "no key to sign"},
		"another status": {func(s *signing) ([]byte, *evidence.Key) {
			m := s.manifest(farm.OutcomeCompleted)
			s.status.Exceptions = []string{"what the bundle hides"}
			return m, s.key
		}, farm.FailureBadInput, "another status than the bundle"},
		"another outcome": {func(s *signing) ([]byte, *evidence.Key) {
			return s.manifest(farm.OutcomeCompletedWithExceptions), s.key
		}, farm.FailureBadInput, "another status than the bundle"},
		"another farm": {func(s *signing) ([]byte, *evidence.Key) {
			m := s.manifest(farm.OutcomeCompleted)
			s.status.Farm = "fabrikam"
			return m, s.key
		}, farm.FailureBadInput, "of the farm fabrikam"},
		"still running": {func(s *signing) ([]byte, *evidence.Key) {
			s.ended = false
			return s.manifest(farm.OutcomeCompleted), s.key
		}, farm.FailureBadInput, "has not ended"},
		"no manifest": {func(s *signing) ([]byte, *evidence.Key) { return []byte("anything"), s.key }, farm.FailureBadInput, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSigning(t)
			m, key := tt.change(s)
			_, err := s.sign(m, key)
			f := activities.FailureOf(err)
			require.Equal(t, tt.kind, f.Kind)
			require.Contains(t, f.Message, tt.want)
			require.NotEmpty(t, f.Advice)
		})
	}
}

// A run that cannot be asked is nobody's fault: it is tried again.
func TestSignEvidenceWaitsForTemporal(t *testing.T) {
	s := newSigning(t)
	s.fails = errors.New("deadline exceeded")
	_, err := s.sign(s.manifest(farm.OutcomeCompleted), s.key)
	require.ErrorContains(t, err, "deadline exceeded")
	require.NotEqual(t, farm.FailureBadInput, activities.FailureOf(err).Kind)
}

// The evidence names the program and every script it can send, by hash.
func TestDescribeProgram(t *testing.T) {
	s := newSigning(t)
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	a := activities.New(activities.Options{EvidenceKey: s.key})
	env.RegisterActivity(a)
	v, err := env.ExecuteActivity(a.DescribeProgram)
	require.NoError(t, err)
	var p farm.Program
	require.NoError(t, v.Get(&p))
	require.Regexp(t, `^[0-9a-f]{64}$`, p.SHA256)
	require.Equal(t, s.key.Fingerprint(), p.Key)
	require.NotEmpty(t, p.Go)
	require.Len(t, p.Scripts, len(scripts.All()))
	for _, h := range p.Scripts {
		script, known := scripts.ByHash(h.SHA256)
		require.True(t, known)
		require.Equal(t, script.Name, h.Name)
	}
}
