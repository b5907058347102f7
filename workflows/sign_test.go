package workflows_test

import (
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/pem"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// pen is a person's private key.
type pen struct{ signer ssh.Signer }

// penOf is the key of a seed, the same at every call.
func penOf(seed byte) pen {
	private := ed25519.NewKeyFromSeed(append(make([]byte, ed25519.SeedSize-1), seed))
	signer, err := ssh.NewSignerFromKey(private)
	if err != nil {
		panic(err) // of a key that was just made
	}
	return pen{signer}
}

// line is the key as the file has it.
func (p pen) line() string { return string(ssh.MarshalAuthorizedKey(p.signer.PublicKey())) }

// sign signs a text as ssh-keygen -Y sign does.
func (p pen) sign(t *testing.T, text, namespace string) string {
	t.Helper()
	hash := sha512.Sum512([]byte(text))
	sig, err := p.signer.Sign(nil, append([]byte("SSHSIG"), ssh.Marshal(struct{ Namespace, Reserved, Alg, Hash string }{namespace, "", "sha512", string(hash[:])})...))
	require.NoError(t, err)
	body := append([]byte("SSHSIG"), ssh.Marshal(struct {
		Version                        uint32
		Key, Namespace, Reserved, Hash string
		Signature                      []byte
	}{1, string(p.signer.PublicKey().Marshal()), namespace, "", "sha512", ssh.Marshal(sig)})...)
	return string(pem.EncodeToMemory(&pem.Block{Type: "SSH SIGNATURE", Bytes: body}))
}

// signers gives members of the group change, and erin, their keys.
func signers(keys map[string]pen) func(*farm.Rollout) {
	return func(r *farm.Rollout) {
		for i, m := range r.Groups[0].Members {
			if k, ok := keys[m.Name]; ok {
				r.Groups[0].Members[i].SSHKey = k.line()
			}
		}
		if k, ok := keys["erin"]; ok {
			r.Groups = append(r.Groups, farm.Group{Name: "operators", Members: []farm.Member{{Name: "erin", SSHKey: k.line()}}})
		}
	}
}

// TestSignedDecisions: of who has a key, just what that key signed counts, and only as it was signed.
func TestSignedDecisions(t *testing.T) {
	bob, carol := penOf(1), penOf(2)
	w := newWorld(t, signers(map[string]pen{"bob": bob}))
	var says []string
	w.whenOpen("install", func(q farm.Question) {
		require.Equal(t, "bob", q.Signers[0].Name)
		s := w.status()
		d := farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: "bob", Choice: farm.ChoiceApprove, Reason: `all "good"` + "\nfarm: x"}
		send := func(d farm.Decision, signature, want string) {
			d.Signature = signature
			w.env.SignalWorkflow(workflows.MessageDecide, d)
			says = append(says, want)
		}
		good := bob.sign(t, s.Statement(d), farm.SignatureNamespace)
		send(d, "", "counts only when it is signed with the key SHA256:")
		send(d, "approve", "it is no SSH signature")
		send(d, good[:len(good)/2], "it is no SSH signature")
		send(d, carol.sign(t, s.Statement(d), farm.SignatureNamespace), "made with another key")
		send(d, bob.sign(t, s.Statement(d), "git"), `for the namespace "git"`)
		for _, edit := range []func(*farm.Decision, *farm.Status){
			func(d *farm.Decision, _ *farm.Status) { d.Reason = "all good" },
			func(d *farm.Decision, _ *farm.Status) { d.Choice = farm.ChoiceReject },
			func(d *farm.Decision, _ *farm.Status) { d.Subject = "continue" },
			func(d *farm.Decision, _ *farm.Status) { d.Until = s.Started },
			func(_ *farm.Decision, s *farm.Status) { s.Farm = "another-farm" },
			func(_ *farm.Decision, s *farm.Status) { s.Rollout = "another-rollout" },
			func(_ *farm.Decision, s *farm.Status) { s.Digest = "another plan" },
			func(_ *farm.Decision, s *farm.Status) { s.Question("install").Digest = q.Digest[:63] + "x" },
		} {
			other, status := d, *w.status()
			edit(&other, &status)
			send(d, bob.sign(t, status.Statement(other), farm.SignatureNamespace), "something else was signed")
		}
		send(d, good, "decided")
	})
	w.whenOpen("continue", func(q farm.Question) { w.send(q, "carol", farm.ChoiceApprove) }) // carol has no key
	s := w.completes()
	require.Len(t, s.Decisions, len(says)+1)
	for i, want := range says {
		require.Contains(t, s.Decisions[i].Why, want)
		require.Equal(t, want == "decided", s.Decisions[i].Accepted)
	}
	counted := s.Decisions[len(says)-1]
	require.Equal(t, ssh.FingerprintSHA256(bob.signer.PublicKey()), counted.SignedBy)
	require.NotEmpty(t, counted.Signature, "it is kept in the evidence")
	require.Empty(t, s.Decisions[len(says)].SignedBy)
}

// TestASignedPauseIsNotGoodTwice: what was signed for the run itself counts once.
func TestASignedPauseIsNotGoodTwice(t *testing.T) {
	erin := penOf(3)
	w := newWorld(t, signers(map[string]pen{"erin": erin}))
	w.whenOpen("install", func(farm.Question) {
		order := func(c farm.Choice) farm.Decision {
			d := farm.Decision{Subject: farm.SubjectFarm, Who: "erin", Choice: c, Reason: "storm"}
			d.Signature = erin.sign(t, w.status().Statement(d), farm.SignatureNamespace)
			return d
		}
		pause := order(farm.ChoicePause)
		w.env.SignalWorkflow(workflows.MessageDecide, pause)
		w.after(hour, func() {
			require.True(t, w.status().Paused)
			w.env.SignalWorkflow(workflows.MessageDecide, order(farm.ChoiceResume))
			w.env.SignalWorkflow(workflows.MessageDecide, pause) // somebody sends it again
			w.approveEvery()
		})
	})
	s := w.completes()
	require.False(t, s.Decisions[2].Accepted)
	require.Contains(t, s.Decisions[2].Why, "something else was signed")
}

// TestAGateThatWantsSignatures refuses who has no key, also when the rollout came past the check of its file.
func TestAGateThatWantsSignatures(t *testing.T) {
	bob := penOf(1)
	w := newWorld(t, signers(map[string]pen{"bob": bob}), func(r *farm.Rollout) { r.Gates[0].RequireSignatures = true })
	w.whenOpen("install", func(q farm.Question) {
		w.send(q, "carol", farm.ChoiceApprove)
		d := farm.Decision{Subject: q.ID, Evidence: q.Digest[:8], Who: " BOB", Choice: farm.ChoiceApprove}
		d.Signature = bob.sign(t, w.status().Statement(d), farm.SignatureNamespace)
		w.env.SignalWorkflow(workflows.MessageDecide, d)
	})
	w.whenOpen("continue", func(q farm.Question) { w.send(q, "carol", farm.ChoiceApprove) })
	s := w.completes()
	require.Contains(t, s.Decisions[0].Why, "install wants signed decisions, and the rollout has no key of carol")
	require.True(t, s.Decisions[1].Accepted, s.Decisions[1].Why)
}
