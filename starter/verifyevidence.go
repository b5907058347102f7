package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"farmhand/internal/evidence"
	"farmhand/internal/sshsig"
)

// newVerifyEvidence is `starter verify-evidence`.
func newVerifyEvidence(a *app) *cobra.Command {
	var public string
	cmd := &cobra.Command{
		Use: "verify-evidence DIR --key KEY", Short: "Check a bundle of evidence: its signature, and that every file is there and unchanged", Args: cobra.ExactArgs(1),
		Long: `Check a bundle of evidence that "starter report --bundle" made. Nothing is asked but the files.

KEY is the public key of the worker that signed, as a file or as the line in it. Take it from whoever runs the worker
(evidence_key.pub, or the worker's log): the one in the bundle proves nothing.

A stock OpenSSH checks the signature as well:

  echo "farmhand $(cat evidence_key.pub)" > signers
  ssh-keygen -Y verify -f signers -I farmhand -n farmhand-evidence -s DIR/manifest.json.sig < DIR/manifest.json

Exit codes: 0 genuine and whole, 5 not, 1 it could not be read.`,
		RunE: func(_ *cobra.Command, args []string) error { return a.verifyEvidence(args[0], public) },
	}
	cmd.Flags().StringVar(&public, "key", "", "public `key` of the worker that signed: a file, or the line in it")
	if err := cmd.MarkFlagRequired("key"); err != nil {
		panic(err) // the flag was added a line above
	}
	return cmd
}

// checked is what verify-evidence prints for programs.
type checked struct {
	Genuine  bool              `json:"genuine"`
	Manifest evidence.Manifest `json:"manifest"`
	Problems []string          `json:"problems,omitempty"`
}

func (a *app) verifyEvidence(directory, public string) error {
	key, err := publicKey(public)
	if err != nil {
		return err
	}
	m, err := evidence.Verify(directory, key)
	problem, genuine := (*evidence.Problem)(nil), err == nil
	if !genuine && !errors.As(err, &problem) {
		return err
	}
	if a.json() {
		c := checked{Genuine: genuine, Manifest: m}
		if !genuine {
			c.Problems = strings.Split(err.Error(), "\n")
		}
		if err := a.printJSON(c); err != nil || genuine {
			return err
		}
		return exit(exitEnded)
	}
	if !genuine {
		return &exitError{code: exitEnded, err: fmt.Errorf("%s is not what was signed:\n%w", directory, err)}
	}
	of := "rollout " + m.Rollout
	if m.Farm != "" {
		of = "farm " + m.Farm + " in " + of
	}
	fmt.Fprintf(a.out, "ok  %s, %s, all as signed with %s\n    made %s by %s\n", of, count(len(m.Files), "file"), key.Fingerprint(), m.Made.Format("2006-01-02 15:04:05 MST"), m.MadeBy)
	for _, r := range m.Runs {
		fmt.Fprintf(a.out, "    %s %s (run %s)\n", r.Workflow, r.Outcome, r.Run)
	}
	return nil
}

// publicKey reads a public key from a file or takes the line itself.
func publicKey(s string) (sshsig.Key, error) {
	text, err := os.ReadFile(s)
	if err != nil {
		if strings.HasPrefix(s, "ssh-") {
			return sshsig.ParseKey(s)
		}
		return sshsig.Key{}, err
	}
	key, err := sshsig.ParseKey(strings.TrimSpace(string(text)))
	if err != nil {
		return key, fmt.Errorf("%s: %w", s, err)
	}
	return key, nil
}
