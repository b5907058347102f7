package farm

import (
	"strings"
	"time"
)

// Choice is what a person may answer to a question.
type Choice string

// The choices. A question lists the ones it allows; nothing else counts.
const (
	// ChoiceApprove and ChoiceReject answer a gate.
	ChoiceApprove Choice = "approve"
	ChoiceReject  Choice = "reject"
	// ChoiceRetry runs a failed step again; for a wizard it is the next try with the same command.
	ChoiceRetry Choice = "retry"
	// ChoiceRetryWithForce runs the wizard with -force; offered only after a plain retry failed.
	ChoiceRetryWithForce Choice = "retry-with-force"
	// ChoiceVerifyAgain looks at the witnesses again without running anything.
	ChoiceVerifyAgain Choice = "verify-again"
	// ChoiceStartTimer starts SPTimerV3 where it is stopped and then retries.
	ChoiceStartTimer Choice = "start-timer-and-retry"
	// ChoiceClearConfigCache clears the SharePoint configuration cache of every server and then retries
	// (KB939308); offered where the logs tell of an update conflict.
	ChoiceClearConfigCache Choice = "clear-config-cache"
	// ChoiceConfirmIdle says that a person looked at the Timer Job Status page and no upgrade job is there;
	// offered where no other source can be read.
	ChoiceConfirmIdle Choice = "confirm-idle"
	// ChoiceAskAgain opens a rejected gate anew.
	ChoiceAskAgain Choice = "ask-again"
	// ChoiceDone acknowledges a manual task.
	ChoiceDone Choice = "done"
	// ChoiceSkip leaves a step out; only steps that are marked skippable offer it.
	ChoiceSkip Choice = "skip"
	// ChoiceAbort ends the farm's update between steps.
	ChoiceAbort Choice = "abort"
	// ChoiceStartServices and ChoiceLeaveStopped answer what happens to stopped services on abort.
	ChoiceStartServices Choice = "start-services"
	ChoiceLeaveStopped  Choice = "leave-stopped"
	// ChoiceResumeMirroring and ChoiceLeavePaused answer what happens to paused database mirroring on abort.
	ChoiceResumeMirroring Choice = "resume-mirroring"
	ChoiceLeavePaused     Choice = "leave-paused"
	// ChoiceClaim says that an operator looks after an intervention; it stays open, and others may still answer it.
	ChoiceClaim Choice = "claim"
	// ChoiceNote puts a text into the evidence, on a question or on the run, and changes nothing.
	ChoiceNote Choice = "note"
	// ChoiceVoid is no answer of a person: what a question showed has changed, and it is asked again.
	ChoiceVoid Choice = "void"
	// ChoiceWithdrawn is no answer of a person: nobody needs the question any more.
	ChoiceWithdrawn Choice = "withdrawn"
	// ChoicePause and ChoiceResume hold a farm between steps and let it go on.
	ChoicePause  Choice = "pause"
	ChoiceResume Choice = "resume"
	// ChoiceExtend keeps the window open after the point of no return; an operator's, with a reason and Until.
	ChoiceExtend Choice = "extend"
	// ChoiceOverride lets a farm be changed whatever its windows and freezes say; only for who is named for emergencies.
	ChoiceOverride Choice = "override"
)

// SubjectFarm is the subject of decisions about the run itself: pause, resume and abort.
const SubjectFarm = "farm"

// SubjectRollout is the subject of decisions about a rollout itself: pause and resume its starting of farms, and abort it.
const SubjectRollout = "rollout"

// Decision is what a person said: at a gate, an intervention, or about the run. One shape for all.
type Decision struct {
	// Subject is the gate's name, the intervention's id, or SubjectFarm.
	Subject string `json:"subject"`
	// Evidence is the digest of what was shown; at least its first eight characters.
	Evidence string `json:"evidence,omitempty"`
	// Who is attribution: what the sender says of himself.
	Who    string `json:"who"`
	Choice Choice `json:"choice"`
	Reason string `json:"reason,omitempty"`
	// Until is how long a window stays open, with ChoiceExtend.
	Until time.Time `json:"until,omitzero"`
	// Signature is that of the statement, as ssh-keygen -Y sign prints it.
	Signature string `json:"signature,omitempty"`
}

// What a decision may say at most, in bytes: a status is one answer, and whoever reaches Temporal may send anything.
const (
	maxDecisionName   = 200 // subject, evidence, who, choice
	maxDecisionReason = 4000
	maxSignature      = 8192
)

// Oversized says what of a decision is too long to be kept, or nil.
func (d Decision) Oversized() error {
	for _, part := range []struct {
		name, text string
		most       int
	}{
		{"subject", d.Subject, maxDecisionName}, {"evidence", d.Evidence, maxDecisionName}, {"who", d.Who, maxDecisionName},
		{"choice", string(d.Choice), maxDecisionName}, {"reason", d.Reason, maxDecisionReason},
		{"signature", d.Signature, maxSignature},
	} {
		if len(part.text) > part.most {
			return refusef("the decision's %s has %d bytes and may have %d: say it shorter", part.name, len(part.text), part.most)
		}
	}
	return nil
}

// Clipped is the decision as it is recorded: what is too long is cut.
func (d Decision) Clipped() Decision {
	clip := func(s string, most int) string {
		if len(s) <= most {
			return s
		}
		return strings.ToValidUTF8(s[:most], "") + "..."
	}
	d.Subject, d.Evidence, d.Who = clip(d.Subject, maxDecisionName), clip(d.Evidence, maxDecisionName), clip(d.Who, maxDecisionName)
	d.Choice, d.Reason = Choice(clip(string(d.Choice), maxDecisionName)), clip(d.Reason, maxDecisionReason)
	d.Signature = clip(d.Signature, maxSignature)
	return d
}

// DecisionRecord is a decision with what became of it. Every decision that arrives is recorded, also
// those that change nothing.
type DecisionRecord struct {
	Decision
	At time.Time `json:"at"`
	// Channel is signal or update.
	Channel  string `json:"channel"`
	Accepted bool   `json:"accepted"`
	// Why says why it was refused, or what it did.
	Why string `json:"why"`
	// SignedBy is the fingerprint of the key whose signature was checked; empty where the decision needed none.
	SignedBy string `json:"signed_by,omitempty"`
	// Shown is the evidence digest in force when it arrived.
	Shown string `json:"shown,omitempty"`
}
