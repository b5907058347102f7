package workflows

import (
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
)

// Registry is what workers, replayers and test environments register into.
type Registry interface {
	RegisterWorkflowWithOptions(w any, options workflow.RegisterOptions)
}

// Register registers every workflow under its constant name.
func Register(r Registry) {
	r.RegisterWorkflowWithOptions(Rollout, workflow.RegisterOptions{Name: RolloutWorkflow})
	r.RegisterWorkflowWithOptions(FarmUpdate, workflow.RegisterOptions{Name: FarmUpdateWorkflow})
	r.RegisterWorkflowWithOptions(PreflightFarm, workflow.RegisterOptions{Name: PreflightFarmWorkflow})
	r.RegisterWorkflowWithOptions(SignEvidence, workflow.RegisterOptions{Name: SignEvidenceWorkflow})
	r.RegisterWorkflowWithOptions(VerifyFarm, workflow.RegisterOptions{Name: VerifyFarmWorkflow})
	r.RegisterWorkflowWithOptions(FinalizeServer, workflow.RegisterOptions{Name: FinalizeServerWorkflow})
}

// RegisterLocalActivities registers what the worker that runs workflows does by itself.
func RegisterLocalActivities(w worker.Worker, a *activities.Activities) {
	w.RegisterActivityWithOptions(a.KeepRunbook, activity.RegisterOptions{Name: "KeepRunbook"})
}

// RegisterActivities registers every activity on the worker of a site.
func RegisterActivities(w worker.Worker, a *activities.Activities) { w.RegisterActivity(a) }
