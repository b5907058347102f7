package farm

import (
	"fmt"
	"strings"
	"time"
)

// SignatureNamespace is what decisions are signed for: ssh-keygen -Y sign -n farmhand.
const SignatureNamespace = "farmhand"

// Statement is the text that is signed for a decision: what is decided, about what, in which rollout and of which farm, so that a
// signature is good for nothing else. It is the same on every machine: names and reason are quoted, so that each line is one.
func (s Status) Statement(d Decision) string { return s.StatementOn(d, s.EvidenceOf(d.Subject)) }

// EvidenceOf is the digest of what a decision on a subject is about now: of the question of that id, else of the run itself.
func (s Status) EvidenceOf(subject string) string {
	if q := s.Question(subject); q != nil {
		return q.Digest
	}
	return s.RunDigest(subject)
}

// StatementOn is Statement for evidence that was shown then.
func (s Status) StatementOn(d Decision, evidence string) string {
	target := s.Farm
	if target == "" {
		target = RolloutPrefix + s.Rollout // what a rollout asks itself
	}
	lines := []string{
		"farmhand decision 1",
		fmt.Sprintf("rollout: %q", s.Rollout),
		"plan: " + s.Digest,
		fmt.Sprintf("farm: %q", target),
		fmt.Sprintf("subject: %q", d.Subject),
		"evidence: " + evidence,
		fmt.Sprintf("who: %q", strings.TrimSpace(d.Who)),
		fmt.Sprintf("choice: %q", string(d.Choice)),
		fmt.Sprintf("reason: %q", d.Reason),
	}
	if !d.Until.IsZero() {
		lines = append(lines, "until: "+d.Until.UTC().Format(time.RFC3339Nano))
	}
	return strings.Join(lines, "\n") + "\n"
}

// RunDigest is the evidence of decisions about a run itself. Each that counts changes it, so that the signature of a pause does not
// pause the run again.
func (s Status) RunDigest(subject string) string {
	n := 0
	for _, d := range s.Decisions {
		if d.Accepted && d.Subject == subject {
			n++
		}
	}
	return EvidenceDigest(subject, n, []Fact{{Label: "started", Text: s.Started.UTC().Format(time.RFC3339Nano)}})
}
