package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/world"
)

// queue is the Project queue of the example's instance.
func (w *twin) queue() activities.QueueRequest {
	q := farm.Queues(w.options.Rollout.Farms[0], w.options.Release.Queue)
	return activities.QueueRequest{SQLTarget: w.sql(), Queue: q[0]}
}

func TestTheProjectQueueIsCounted(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Release.Queue.TimesheetView = "Timesheets Waiting" // a name that needs quoting
		o.Twin.Databases = []simulator.TwinDatabase{
			{Name: "PWA_Draft", Jobs: []simulator.TwinJobs{{State: 1, Count: 2, Stay: true}, {State: 2, Count: 1, Stay: true}, {State: 10, Count: 3}}},
			{Name: "PWA_Published", Jobs: []simulator.TwinJobs{{State: 11, Count: 4}}},
		}
	})
	r := do[farm.QueueReading](w, w.acts.ReadProjectQueue, w.queue())
	require.Equal(t, []farm.QueueCount{{State: 1, Jobs: 2}, {State: 2, Jobs: 1}, {State: 4, Jobs: 3}, {State: 10, Jobs: 3}}, r.Counts)
	require.Equal(t, "PWA_Draft: 2 waiting, 1 getting queued, 3 on hold", r.Says())
	require.Equal(t, w.queue().Queue, r.QueueSource)
	require.False(t, r.At.IsZero())

	w.part("timesheets", func(t *testing.T) {
		ask := w.queue()
		ask.Queue = farm.Queues(w.options.Rollout.Farms[0], w.options.Release.Queue)[1]
		require.Equal(t, "PWA_Published: 4 sleeping", do[farm.QueueReading](w, w.acts.ReadProjectQueue, ask).Says())
	})
	for name, change := range map[string]func(*farm.QueueSource){
		"another view":       func(q *farm.QueueSource) { q.View = "MSP_QUEUE_OF_ANOTHER_BUILD" },
		"another column":     func(q *farm.QueueSource) { q.Column = "STATE" },
		"a column of texts":  func(q *farm.QueueSource) { q.Column = "GRP_QUEUE_ID" },
		"another database":   func(q *farm.QueueSource) { q.Database = "No_Such_Database" },
		"no view":            func(q *farm.QueueSource) { q.View = "" },
		"a view as it comes": func(q *farm.QueueSource) { q.View = "x] ; SHUTDOWN; --" },
	} {
		w.part(name+" is an answer", func(t *testing.T) {
			ask := w.queue()
			change(&ask.Queue)
			r := do[farm.QueueReading](w, w.acts.ReadProjectQueue, ask)
			require.NotEmpty(t, r.Unreadable)
			require.Empty(t, r.Counts)
		})
	}
	w.part("a SQL Server that is down is a failure", func(*testing.T) {
		ask := w.queue()
		ask.Server.Address = elsewhere(ask.Server.Address)
		_, err := try[farm.QueueReading](w, w.acts.ReadProjectQueue, ask)
		w.requireFailure(err, farm.FailureUnreachable, sql01, true)
	})
	w.part("a wrong password is a failure", func(*testing.T) {
		ask := w.queue()
		ask.Connect = mistaken()
		_, err := try[farm.QueueReading](w, w.acts.ReadProjectQueue, ask)
		w.requireFailure(err, farm.FailureAuth, sql01, false)
	})
	w.part("a right that is missing is an answer", func(t *testing.T) {
		w.sim.Close()
		w.options.Twin.Faults = []world.Fault{{Host: sql01, Step: "sql batch", Kind: "fail", Code: 229, Text: "The SELECT permission was denied."}}
		w.start()
		require.Contains(t, do[farm.QueueReading](w, w.acts.ReadProjectQueue, w.queue()).Unreadable, "permission was denied")
	})
}

func TestSmokeTests(t *testing.T) {
	const home = "http://pwa.contoso/pwa"
	w := newTwin(t, faults(world.Fault{Host: wfe01, Step: "page " + home, Kind: "http", Code: 503, Text: "Service Unavailable"}))
	ask := activities.SmokeTestRequest{ServerTarget: w.server(wfe01), Tests: []farm.SmokeTest{
		{Name: "home", URL: home, Expect: "Project Web Access"}, {Name: "any", URL: "http://pwa.contoso/", ExpectStatus: 200},
	}}
	_, err := try[farm.WitnessResult](w, w.acts.SmokeTest, ask)
	f := w.requireFailure(err, farm.FailureSmokeTest, wfe01, false)
	require.Equal(t, farm.StepSmokeTest, f.Step)
	require.Contains(t, f.Message, "home http://pwa.contoso/pwa: status 503, want 200")
	require.Contains(t, f.Log[1], "any http://pwa.contoso/: as expected", "every page is asked for")

	said := do[farm.WitnessResult](w, w.acts.SmokeTest, ask)
	require.True(t, said.Agrees)
	require.Equal(t, farm.WitnessSmokeTests, said.Witness)
	require.Equal(t, "home http://pwa.contoso/pwa: as expected; any http://pwa.contoso/: as expected", said.Says)

	w.part("by name", func(t *testing.T) {
		ask.Tests = []farm.SmokeTest{{Name: "tls", URL: "https://pwa.contoso/"}}
		require.Contains(t, do[farm.WitnessResult](w, w.acts.SmokeTest, ask).Says, "another front-end may have answered")
	})
	w.part("users are off", func(t *testing.T) {
		do[farm.ServiceState](w, w.acts.StopService, activities.StopRequest{ServerTarget: w.server(wfe01), Name: farm.ServiceWebPublishing, StartMode: farm.StartManual})
		_, err := try[farm.WitnessResult](w, w.acts.SmokeTest, ask)
		require.Contains(t, w.requireFailure(err, farm.FailureSmokeTest, wfe01, false).Message, "nobody answered")
	})
}
