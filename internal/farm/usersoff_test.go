package farm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

func TestFindingsOfUsersOff(t *testing.T) {
	f := farm.Farm{
		Name: "pwa", Servers: []farm.Server{{Name: "IDX01", Roles: []farm.Role{farm.RoleIndex}}}, SQLServers: []farm.SQLServer{{Name: "SQL01"}},
		ProjectWebAccess: []farm.ProjectWebAccess{{URL: "http://pwa", On: "SQL01", Draft: "D"}},
	}
	source := farm.QueueSource{URL: "http://pwa", Server: "SQL01", Database: "D"}
	with := func(name string) farm.Facts {
		return farm.Facts{Servers: []farm.ServerFacts{{Server: "IDX01", Administrator: true, Services: []farm.ServiceState{{Name: name}}}}}
	}
	for name, tc := range map[string]struct {
		facts farm.Facts
		edit  func(*farm.Farm, *farm.Release)
		want  string
		sev   farm.Severity
	}{
		"unreadable":       {facts: farm.Facts{Queues: []farm.QueueReading{{QueueSource: source, Unreadable: "Invalid object name"}}}, want: "the Project queue of http://pwa cannot be counted: Invalid object name", sev: farm.SeverityWarning},
		"failed and stuck": {facts: farm.Facts{Queues: []farm.QueueReading{{QueueSource: source, Counts: []farm.QueueCount{{State: 5, Jobs: 2}}}}}, want: `the queue in D has 2 jobs "failed and blocking"`, sev: farm.SeverityWarning},
		"timesheets":       {facts: farm.Facts{Queues: []farm.QueueReading{{QueueSource: source}}}, want: "the timesheet queue is not counted: the release names no view of it", sev: farm.SeverityInformation},
		"no search":        {facts: with("W3SVC"), edit: func(f *farm.Farm, _ *farm.Release) { f.PauseCrawls = true }, want: "crawls are to be paused, and the service OSearch is on none of IDX01", sev: farm.SeverityWarning},
		"search":           {facts: with("osearch"), edit: func(f *farm.Farm, _ *farm.Release) { f.PauseCrawls = true }},
		"search renamed":   {facts: with("Search12"), edit: func(f *farm.Farm, _ *farm.Release) { f.PauseCrawls, f.Services.Search = true, "Search12" }},
		"not paused":       {facts: with("W3SVC")},
		"timesheets known": {facts: farm.Facts{Queues: []farm.QueueReading{{QueueSource: source}}}, edit: func(_ *farm.Farm, r *farm.Release) { r.Queue.TimesheetView = "T" }},
	} {
		t.Run(name, func(t *testing.T) {
			f, rel := f, farm.Release{}
			if tc.edit != nil {
				tc.edit(&f, &rel)
			}
			var got []string
			for _, x := range farm.Findings(farm.Rollout{}, rel, f, tc.facts) {
				got = append(got, x.What)
				if x.What == tc.want {
					require.Equal(t, tc.sev, x.Severity)
					require.NotEmpty(t, x.Do)
				}
			}
			if tc.want != "" {
				require.Contains(t, got, tc.want)
				return
			}
			for _, g := range got {
				require.NotContains(t, g, "crawls are to be paused")
				if rel.Queue.TimesheetView != "" {
					require.NotContains(t, g, "timesheet")
				}
			}
		})
	}
}

func TestSmokeTestFails(t *testing.T) {
	page := farm.SmokeTest{Name: "home", Expect: "Project Web Access"}
	for name, tc := range map[string]struct {
		test farm.SmokeTest
		got  farm.SmokeResult
		want string
	}{
		"good":            {page, farm.SmokeResult{Status: 200, Found: true}, ""},
		"silent":          {page, farm.SmokeResult{Error: "Unable to connect"}, "nobody answered: Unable to connect"},
		"error page":      {page, farm.SmokeResult{Status: 500, Title: "Error"}, "status 500, want 200. Error"},
		"other text":      {page, farm.SmokeResult{Status: 200, Title: "Under construction"}, `the page does not hold "Project Web Access". Under construction`},
		"any page":        {farm.SmokeTest{}, farm.SmokeResult{Status: 200}, ""},
		"who is there":    {farm.SmokeTest{ExpectStatus: 401}, farm.SmokeResult{Status: 401}, ""},
		"lets anybody in": {farm.SmokeTest{ExpectStatus: 401}, farm.SmokeResult{Status: 200}, "status 200, want 401."},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tc.want, tc.test.Fails(tc.got)) })
	}
}

func TestTasks(t *testing.T) {
	r := farm.Rollout{
		Groups: []farm.Group{{Name: "network", Members: []farm.Member{{Name: "nina"}, {Name: "noel"}}}},
		ManualTasks: []farm.ManualTask{
			{Name: "drain", When: farm.TaskBefore, Phase: farm.PhaseDisconnectUsers, Owner: "network"},
			{Name: "image", When: farm.TaskBefore, Phase: farm.PhaseInstall, Owner: "walter"},
			{Name: "page", When: farm.TaskBefore, Phase: farm.PhaseDisconnectUsers, Owner: "network"},
			{Name: "pool", When: farm.TaskAfter, Phase: farm.PhaseReconnectUsers, Owner: "network"},
		},
	}
	at := r.TasksAt(farm.TaskBefore, farm.PhaseDisconnectUsers)
	require.Equal(t, []farm.ManualTask{r.ManualTasks[0], r.ManualTasks[2]}, at, "in the file's order")
	require.Empty(t, r.TasksAt(farm.TaskAfter, farm.PhaseDisconnectUsers))
	require.Equal(t, "task-drain", at[0].ID())
	require.Equal(t, "before disconnect-users", at[0].At())
	require.Equal(t, []string{"nina", "noel"}, r.Owners(at[0]))
	require.Equal(t, []string{"walter"}, r.Owners(r.ManualTasks[1]))

	plain := farm.NewPlan(farm.Farm{}, farm.Release{}, nil)
	plan := plain.WithTasks(r)
	disconnect, _ := plan.Phase(farm.PhaseDisconnectUsers)
	require.Equal(t, at, disconnect.TasksBefore)
	reconnect, _ := plan.Phase(farm.PhaseReconnectUsers)
	require.Len(t, reconnect.TasksAfter, 1)
	disconnect, _ = plain.Phase(farm.PhaseDisconnectUsers)
	require.Empty(t, disconnect.TasksBefore, "the plan it was made from is as it was")
}

// TestTaskIsDone by its owner alone; whoever ends the run over it says why.
func TestTaskIsDone(t *testing.T) {
	q := farm.Question{
		ID: "task-drain", Kind: farm.QuestionTask, Choices: []farm.Choice{farm.ChoiceDone, farm.ChoiceAbort}, Members: []string{"nina"}, Quorum: 1,
		Digest: farm.EvidenceDigest("task-drain", 1, nil), Revision: 1,
	}
	say := func(who string, c farm.Choice, reason string) farm.Decision {
		return farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: who, Choice: c, Reason: reason}
	}
	require.ErrorContains(t, q.Check(say("dave", farm.ChoiceDone, "")), "dave may not decide here")
	require.ErrorContains(t, q.Check(say("nina", farm.ChoiceAbort, " ")), "say why")
	require.ErrorContains(t, q.Check(say("nina", farm.ChoiceApprove, "x")), "not a choice")
	q.Exclude("nina")
	_, err := q.Decide(say("Nina", farm.ChoiceDone, ""), asked)
	require.NoError(t, err, "whoever carries the rollout out may still do a task")
	require.Equal(t, farm.ChoiceDone, q.Answer)
}
