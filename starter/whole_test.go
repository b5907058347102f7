package main

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/mocks"

	"farmhand/internal/farm"
)

// TestEvidenceAsksEveryFarm: a look at a large rollout leaves out farms that have ended, and the evidence of it must not.
func TestEvidenceAsksEveryFarm(t *testing.T) {
	temporal := &mocks.Client{}
	var r farm.RolloutStatus
	r.Rollout, r.Outcome = "r1", farm.OutcomeCompleted
	for i := range fewFarms + 1 {
		st := statusOf(farm.RunDone)
		st.Farm, st.Outcome, st.Finished = fmt.Sprintf("farm-%02d", i), farm.OutcomeCompleted, noon
		r.Farms = append(r.Farms, farm.FarmHandle{Farm: st.Farm, State: farm.RunDone, Result: &farm.Result{Farm: st.Farm, Outcome: st.Outcome}})
		answers(t, temporal, "farm-update/"+st.Farm, st)
	}
	exists(t, temporal, "rollout/r1", running, "")
	answers(t, temporal, "rollout/r1", r)
	temporal.On("GetWorkflowHistory", mock.Anything, "rollout/r1", mock.Anything, mock.Anything, mock.Anything).Return(noHistory(t))
	d := &desk{client: temporal, payloads: converter.GetDefaultDataConverter()}
	_, snap, _, err := d.evidence(t.Context(), "r1", noon)
	require.ErrorIs(t, err, errUnknown, "there is no history in this test")
	require.Len(t, snap.farms, fewFarms+1)
	snap, err = d.look(t.Context(), subject{name: "r1", rollout: true}, snapshot{}, noon)
	require.NoError(t, err)
	require.Empty(t, snap.farms, "a look asks none of them")
}

// noHistory is a history without events.
func noHistory(t *testing.T) *mocks.HistoryEventIterator {
	t.Helper()
	it := &mocks.HistoryEventIterator{}
	it.On("HasNext").Return(false)
	return it
}
