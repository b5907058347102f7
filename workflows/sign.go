package workflows

import (
	"fmt"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/sshsig"
)

// checkSignature says why the signature of a decision does not do, or nil with the fingerprint of the key that it was made with. A
// person without a key in the file signs nothing, but at gates that want signatures. Verifying is pure: a replay finds the same.
func (r *run) checkSignature(d farm.Decision) (fingerprint string, err error) {
	line := r.in.Rollout.SSHKey(d.Who)
	if line == "" {
		if policy, ok := r.in.Rollout.Gate(farm.GateName(d.Subject)); ok && policy.RequireSignatures {
			return "", &farm.RefusedError{Why: fmt.Sprintf("%s wants signed decisions, and the rollout has no key of %s", d.Subject, d.Who)}
		}
		return "", nil
	}
	key, err := sshsig.ParseKey(line)
	if err != nil {
		return "", &farm.RefusedError{Why: fmt.Sprintf("the key of %s in the rollout cannot be read: %s", d.Who, err)}
	}
	if strings.TrimSpace(d.Signature) == "" {
		return "", &farm.RefusedError{Why: fmt.Sprintf("a decision of %s counts only when it is signed with the key %s (--sign KEYFILE)", d.Who, key.Fingerprint())}
	}
	if err := sshsig.Verify(d.Signature, []byte(r.status.Statement(d)), farm.SignatureNamespace, key); err != nil {
		return "", &farm.RefusedError{Why: fmt.Sprintf("the signature of %s does not count: %s", d.Who, err)}
	}
	return key.Fingerprint(), nil
}
