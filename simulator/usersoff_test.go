package simulator_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/scripts"
	"farmhand/simulator"
	"farmhand/simulator/world"
)

// queue is a farm whose Draft database holds jobs.
type queue struct {
	*rig
	db *sql.DB
}

func queueOf(t *testing.T, jobs ...simulator.TwinJobs) queue {
	t.Helper()
	r := start(t, simulator.Options{Twin: simulator.Twin{Databases: []simulator.TwinDatabase{{Name: "PWA_Draft", Jobs: jobs}}}})
	return queue{r, r.database("PWA_Draft")}
}

// queued counts the jobs in a state.
func (r queue) queued(state int) (n int) {
	require.NoError(r, r.db.QueryRowContext(r.Context(), "SELECT COUNT(*) FROM MSP_QUEUE_PROJECT_GROUP_FULL_VIEW WHERE GRP_QUEUE_STATE = @p1", state).Scan(&n))
	return n
}

func TestJobsThatStay(t *testing.T) {
	t.Parallel()
	r := queueOf(t, simulator.TwinJobs{State: 1, Count: 1, Stay: true}, simulator.TwinJobs{State: 2, Count: 2}, simulator.TwinJobs{State: 10, Count: 3})
	for r.queued(4) < 5 {
		require.NoError(t, t.Context().Err())
	}
	require.Equal(t, 1, r.queued(1), "nobody takes it")
	require.Equal(t, 3, r.queued(10), "a person put them on hold")
	require.Equal(t, 5, r.queued(4))
}

// TestJobsThatWereCutOff: a client cannot end its sending when the last Web server is gone.
func TestJobsThatWereCutOff(t *testing.T) {
	t.Parallel()
	r := queueOf(t, simulator.TwinJobs{State: 2, Count: 2, Stay: true})
	r.usersOff()
	r.requireDamage("WFE01", "2 jobs of PWA_Draft were getting queued when the last Web server stopped")
	_, exit := r.run("WFE01", "net start w3svc")
	require.Zero(t, exit)
	_, exit = r.run("WFE01", "net stop w3svc")
	require.Zero(t, exit)
	require.Len(t, r.all("damage"), 1, "what is lost is lost once")
}

func TestDrainedQueueIsNotCutOff(t *testing.T) {
	t.Parallel()
	r := queueOf(t, simulator.TwinJobs{State: 2, Count: 1})
	for r.queued(2) > 0 {
		require.NoError(t, t.Context().Err())
	}
	r.usersOff()
	require.Empty(t, r.all("damage"))
}

func TestSmokeTest(t *testing.T) {
	t.Parallel()
	const address = "http://pwa.contoso/"
	o := https(t)
	o.Twin.Faults = []world.Fault{{Host: "WFE01", Step: "page " + address + "broken", Kind: "http", Code: 503, Text: "Service Unavailable"}}
	r := start(t, o)
	answer := func(url, expect string) string {
		return strings.Join(r.script("WFE01", scripts.SmokeTest, scripts.Arg{Name: "Url", Value: url}, scripts.Arg{Name: "Expect", Value: expect}), "\n")
	}
	require.Contains(t, answer(address, ""), "status=200\tfound=true")
	require.Contains(t, answer(address, "no such text"), "status=200\tfound=false")
	require.Contains(t, answer("http://elsewhere/", "x"), "status=404")
	require.Contains(t, answer(address+"broken", ""), "status=503")
	require.Contains(t, answer(address+"broken", ""), "status=200", "the fault strikes once")
	require.Contains(t, answer("https://pwa.contoso/", ""), "by_name=true")
	r.usersOff()
	require.Contains(t, answer(address, ""), "status=0")
	r.install("WFE01")
	_, exit := r.run("WFE01", "net start w3svc")
	require.Zero(t, exit)
	require.Contains(t, answer(address, "Project Web Access"), "status=500\tfound=false", "the databases are behind the files")
}
