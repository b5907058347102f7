package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"farmhand/internal/farm"
)

// startFresh is how old preflight's answers may be when the gate start is approved, and when users are disconnected inside
// a window. Older ones are asked for again.
const startFresh = time.Hour

// askStart asks the people of the gate start, if the file names it: nothing was changed yet, and every user works. stale says
// that preflight must look again, since people took their time. Then the gate is passed if the farm is as they approved it, and
// asked anew if it is not.
func (r *run) askStart(ctx workflow.Context) (stale bool, err error) {
	if _, asked := r.in.Rollout.Gate(farm.GateStart); !asked {
		return false, nil
	}
	digest := func() string {
		facts, _ := r.startFacts(ctx)
		return farm.EvidenceDigest(string(farm.GateStart), 0, facts)
	}
	now := digest()
	if r.startApproved == now {
		return false, nil
	}
	asked := workflow.Now(ctx)
	if err := r.gate(ctx, farm.GateStart, "Preflight is done: disconnect users and begin", r.startFacts); err != nil {
		return false, err
	}
	r.startApproved = now
	return workflow.Now(ctx).Sub(asked) > startFresh, nil
}

// startFacts are what is known when nothing was done yet.
func (r *run) startFacts(workflow.Context) ([]farm.Fact, error) {
	size := 0
	for _, d := range r.status.Databases {
		size += d.SizeMB
	}
	facts := []farm.Fact{
		{Label: "change", Text: strings.TrimSpace(r.in.Rollout.Change.Ticket + " plan " + short(r.in.Digest))},
		{Label: "packages", Text: r.packageNames() + " on " + names(r.farm.SharePointServers())},
		{Label: "databases", Text: fmt.Sprintf("%d on %s, %s", len(r.status.Databases), count(len(r.farm.SQLServers), "SQL Server"), gigabytes(size))},
		{Label: "users", Text: fmt.Sprintf("would be off about %s, without the waits for people", r.status.Plan.UsersOff().Round(time.Minute))},
	}
	return append(facts, r.warningFacts()...), nil
}

// gigabytes is a size that a few new rows do not change.
func gigabytes(mb int) string { return fmt.Sprintf("about %d GB", (mb+1023)/1024) }
