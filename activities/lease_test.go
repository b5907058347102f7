package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
)

func TestLease(t *testing.T) {
	w := newTwin(t, nil)
	mine := activities.LeaseRequest{ServerTarget: w.server(app01), Owner: "farm-update/contoso-pwa/run-1"}
	theirs := activities.LeaseRequest{ServerTarget: w.server(app01), Owner: "farm-update/contoso-pwa/run-2"}
	for range 2 {
		do[none](w, w.acts.AcquireLease, mine)
	}
	_, err := try[none](w, w.acts.AcquireLease, theirs)
	f := w.requireFailure(err, farm.FailureLease, app01, false)
	require.Contains(t, f.Message, mine.Owner)
	require.Contains(t, f.Advice, `D:\farmhand\farm.lease`)
	do[none](w, w.acts.ReleaseLease, theirs)
	_, err = try[none](w, w.acts.AcquireLease, theirs)
	w.requireFailure(err, farm.FailureLease, app01, false)
	for range 2 {
		do[none](w, w.acts.ReleaseLease, mine)
	}
	do[none](w, w.acts.AcquireLease, theirs)
}
