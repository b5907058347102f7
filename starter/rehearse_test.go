package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/mocks"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/workflows"
)

func TestRehearseFlagsWithoutATerminal(t *testing.T) {
	a := newApp(bytes.NewReader(nil), io.Discard, io.Discard)
	o := rehearsing{}
	require.NoError(t, a.completeFlags(&o))
	require.Equal(t, rehearsing{approve: approveAll, pace: paceScripts}, o)
	for _, wrong := range []rehearsing{{approve: "some"}, {approve: approveAsk}, {approve: approveAll, pace: -1}} {
		require.Error(t, a.completeFlags(&wrong))
	}
}

// TestRehearsalWithoutWindows: a file with windows can be rehearsed at any time.
func TestRehearsalWithoutWindows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rollout.yaml")
	text := strings.Replace(string(config.Example()), "farms:\n", "restore_needs: 2h\nfreezes: [{from: 2026-01-01 00:00, to: 2027-01-01 00:00, zone: UTC, reason: audit}]\nfarms:\n", 1)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	a := newApp(bytes.NewReader(nil), io.Discard, io.Discard)
	for ignore, always := range map[bool]bool{false: false, true: true} {
		f, err := a.rehearsed(rehearsing{file: path, ignoreWindows: ignore})
		require.NoError(t, err)
		require.Equal(t, always, f.rollout.Calendar(f.rollout.Farms[0]).Always())
	}
}

// shown counts looks and shows nothing.
type shown struct{ looks int }

func (s *shown) show(snapshot, []string) error { s.looks++; return nil }
func (s *shown) leave()                        {}

func newPrompter(t *testing.T, temporal *mocks.Client, approve string) (*prompter, *bytes.Buffer) {
	t.Helper()
	var errs bytes.Buffer
	a := newApp(bytes.NewReader(nil), io.Discard, &errs)
	a.now = func() time.Time { return noon }
	return &prompter{
		app: a, desk: &desk{client: temporal}, show: &shown{}, approve: approve, address: "127.0.0.1:1", seen: map[string]bool{},
	}, &errs
}

func look(farms ...farm.Status) snapshot {
	return snapshot{subject: subject{name: "r1", rollout: true}, farms: farms}
}

func TestApproveAllAnswersAsPeopleWhoMayUntilTheQuorum(t *testing.T) {
	q := gate()
	q.Quorum, q.Members = 2, []string{"alice", "bob", "carol", "erin"}
	q.Approvals = []string{"bob"}
	temporal := updated(t, workflows.Verdict{Accepted: true}, nil)
	p, _ := newPrompter(t, temporal, approveAll)
	for range 2 { // the second look comes before the first answer shows
		done, err := p.see(t.Context(), look(statusOf(farm.RunGate, q)))
		require.NoError(t, err)
		require.False(t, done)
	}
	require.Equal(t, "carol", sent(t, temporal).Who)
	require.Equal(t, q.Digest, sent(t, temporal).Evidence)
	temporal.AssertNumberOfCalls(t, "UpdateWorkflow", 1)
}

func TestApproveAllLeavesAnInterventionToPeople(t *testing.T) {
	p, errs := newPrompter(t, &mocks.Client{}, approveAll)
	other := statusOf(farm.RunRunning)
	other.Farm = "fabrikam"
	done, err := p.see(t.Context(), look(statusOf(farm.RunOperator, intervention()), other))
	require.NoError(t, err)
	require.False(t, done, "the other farm still works")
	require.Contains(t, errs.String(), "INTERVENTION i-1")
	require.Contains(t, errs.String(), "TEMPORAL_ADDRESS=127.0.0.1:1 ")

	done, err = p.see(t.Context(), look(statusOf(farm.RunOperator, intervention())))
	require.NoError(t, err)
	require.True(t, done)
}

// TestApproveAllDoesEachTaskOnce: one that is asked again was not done, and a person has to.
func TestApproveAllDoesEachTaskOnce(t *testing.T) {
	q := gate()
	q.ID, q.Kind, q.Excluded, q.Choices = "task-pool", farm.QuestionTask, nil, []farm.Choice{farm.ChoiceDone, farm.ChoiceAbort}
	temporal := updated(t, workflows.Verdict{Accepted: true}, nil)
	p, errs := newPrompter(t, temporal, approveAll)
	done, err := p.see(t.Context(), look(statusOf(farm.RunGate, q)))
	require.NoError(t, err)
	require.False(t, done)
	require.Equal(t, farm.ChoiceDone, sent(t, temporal).Choice)
	require.Equal(t, "bob", sent(t, temporal).Who)

	q.Revision = 2
	done, err = p.see(t.Context(), look(statusOf(farm.RunGate, q)))
	require.NoError(t, err)
	require.True(t, done)
	require.Contains(t, errs.String(), "TASK task-pool")
	temporal.AssertNumberOfCalls(t, "UpdateWorkflow", 1)
}

func TestApproveAllCannotAnswerForNobody(t *testing.T) {
	q := gate()
	q.Excluded = q.Members
	p, errs := newPrompter(t, &mocks.Client{}, approveAll)
	done, err := p.see(t.Context(), look(statusOf(farm.RunGate, q)))
	require.NoError(t, err)
	require.True(t, done)
	require.Contains(t, errs.String(), "GATE continue")
}

func TestApproveNoneWaitsAndSaysItOnce(t *testing.T) {
	p, errs := newPrompter(t, &mocks.Client{}, approveNone)
	for range 2 {
		done, err := p.see(t.Context(), look(statusOf(farm.RunGate, gate())))
		require.NoError(t, err)
		require.False(t, done)
	}
	require.Equal(t, 1, bytes.Count(errs.Bytes(), []byte("To decide from another terminal")))
}

func TestAskTakesNumberNameAndReason(t *testing.T) {
	for typed, want := range map[string]farm.Decision{
		"2\ncarol\nnot yet\n":      {Subject: "continue", Choice: farm.ChoiceReject, Who: "carol", Reason: "not yet"},
		"9\napprove\n\nlooks ok\n": {Subject: "continue", Choice: farm.ChoiceApprove, Who: "bob", Reason: "looks ok"},
	} {
		var out bytes.Buffer
		a := newApp(bytes.NewBufferString(typed), &out, io.Discard)
		a.output, a.now = outputText, func() time.Time { return noon }
		f := view.FromStatus(statusOf(farm.RunGate, gate()), noon)
		d, decided, err := a.ask(t.Context(), f, f.Questions[0])
		require.NoError(t, err)
		require.True(t, decided)
		want.Evidence = gate().Digest
		require.Equal(t, want, d)
	}
}

func TestAskCanBeLeft(t *testing.T) {
	f := view.FromStatus(statusOf(farm.RunGate, gate()), noon)
	a := newApp(bytes.NewBufferString("\n"), io.Discard, io.Discard)
	_, decided, err := a.ask(t.Context(), f, f.Questions[0])
	require.NoError(t, err)
	require.False(t, decided)

	_, _, err = a.ask(t.Context(), f, f.Questions[0])
	require.ErrorIs(t, err, io.EOF)

	silent, _ := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = newApp(silent, io.Discard, io.Discard).ask(ctx, f, f.Questions[0])
	require.ErrorIs(t, err, context.Canceled)
}

func TestFollowGoesOnWhileNobodyAnswers(t *testing.T) {
	temporal := &mocks.Client{}
	temporal.On("QueryWorkflow", mock.Anything, mock.Anything, mock.Anything, mock.Anything).Return(nil, context.DeadlineExceeded).Once()
	exists(t, temporal, "farm-update/contoso", running, "")
	answers(t, temporal, "farm-update/contoso", statusOf(farm.RunGate, gate()))
	troubles := 0
	f := follower{
		desk: &desk{client: temporal, payloads: converter.GetDefaultDataConverter()}, subject: subject{name: "contoso"}, now: time.Now, patient: true,
		trouble: func(error) { troubles++ },
	}
	snap, err := f.follow(t.Context(), func(s snapshot) (bool, error) { return true, nil })
	require.NoError(t, err)
	require.Equal(t, 1, troubles)
	require.Equal(t, exitApproval, snap.code())
}

func TestLinesTellEachChangeOnce(t *testing.T) {
	var out bytes.Buffer
	a := newApp(nil, io.Discard, io.Discard)
	l := a.live(&out)
	for range 2 {
		require.NoError(t, l.show(look(statusOf(farm.RunGate, gate())), nil))
	}
	require.Equal(t, 1, bytes.Count(out.Bytes(), []byte("gate continue opened")))
}

func TestSimulateServesUntilItsParentIsGone(t *testing.T) {
	path := contoso(t, "127.0.1.", "127.77.1.", "port: 5985 ", "port: 15985 ")
	t.Setenv("SP_SETUP_PASSWORD", "hunter2")
	in, parent := io.Pipe()
	out, read := newLines(t)
	var errs bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(t.Context(), []string{"simulate", "-f", path, "--state", t.TempDir(), "--exit-with-stdin"}, in, out, &errs)
	}()
	var s served
	require.NoError(t, json.Unmarshal(read(), &s))
	require.True(t, s.Ready)
	require.Len(t, s.Addresses, 5)
	require.FileExists(t, s.CAFile)
	require.NoError(t, parent.Close())
	require.Zero(t, <-ended, errs.String())
	require.NotContains(t, errs.String(), "hunter2")
}

// newLines is an output that is read line by line.
func newLines(t *testing.T) (io.Writer, func() []byte) {
	t.Helper()
	r, w := io.Pipe()
	return w, func() []byte {
		line, err := bytes.NewBuffer(nil), error(nil)
		one := make([]byte, 1)
		for err == nil && one[0] != '\n' {
			_, err = r.Read(one)
			line.Write(one)
		}
		require.NoError(t, err)
		return line.Bytes()
	}
}
