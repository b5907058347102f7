package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"farmhand/internal/farm"
	"farmhand/internal/sshsig"
)

// signing are the flags of a signed decision.
type signing struct {
	// key is the file of a private key, or agent; signature is a file that holds a signature made elsewhere.
	key, signature string
	printPayload   bool
}

// agentKey is the value of --sign that has an SSH agent sign with the key that the rollout knows of the person.
const agentKey = "agent"

func (o *signing) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.key, "sign", "", "sign the decision with this private SSH `key`file, or with your agent: agent")
	cmd.Flags().StringVar(&o.signature, "signature", "", "`file` with a signature made elsewhere: ssh-keygen -Y sign -n "+farm.SignatureNamespace)
	cmd.Flags().BoolVar(&o.printPayload, "print-payload", false, "print the text to sign and send nothing; say the same --reason again when you send it")
	cmd.MarkFlagsMutuallyExclusive("sign", "signature", "print-payload")
}

// statement is the text to sign for a decision, about what is shown now.
func (d *desk) statement(ctx context.Context, a *app, target string, decision farm.Decision) (string, farm.Status, error) {
	st, _, err := d.asks(ctx, target, a)
	if err != nil {
		return "", st, err
	}
	if q := st.Question(decision.Subject); q != nil && !strings.HasPrefix(q.Digest, strings.ToLower(decision.Evidence)) {
		return "", st, fmt.Errorf("the decision is about evidence %s, and what is shown now is %.8s: look again", decision.Evidence, q.Digest)
	}
	return st.Statement(decision), st, nil
}

func (a *app) printStatement(ctx context.Context, desk *desk, target string, d farm.Decision) error {
	text, _, err := desk.statement(ctx, a, target, d)
	if err == nil {
		fmt.Fprint(a.out, text)
	}
	return err
}

// sign returns the signature of a decision: made now, read from a file, or none where nobody asked for one.
func (a *app) sign(ctx context.Context, desk *desk, target string, d farm.Decision, o signing) (string, error) {
	switch {
	case o.signature != "":
		b, err := os.ReadFile(o.signature)
		if err != nil {
			return "", fmt.Errorf("signature: %w", err)
		}
		return string(b), nil
	case o.key == "":
		return "", nil
	}
	text, st, err := desk.statement(ctx, a, target, d)
	if err != nil {
		return "", err
	}
	if o.key != agentKey {
		return a.sshKeygen(ctx, text, "-f", o.key)
	}
	var signers []farm.Member
	if q := st.Question(d.Subject); q != nil {
		signers = q.Signers
	}
	i := slices.IndexFunc(signers, func(m farm.Member) bool { return strings.EqualFold(m.Name, strings.TrimSpace(d.Who)) })
	if i < 0 {
		return "", fmt.Errorf("the rollout knows no key of %s here, so that your agent cannot be told which one to take: name a file, --sign KEYFILE (the .pub file of a key in the agent will do)", d.Who)
	}
	dir, err := os.MkdirTemp("", "farmhand-sign-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a public key in a temporary folder
	public := filepath.Join(dir, "key.pub")
	if err := os.WriteFile(public, []byte(signers[i].SSHKey+"\n"), 0o600); err != nil {
		return "", err
	}
	return a.sshKeygen(ctx, text, "-U", "-f", public)
}

// sshKeygen has OpenSSH sign a text, so that passphrases, agents and hardware keys are its business.
func (a *app) sshKeygen(ctx context.Context, text string, args ...string) (string, error) {
	var out, says bytes.Buffer
	c := exec.CommandContext(ctx, "ssh-keygen", append([]string{"-Y", "sign", "-n", farm.SignatureNamespace}, args...)...)
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(text), &out, &says
	err := c.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("ssh-keygen is not on this machine: sign elsewhere what --print-payload prints, and give the file with --signature")
	case err != nil:
		return "", fmt.Errorf("ssh-keygen did not sign: %s (%w)", strings.TrimSpace(says.String()), err)
	case out.Len() == 0 || out.Len() > sshsig.MaxSize:
		return "", fmt.Errorf("ssh-keygen printed no signature: OpenSSH 8.2 or later can sign (%s)", strings.TrimSpace(says.String()))
	}
	return out.String(), nil
}
