package view_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

var people = []string{"alice", "bob", "Bob ", "carol", "dave", "erin", "o'neill", "a person with a long name and blanks in it"}

// anyText draws what people and servers may say: long words, control characters, other scripts.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringN(0, 60, 200), rapid.StringMatching(`[A-Za-z_.\\-]{1,90}( [a-z]{1,40}){0,6}`), rapid.Just("a\x1b[31mb\r\nc"), rapid.Just(strings.Repeat("x", 300)))
}

func anyTime() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		return night.Add(time.Duration(rapid.Int64Range(0, 90_000).Draw(t, "seconds")) * time.Second)
	})
}

// anyQuestion draws an open question that workflows could ask: with choices, members and a true digest.
func anyQuestion(id int) *rapid.Generator[farm.Question] {
	return rapid.Custom(func(t *rapid.T) farm.Question {
		q := farm.Question{
			ID: fmt.Sprintf("i-%d", id), Kind: farm.QuestionIntervention, Title: anyText().Draw(t, "title"), Revision: 1, Asked: anyTime().Draw(t, "asked"), Quorum: 1,
			Choices: rapid.SliceOfNDistinct(rapid.SampledFrom([]farm.Choice{farm.ChoiceRetry, farm.ChoiceStartTimer, farm.ChoiceVerifyAgain, farm.ChoiceSkip, farm.ChoiceAbort}), 1, 5, rapid.ID).Draw(t, "choices"),
			Members: rapid.SliceOfN(rapid.SampledFrom(people), 1, 5).Draw(t, "members"),
			Failure: &farm.Failure{Kind: farm.FailureWizard, Step: farm.StepRunWizard, Message: anyText().Draw(t, "message"), Try: 1},
		}
		q.Advised = rapid.SampledFrom(q.Choices).Draw(t, "advised")
		if rapid.Bool().Draw(t, "gate") {
			q.ID, q.Kind, q.Failure, q.Advised = rapid.SampledFrom([]string{"install", "continue", "reconnect"}).Draw(t, "gate name"), farm.QuestionGate, nil, ""
			q.Choices = []farm.Choice{farm.ChoiceApprove, farm.ChoiceReject}
			q.Excluded = rapid.SliceOfN(rapid.SampledFrom(people), 0, 4).Draw(t, "excluded")
			q.Quorum = rapid.IntRange(1, 3).Draw(t, "quorum")
		}
		for range rapid.IntRange(0, 5).Draw(t, "facts") {
			q.Facts = append(q.Facts, farm.Fact{Label: anyText().Draw(t, "label"), Text: anyText().Draw(t, "text")})
		}
		q.Digest = farm.EvidenceDigest(q.ID, q.Revision, q.Facts)
		return q
	})
}

// anyStatus draws a status anywhere in its life.
func anyStatus() *rapid.Generator[farm.Status] {
	return rapid.Custom(func(t *rapid.T) farm.Status {
		fixture := rapid.SampledFrom([]func(farm.Farm) farm.Status{begun, backedUp, midInstall, waiting, stuck, completed, aborted}).Draw(t, "fixture")
		f := contoso
		if rapid.Bool().Draw(t, "wide") {
			f = wide()
		}
		s := fixture(f)
		s.Servers = slices.Clone(s.Servers)
		for i := range s.Servers {
			if rapid.IntRange(0, 3).Draw(t, "noise") == 0 {
				s.Servers[i].Doing, s.Servers[i].DoingSince = anyText().Draw(t, "doing"), anyTime().Draw(t, "since")
			}
		}
		s.Paused = rapid.Bool().Draw(t, "paused")
		s = rapid.SampledFrom([]func(farm.Status) farm.Status{func(s farm.Status) farm.Status { return s }, inWindow, beforeWindow, afterWindow}).Draw(t, "window")(s)
		s.Residual = rapid.SliceOfN(anyText(), 0, 2).Draw(t, "residual")
		for i := range rapid.IntRange(0, 3).Draw(t, "questions") {
			s.Questions = append(s.Questions, anyQuestion(i+7).Draw(t, "question"))
		}
		return s
	})
}

func TestNoLineExceedsTheWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, columns := anyStatus().Draw(t, "status"), rapid.IntRange(72, 160).Draw(t, "width")
		now := anyTime().Draw(t, "now")
		for _, v := range []view.Screenable{
			view.FromStatus(s, now), view.FromRollout(rolloutOf(s), []farm.Status{s}, now),
			view.FromRollout(rolloutOf(s, renamed(s, "two")), []farm.Status{s, renamed(s, "two")}, now), view.Gates([]farm.Status{s}, "", now),
		} {
			var b bytes.Buffer
			require.NoError(t, view.Screen(&b, v, view.Style{Width: columns}))
			require.True(t, utf8.Valid(b.Bytes()))
			for line := range strings.Lines(b.String()) {
				line = strings.TrimSuffix(line, "\n")
				require.LessOrEqual(t, view.Width(line), columns, "%q", line)
				require.Equal(t, strings.TrimRight(line, " "), line, "trailing blanks")
				require.NotContains(t, line, "\x1b")
			}
		}
	})
}

func TestViewsRoundTripThroughJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, now := anyStatus().Draw(t, "status"), anyTime().Draw(t, "now")
		roundTrip(t, view.FromStatus(s, now))
		roundTrip(t, view.FromRollout(rolloutOf(s), []farm.Status{s}, now))
		roundTrip(t, view.ResultOf(rolloutOf(s), []farm.Status{s}))
		roundTrip(t, view.Gates([]farm.Status{s}, "bob", now))
	})
}

func roundTrip[T any](t *rapid.T, v T) {
	first, err := json.Marshal(v)
	require.NoError(t, err)
	var back T
	require.NoError(t, json.Unmarshal(first, &back))
	second, err := json.Marshal(back)
	require.NoError(t, err)
	require.JSONEq(t, string(first), string(second))
}

func TestOpenQuestionsOfferTheirChoicesAndNoOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyStatus().Draw(t, "status")
		f := view.FromStatus(s, anyTime().Draw(t, "now"))
		open := s.OpenQuestions()
		require.Len(t, f.Questions, len(open))
		for i, q := range open {
			v := f.Questions[i]
			require.NotEmpty(t, v.Actions)
			for _, a := range v.Actions {
				require.Contains(t, q.Choices, a.Choice)
				require.Contains(t, a.Command, q.Digest[:8])
				require.NotEmpty(t, a.Effect)
			}
			if q.Advised != "" {
				require.Equal(t, q.Advised, v.Actions[0].Choice, "the recommended one is first")
				require.True(t, v.Actions[0].Advised)
			}
		}
	})
}

func TestActionsAreWhatTheQuestionWouldAccept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyStatus().Draw(t, "status")
		f := view.FromStatus(s, anyTime().Draw(t, "now"))
		who := rapid.SampledFrom(people).Draw(t, "who")
		for i, q := range s.OpenQuestions() {
			var offered []farm.Choice
			for _, a := range f.Questions[i].ActionsFor(who) {
				offered = append(offered, a.Choice)
				require.NotContains(t, a.Command, "--as NAME")
			}
			for _, c := range q.Choices {
				err := q.Check(farm.Decision{Subject: q.ID, Evidence: q.Digest[:8], Who: who, Choice: c, Reason: "because"})
				require.Equal(t, err == nil, slices.Contains(offered, c), "%s %s: %v", who, c, err)
			}
			for _, e := range q.Excluded {
				require.Empty(t, f.Questions[i].ActionsFor(e), "%s is excluded", e)
			}
		}
	})
}

func TestChangesFromNothingTellNothingTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyStatus().Draw(t, "status")
		f := view.FromStatus(s, anyTime().Draw(t, "now"))
		require.Empty(t, view.Changes(f, f))
		for _, line := range view.Changes(view.Farm{}, f) {
			require.NotContains(t, line, "\n")
			require.NotContains(t, line, "\x1b")
		}
	})
}

func TestRunbooksAndReportsNeverFail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyStatus().Draw(t, "status")
		_, err := view.Runbook(s)
		require.NoError(t, err)
		e := evidence(s)
		var b bytes.Buffer
		require.NoError(t, e.HTML(&b))
		require.NoError(t, e.Markdown(&b))
		require.True(t, utf8.Valid(b.Bytes()))
	})
}
