package activities

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/mssql"
	"farmhand/scripts"
)

// FuzzQueueCount: a view that is not the queue's gives an error, never a count of something else.
func FuzzQueueCount(f *testing.F) {
	for _, row := range [][2]string{{"1", "4"}, {"2", "0"}, {"", "7"}, {"Getting queued", "1"}, {"-3", "1"}, {"12", "99999999999999999999"}} {
		f.Add(row[0], row[1])
	}
	f.Fuzz(func(t *testing.T, state, jobs string) {
		c, err := queueCount([]mssql.Field{{Value: state}, {Value: jobs}})
		if err != nil {
			require.Zero(t, c)
			return
		}
		s, stateErr := strconv.Atoi(state)
		n, jobsErr := strconv.Atoi(jobs)
		require.NoError(t, stateErr)
		require.NoError(t, jobsErr)
		require.Equal(t, farm.QueueCount{State: farm.QueueState(s), Jobs: n}, c)
		require.GreaterOrEqual(t, n, 0, "nothing is counted below zero")
	})
}

func TestQueueCountOfOtherColumns(t *testing.T) {
	_, err := queueCount([]mssql.Field{{Value: "1"}})
	require.ErrorContains(t, err, "1 columns, want a state and a count")
}

// FuzzSmokeResult: an answer without a status is a failure, whatever else it says.
func FuzzSmokeResult(f *testing.F) {
	f.Add("page", "200", "true", "Home")
	f.Add("page", "", "true", "")
	f.Add("response", "200", "true", "")
	f.Fuzz(func(t *testing.T, kind, status, found, title string) {
		got, err := smokeResult(farm.SmokeTest{Name: "home"}, []scripts.Record{{Kind: kind, Fields: map[string]string{"status": status, "found": found, "title": title}}})
		if err != nil {
			return
		}
		require.Equal(t, "page", kind)
		require.Equal(t, found == "true", got.Found)
		n, convErr := strconv.ParseInt(status, 10, 64)
		require.NoError(t, convErr)
		require.Equal(t, int(n), got.Status)
	})
}
