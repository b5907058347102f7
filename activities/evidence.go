package activities

import (
	"context"
	"encoding/json"
	"fmt"

	"farmhand/internal/evidence"
	"farmhand/internal/farm"
)

// AskRun asks a workflow run for its status and tells the answer's JSON; ended says whether the run has ended.
type AskRun func(ctx context.Context, workflowID, runID string) (status json.RawMessage, ended bool, err error)

// SignRequest asks for a signature of a manifest.
type SignRequest struct {
	Manifest []byte `json:"manifest"`
	// AskedBy is who says he asks; it stands in the history and in no signature.
	AskedBy string `json:"asked_by"`
}

// Signed is a signature of a manifest, and the public key it was made with.
type Signed struct {
	Signature string `json:"signature"` // as ssh-keygen -Y sign prints it
	Public    string `json:"public"`    // a line of an authorized_keys file
}

// SignEvidence signs the manifest of a bundle with this worker's key, after it has asked Temporal for the status of each
// run that the manifest names and found the hash of the same answer there. What was not so is never signed.
func (a *Activities) SignEvidence(ctx context.Context, r SignRequest) (Signed, error) {
	if a.opts.EvidenceKey == nil || a.opts.AskRun == nil {
		return Signed{}, failf(farm.FailureConfig, "", "", "this worker has no key to sign evidence with", "set evidence.directory or evidence.key in the worker's settings and start it again")
	}
	m, err := evidence.ParseManifest(r.Manifest)
	if err != nil {
		return Signed{}, failf(farm.FailureBadInput, "", "", err.Error(), "make the bundle with the starter that belongs to this worker")
	}
	if len(m.Runs) == 0 {
		return Signed{}, failf(farm.FailureBadInput, "", "", "the manifest names no run", "make the bundle with the starter that belongs to this worker")
	}
	_, stop := keepBeating(ctx, "asking for what the bundle holds")
	defer stop()
	for _, run := range m.Runs {
		if err := a.confirm(ctx, m, run); err != nil {
			return Signed{}, err
		}
	}
	signature, err := a.opts.EvidenceKey.Sign(r.Manifest)
	if err != nil {
		return Signed{}, err
	}
	return Signed{Signature: signature, Public: a.opts.EvidenceKey.Public()}, nil
}

// confirm asks a run for its status and compares it with what the manifest says.
func (a *Activities) confirm(ctx context.Context, m evidence.Manifest, run evidence.Run) error {
	answer, ended, err := a.opts.AskRun(ctx, run.Workflow, run.Run)
	if err != nil {
		return fmt.Errorf("%s: %w", run.Workflow, err) // Temporal or the worker of workflows: tried again
	}
	refuse := func(message, advice string) error {
		return failf(farm.FailureBadInput, "", "", run.Workflow+" "+message, advice)
	}
	if !ended {
		return refuse("has not ended", "evidence is complete when the run is over: bundle it then")
	}
	text, outcome, err := statusText(answer, run.Farm)
	if err != nil {
		return refuse("answers what is no status: "+err.Error(), "use a worker of the version that the run was updated with")
	}
	if listed, _ := m.File(run.Status); listed.SHA256 != evidence.HashOf(text) || outcome != run.Outcome {
		return refuse("has another status than the bundle", "make the bundle anew, with the starter that belongs to this worker")
	}
	return nil
}

// statusText is the file that holds a status, and the outcome in it. farmName is empty for a rollout.
func statusText(answer json.RawMessage, farmName string) (text []byte, outcome farm.Outcome, err error) {
	if farmName == "" {
		var s farm.RolloutStatus
		if err := json.Unmarshal(answer, &s); err != nil {
			return nil, "", err
		}
		text, err = evidence.StatusFile(s)
		return text, s.Outcome, err
	}
	var s farm.Status
	if err := json.Unmarshal(answer, &s); err != nil {
		return nil, "", err
	}
	if s.Farm != farmName {
		return nil, "", fmt.Errorf("it is of the farm %s and not of %s", s.Farm, farmName)
	}
	text, err = evidence.StatusFile(s)
	return text, s.Outcome, err
}
