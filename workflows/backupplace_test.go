package workflows_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

// waits is what the backup of a database waits for.
func (w *world) waits(s *farm.Status, database string) string {
	i := slices.IndexFunc(s.Databases, func(d farm.DatabaseStatus) bool { return d.Name == database })
	if i < 0 {
		return ""
	}
	return s.Databases[i].Waits
}

// TestABackupWaitsForThoseOfOtherFarms: it asks again in growing intervals, and people see what it waits for.
func TestABackupWaitsForThoseOfOtherFarms(t *testing.T) {
	w := newWorld(t)
	w.approveEvery()
	w.on["backup PWA_Draft"] = first(40, busyPlaces(2))
	seen := ""
	w.until(func(s *farm.Status) bool {
		seen = w.waits(s, "PWA_Draft")
		return seen != ""
	})
	s := w.completes()
	require.Equal(t, "SQL01: 2 backups of others run there", seen)
	require.Equal(t, 41, w.count("backup PWA_Draft"))
	require.Empty(t, w.waits(s, "PWA_Draft"))
	for _, d := range s.Databases {
		require.True(t, d.Verified, d.Name)
	}
	var waited time.Duration
	for _, e := range s.Timeline {
		if strings.HasPrefix(e.What, "the backup of PWA_Draft waited: SQL01: 2 backups") {
			waited = e.Until.Sub(e.At)
		}
	}
	require.Greater(t, waited, 2*time.Minute, "forty looks are not forty seconds")
}

// TestAWaitForAPlaceEnds with an abort; a pause lets no backup begin.
func TestAWaitForAPlaceEnds(t *testing.T) {
	w := newWorld(t)
	w.approveEvery()
	w.on["backup PWA_Draft"] = always(busyPlaces(1))
	w.until(func(s *farm.Status) bool {
		if w.waits(s, "PWA_Draft") == "" {
			return false
		}
		w.order("dave", farm.ChoicePause)
		w.after(time.Minute, func() {
			paused := w.count("backup PWA_Draft")
			w.after(time.Hour, func() {
				require.LessOrEqual(t, w.count("backup PWA_Draft"), paused+1)
				w.order("dave", farm.ChoiceAbort)
			})
		})
		return true
	})
	w.answer("i-1", farm.ChoiceStartServices, func(q farm.Question) { require.Equal(t, farm.FailureAbort, q.Failure.Kind) })
	require.Equal(t, farm.OutcomeAborted, w.run().Outcome)
	require.Zero(t, w.count("install KB951695 WFE01"))
}

// TestABackupThatIsNotCounted is in the evidence.
func TestABackupThatIsNotCounted(t *testing.T) {
	w := newWorld(t)
	w.approveEvery()
	w.on["backup PWA_Draft"] = always(uncounted("no right to sp_getapplock"))
	found := 0
	for _, e := range w.completes().Timeline {
		if e.Kind == "finding" && e.What == "the backup of PWA_Draft was not counted against the limit of the SQL Server: no right to sp_getapplock" {
			found++
		}
	}
	require.Equal(t, 1, found)
}
