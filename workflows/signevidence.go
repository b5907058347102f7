package workflows

import (
	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
)

// SignEvidenceInput asks a worker of a site to sign a bundle's manifest.
type SignEvidenceInput struct {
	Site string `json:"site"`
	activities.SignRequest
}

// SignEvidence has the manifest of a bundle signed by a worker of a site. It is a workflow so that the starter, which has
// no key and reaches no worker, can ask for it, and so that who asked for which signature stays in Temporal.
func SignEvidence(ctx workflow.Context, in SignEvidenceInput) (activities.Signed, error) {
	var signed activities.Signed
	err := workflow.ExecuteActivity(readCall(ctx, SiteQueue(in.Site), "Sign the evidence"), act.SignEvidence, in.SignRequest).Get(ctx, &signed)
	return signed, err
}
