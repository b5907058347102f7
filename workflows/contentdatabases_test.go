package workflows_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// content is a farm with two content databases that may be detached, and two that may not.
func content(r *farm.Rollout) {
	r.Farms[0].Strategy, r.Farms[0].KeepAttached = farm.StrategyDetach, []string{"wss_content_pwa"}
}

func contentDatabase(name string) farm.ContentDatabase {
	return farm.ContentDatabase{Name: name, Server: "SQL01", URL: "http://pwa.contoso/", Status: "Online", Warning: 9000, Max: 15000, Sites: 3, Search: "IDX01",
		Central: name == "SharePoint_AdminContent"}
}

// ContentDatabases lists what is attached.
func (s *scene) ContentDatabases(context.Context, activities.DescribeRequest) ([]farm.ContentDatabase, error) {
	unlock, err := s.call("content")
	defer unlock()
	var out []farm.ContentDatabase
	for _, name := range []string{"SharePoint_AdminContent", "WSS_Content_PWA", "WSS_Content_A", "WSS_Content_B"} {
		if !s.detached[name] {
			d := contentDatabase(name)
			d.Max -= s.fewerSites[name]
			out = append(out, d)
		}
	}
	return out, err
}

// StartStsadm runs the operation at once; its exit code is told by AwaitJob.
func (s *scene) StartStsadm(_ context.Context, r activities.StsadmRequest) (activities.JobRef, error) {
	words := strings.Fields(strings.ReplaceAll(r.Arguments, `"`, ""))
	operation, name := words[1], ""
	for i, w := range words {
		switch w {
		case "-databasename":
			name = words[i+1]
		case "-contentdb":
			_, name, _ = strings.Cut(words[i+1], ":")
		}
	}
	what := operation + " " + name
	unlock, err := s.call(what)
	defer unlock()
	e := s.end(what)
	if err == nil && e.done {
		if s.detached == nil {
			s.detached = map[string]bool{}
		}
		if operation != "preparetomove" {
			s.detached[name] = operation == "deletecontentdb"
		}
	}
	s.pending[r.Job] = e
	return activities.JobRef{ServerTarget: r.ServerTarget, Job: r.Job, Ran: r.Arguments}, err
}

// moves are what was done with content databases, with the packages and wizards between.
func (w *world) moves() []string {
	return slices.DeleteFunc(slices.Clone(w.calls), func(c string) bool {
		return !strings.Contains(c, "contentdb") && !strings.HasPrefix(c, "preparetomove") && c != "install APP01/KB951695" && c != "wizard WFE02"
	})
}

func TestContentDatabasesAreDetachedAndComeBack(t *testing.T) {
	w := newWorld(t, content)
	w.approveEvery()
	s := w.completes()
	require.Equal(t, []string{
		"preparetomove WSS_Content_A", "deletecontentdb WSS_Content_A", "preparetomove WSS_Content_B", "deletecontentdb WSS_Content_B",
		"addcontentdb WSS_Content_A", "addcontentdb WSS_Content_B",
	}, slices.DeleteFunc(w.moves(), func(c string) bool { return strings.HasPrefix(c, "install") || strings.HasPrefix(c, "wizard") }))
	require.Len(t, s.Content, 2)
	for _, d := range s.Content {
		require.False(t, d.Out())
		require.True(t, s.NoReturn.After(d.DetachedAt) || s.NoReturn.Equal(d.DetachedAt), "before the first package")
		require.True(t, d.AttachedAt.After(s.Server("WFE02").FinalizedAt) || d.AttachedAt.Equal(s.Server("WFE02").FinalizedAt), "after the last wizard")
	}
	require.Contains(t, strings.Join(s.Residual, "\n"), "the next crawl is a full one")
	require.Contains(t, strings.Join(s.Residual, "\n"), "associate it with the search server IDX01")
}

func TestUpdatedFarmsNeedNoPreparation(t *testing.T) {
	w := newWorld(t, content)
	w.tweak["APP01"] = func(f *farm.ServerFacts) { f.Version = farm.MustParseVersion("12.0.0.6318") }
	w.approveEvery()
	w.completes()
	require.Zero(t, w.count("preparetomove WSS_Content_A"))
	require.Equal(t, 1, w.count("deletecontentdb WSS_Content_A"))
}

func TestContentDatabaseThatComesBackOtherwiseIsAsked(t *testing.T) {
	w := newWorld(t, content)
	w.fewerSites = map[string]int{}
	w.on["addcontentdb WSS_Content_B"] = func(int) error { w.fewerSites["WSS_Content_B"] = 100; return nil }
	w.answer("i-1", farm.ChoiceVerifyAgain, func(q farm.Question) {
		require.Equal(t, farm.StepAttachContent, q.Failure.Step)
		require.Equal(t, []string{"the limit of site collections was 15000 and is 14900"}, q.Failure.Log)
		require.Zero(t, w.count("start W3SVC WFE01"), "users are off")
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.fewerSites, "WSS_Content_B")
	})
	w.approveEvery()
	w.completes()
	require.Equal(t, 1, w.count("addcontentdb WSS_Content_B"))
}

func TestAbortBeforeThePackagesAttachesAgain(t *testing.T) {
	w := newWorld(t, content)
	w.ends["deletecontentdb WSS_Content_B"] = []ending{{activities.JobEnd{Exit: -1, Tail: []string{"Access denied."}}, false}}
	w.answer("i-1", farm.ChoiceAbort, func(q farm.Question) { require.Equal(t, []string{"Access denied."}, q.Failure.Log) })
	w.answer("i-2", farm.ChoiceStartServices)
	w.approveEvery()
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
	s := w.status()
	require.Equal(t, 1, w.count("addcontentdb WSS_Content_A"))
	require.False(t, s.Content[0].Out())
	require.NotContains(t, strings.Join(s.Residual, "\n"), "is detached")
}

func TestAbortAfterThePackagesNamesWhatIsDetached(t *testing.T) {
	w := newWorld(t, content)
	w.ends["wizard APP01"] = []ending{exits(1)}
	w.answer("i-1", farm.ChoiceAbort)
	w.answer("i-2", farm.ChoiceLeaveStopped)
	w.approveEvery()
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
	require.Contains(t, w.status().Residual,
		`APP01: content database WSS_Content_A is detached; attach it: stsadm -o addcontentdb -url "http://pwa.contoso/" -databasename "WSS_Content_A" -databaseserver "SQL01" -sitewarning 9000 -sitemax 15000`)
	require.Zero(t, w.count("addcontentdb WSS_Content_A"))
}
