package config_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

const (
	taskHere  = "packages: {directory: 'C:\\Updates'}"
	testsHere = "    databases: {configuration: Config, on: SQL01}"
)

// TestUsersOffDefaults: half an hour for the queue, a page for a smoke test, and nothing else.
func TestUsersOffDefaults(t *testing.T) {
	r, rel, err := config.Decode("rollout.yaml", []byte(valid(t, testsHere, testsHere+"\n    smoke_tests: [{name: home, url: 'http://pwa/pwa'}]")), "")
	require.NoError(t, err)
	require.Equal(t, 30*time.Minute, r.Queue.Wait)
	require.Equal(t, []farm.SmokeTest{{Name: "home", URL: "http://pwa/pwa", ExpectStatus: 200}}, r.Farms[0].SmokeTests)
	require.False(t, r.Farms[0].PauseCrawls)
	require.Empty(t, r.ManualTasks)
	require.Equal(t, farm.QueueViews{DraftView: "MSP_QUEUE_PROJECT_GROUP_FULL_VIEW", StateColumn: "GRP_QUEUE_STATE"}, rel.Queue)
	for _, name := range config.ReleaseNames() {
		other, _ := config.LoadRelease(name)
		require.Equal(t, rel.Queue, other.Queue, "%s: the queue is that of the product, not of the update", name)
	}
}

// TestManualTaskIsRead with all its keys.
func TestManualTaskIsRead(t *testing.T) {
	r, _, err := config.Decode("rollout.yaml", []byte(valid(t, taskHere, taskHere+"\nqueue: {wait: 0s}\nmanual_tasks: [{name: pool, when: before, phase: disconnect-users, text: take it out, owner: change}]")), "")
	require.NoError(t, err)
	require.Equal(t, []farm.ManualTask{{Name: "pool", When: farm.TaskBefore, Phase: farm.PhaseDisconnectUsers, Text: "take it out", Owner: "change"}}, r.ManualTasks)
	require.Zero(t, r.Queue.Wait)
}

func TestUsersOffMistakes(t *testing.T) {
	type place struct{ from, to string }
	task := func(fields string) place { return place{taskHere, taskHere + "\nmanual_tasks: [{" + fields + "}]"} }
	test := func(fields string) place {
		return place{testsHere, testsHere + "\n    smoke_tests: [{" + fields + "}]"}
	}
	for name, tc := range map[string]struct {
		at   place
		want []string
	}{
		"a task of nobody":          {task("name: pool, when: before, phase: install, text: do"), []string{"manual_tasks[0].owner: missing; name a group"}},
		"a task at no side":         {task("name: pool, when: beside, phase: install, text: do, owner: nina"), []string{`manual_tasks[0].when: "beside" is not known here; want before, after`}},
		"a task at no phase":        {task("name: pool, when: before, phase: instal, text: do, owner: nina"), []string{`manual_tasks[0].phase: "instal" is not known here`}},
		"a task without words":      {task("name: pool, owner: nina"), []string{"manual_tasks[0].when: missing", "manual_tasks[0].phase: missing; phases are preflight", "manual_tasks[0].text: missing"}},
		"a task named for a server": {task("name: wfe01-image, when: before, phase: install, text: do, owner: nina"), []string{"manual_tasks[0].name: a manual task's name must not begin with the name of a server"}},
		"a page of no address":      {test("name: home, url: pwa"), []string{"farms[0].smoke_tests[0].url: want an address like"}},
		"a page with a password":    {test("name: home, url: 'http://me:hunter2@pwa/'"), []string{"farms[0].smoke_tests[0].url: want an address like"}},
		"no status of HTTP":         {test("name: home, url: 'http://pwa/', expect_status: 20"), []string{"farms[0].smoke_tests[0].expect_status: 20 is not an HTTP status"}},
		"a wait backwards":          {place{taskHere, taskHere + "\nqueue: {wait: -1s}"}, []string{"queue.wait: \"-1s\" is negative"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := config.Decode("rollout.yaml", []byte(valid(t, tc.at.from, tc.at.to)), "")
			var mistakes *config.Mistakes
			require.ErrorAs(t, err, &mistakes)
			require.Len(t, mistakes.List, len(tc.want), err.Error())
			for _, w := range tc.want {
				require.Contains(t, err.Error(), w)
			}
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}
