package integration

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

// dated is a window of one date, a whole number of minutes around now.
func dated(from, to time.Duration) farm.Window {
	const layout = "2006-01-02 15:04"
	now := time.Now().UTC()
	return farm.Window{From: now.Add(from).Format(layout), To: now.Add(to).Format(layout), Zone: "UTC"}
}

// TestMissedWindowOnTheWire: nobody approves the installation in the first window, so that users are let back onto the
// front-ends; the second round backs up and installs as if it were the first. Jobs of the two rounds never meet.
func TestMissedWindowOnTheWire(t *testing.T) {
	rollout, release, err := config.Decode("contoso.yaml", config.Example(), ".")
	require.NoError(t, err)
	rollout.Windows, rollout.RestoreNeeds = []farm.Window{dated(-time.Hour, 3*time.Hour), dated(4*time.Hour, 24*time.Hour)}, time.Hour
	f := StartWith(t, Options{Rollout: rollout, Release: release, Pace: 4000})
	waited := false
	r, s := f.UpdateWith(t, People{
		See: func(s farm.Status) {
			if s.State == farm.RunWindow && !waited {
				waited = true
				for _, name := range []string{"WFE01", "WFE02"} {
					require.Contains(t, f.Do(t, name, "sc query w3svc").Stdout, "RUNNING")
					require.Contains(t, f.Do(t, name, "sc qc w3svc").Stdout, "AUTO_START")
				}
				for _, d := range s.Databases {
					require.Equal(t, farm.StepPending, d.BackupState, d.Name)
				}
			}
		},
		Answer: func(q farm.Question) (string, farm.Choice) {
			require.Equal(t, farm.QuestionGate, q.Kind, q.Facts)
			if q.ID == string(farm.GateInstall) && q.Revision == 1 {
				return "", ""
			}
			return Approve(q)
		},
	})
	require.Equal(t, farm.OutcomeCompleted, r.Outcome, r.Why)
	require.True(t, waited)
	require.Len(t, s.Window.Missed, 1)
	require.Len(t, s.UsersOff.Earlier, 1)
	require.True(t, s.NoReturn.After(s.Window.Span.Open))
	require.True(t, s.NoReturn.Before(s.Window.Deadlines.Start))
	require.NotEmpty(t, s.Window.ZoneData)
	for _, srv := range s.Servers {
		require.True(t, srv.Finalized, srv.Name)
	}
	for _, d := range s.Databases {
		require.True(t, d.Verified, d.Name)
	}
}
