package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/sshsig"
	"farmhand/workflows"
)

// sshKey makes a key pair with the real program, and returns the private key's file and the public line.
func sshKey(t *testing.T) (file, public string) {
	t.Helper()
	program, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("no ssh-keygen here")
	}
	file = filepath.Join(t.TempDir(), "bob")
	out, err := exec.CommandContext(t.Context(), program, "-q", "-t", "ed25519", "-N", "", "-f", file).CombinedOutput()
	require.NoError(t, err, string(out))
	line, err := os.ReadFile(file + ".pub")
	require.NoError(t, err)
	return file, string(line)
}

// TestADecisionIsSignedByOpenSSH: what is sent is signed over just the text that the workflow checks.
func TestADecisionIsSignedByOpenSSH(t *testing.T) {
	file, public := sshKey(t)
	key, err := sshsig.ParseKey(public)
	require.NoError(t, err)
	status := statusOf(farm.RunGate, gate())

	c := updated(t, workflows.Verdict{Accepted: true, Why: "decided"}, nil)
	answers(t, c, contosoFarm, status)
	r := command(t, c, "approve", "contoso", "continue", "--as", "bob", "--evidence", status.Questions[0].Digest[:8], "--reason", "looks good", "--sign", file)
	require.Zero(t, r.code, r.err)
	d := sent(t, c)
	require.NoError(t, sshsig.Verify(d.Signature, []byte(status.Statement(d)), farm.SignatureNamespace, key))
	d.Reason = "looks bad"
	require.Error(t, sshsig.Verify(d.Signature, []byte(status.Statement(d)), farm.SignatureNamespace, key))
}

// TestASignatureMadeElsewhere: the text is printed, signed somewhere, and the file is sent.
func TestASignatureMadeElsewhere(t *testing.T) {
	status := statusOf(farm.RunGate, gate())
	c := updated(t, workflows.Verdict{Accepted: true, Why: "decided"}, nil)
	answers(t, c, contosoFarm, status)
	r := command(t, c, "approve", "contoso", "continue", "--as", "bob", "--reason", "looks good", "--print-payload")
	require.Zero(t, r.code, r.err)
	require.Equal(t, status.Statement(farm.Decision{Subject: "continue", Who: "bob", Choice: farm.ChoiceApprove, Reason: "looks good"}), r.out)
	require.Contains(t, r.err, "GATE continue", "the evidence is shown beside it")
	c.AssertNotCalled(t, "UpdateWorkflow", mock.Anything, mock.Anything)

	file := filepath.Join(t.TempDir(), "text.sig")
	require.NoError(t, os.WriteFile(file, []byte("the signature"), 0o600))
	r = command(t, c, "approve", "contoso", "continue", "--as", "bob", "--yes", "--signature", file)
	require.Zero(t, r.code, r.err)
	require.Equal(t, "the signature", sent(t, c).Signature)
}

func TestWhatCannotBeSigned(t *testing.T) {
	status := statusOf(farm.RunGate, gate())
	evidence := status.Questions[0].Digest[:8]
	for want, args := range map[string][]string{
		"knows no key of bob here":  {"--evidence", evidence, "--sign", "agent"},
		"ssh-keygen did not sign":   {"--evidence", evidence, "--sign", filepath.Join(t.TempDir(), "none")},
		"no such file":              {"--evidence", evidence, "--signature", filepath.Join(t.TempDir(), "none")},
		"what is shown now is":      {"--evidence", strings.Repeat("0", 8), "--sign", "agent"},
		"none of the others can be": {"--evidence", evidence, "--sign", "agent", "--signature", "x"},
	} {
		c := updated(t, workflows.Verdict{Accepted: true}, nil)
		answers(t, c, contosoFarm, status)
		r := command(t, c, append([]string{"approve", "contoso", "continue", "--as", "bob"}, args...)...)
		require.Equal(t, 1, r.code, want)
		require.Contains(t, r.err, want)
		c.AssertNotCalled(t, "UpdateWorkflow", mock.Anything, mock.Anything)
	}
}
