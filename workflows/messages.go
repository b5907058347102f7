package workflows

import (
	"go.temporal.io/sdk/temporal"

	"farmhand/internal/farm"
)

// Workflow types.
const (
	RolloutWorkflow        = "Rollout"
	FarmUpdateWorkflow     = "FarmUpdate"
	FinalizeServerWorkflow = "FinalizeServer"
	PreflightFarmWorkflow  = "PreflightFarm"
	VerifyFarmWorkflow     = "VerifyFarm"
	SignEvidenceWorkflow   = "SignEvidence"
)

// Task queues. Workflows run on one; activities run on the queue of the farm's site.
const (
	TaskQueue = "farmhand"
	// siteQueue is followed by the site's name.
	siteQueue = "farmhand-site-"
)

// MessageDecide is the name of the signal and of the update that carry a farm.Decision.
const MessageDecide = "decide"

// MessageChange is the name of the update that carries a farm.FleetChange to a rollout.
const MessageChange = "change"

// QueryStatus is the name of the status query, of rollouts and of farms.
const QueryStatus = "status"

// Search attributes, all of type Keyword.
var (
	AttributeRolloutID   = temporal.NewSearchAttributeKeyKeyword("RolloutId")
	AttributeFarmName    = temporal.NewSearchAttributeKeyKeyword("FarmName")
	AttributePhase       = temporal.NewSearchAttributeKeyKeyword("RolloutPhase")
	AttributePendingGate = temporal.NewSearchAttributeKeyKeyword("PendingGate")
	AttributeOutcome     = temporal.NewSearchAttributeKeyKeyword("Outcome")
)

// MemoDigest is the memo under which a rollout keeps the digest of what it was started with.
const MemoDigest = "digest"

// RolloutID is the workflow id of a rollout: starting it twice attaches to the first.
func RolloutID(rollout string) string { return "rollout/" + rollout }

// FarmUpdateID is the workflow id of a farm's update. It names the farm alone: it is the farm's lock.
func FarmUpdateID(farmName string) string { return "farm-update/" + farmName }

// FinalizeServerID is the workflow id of the wizard on one server of a farm.
func FinalizeServerID(farmName, server string) string {
	return "finalize-server/" + farmName + "/" + server
}

// PreflightFarmID is the workflow id of a preflight of one farm by itself.
func PreflightFarmID(farmName string) string { return "preflight/" + farmName }

// VerifyFarmID is the workflow id of a verification of one farm by itself.
func VerifyFarmID(farmName string) string { return "verify/" + farmName }

// SignEvidenceID is the workflow id of the signing of a bundle: of a rollout's, or of one farm's.
func SignEvidenceID(rollout, farmName string) string {
	if farmName == "" {
		return "evidence/" + rollout
	}
	return "evidence/" + rollout + "/" + farmName
}

// SiteQueue is the task queue of the activities of a site.
func SiteQueue(site string) string { return siteQueue + site }

// RolloutInput starts a rollout. It is fixed when the rollout is started; nothing is read again.
type RolloutInput struct {
	Rollout   farm.Rollout `json:"rollout"`
	Release   farm.Release `json:"release"`
	Digest    string       `json:"digest"`
	StartedBy string       `json:"started_by"`
	// InstallParallel is how many servers of a farm install packages at once.
	InstallParallel int `json:"install_parallel"`
}

// FarmUpdateInput starts the update of one farm. Its Rollout holds that farm alone.
type FarmUpdateInput struct {
	Rollout         farm.Rollout `json:"rollout"`
	Release         farm.Release `json:"release"`
	Digest          string       `json:"digest"`
	StartedBy       string       `json:"started_by"`
	InstallParallel int          `json:"install_parallel"`
}

// Verdict answers an update: what became of a decision.
type Verdict struct {
	Accepted bool   `json:"accepted"`
	Why      string `json:"why"`
}
