package evidence_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/evidence"
	"farmhand/internal/farm"
	"farmhand/internal/sshsig"
)

func newKey(t testing.TB) (*evidence.Key, sshsig.Key) {
	t.Helper()
	k, err := evidence.LoadOrMake(t.TempDir())
	require.NoError(t, err)
	public, err := sshsig.ParseKey(k.Public())
	require.NoError(t, err)
	return k, public
}

var files = evidence.Files{
	"report.md": []byte("# Evidence\n"), "rollout-status.json": []byte("{}\n"), "farms/contoso/status.json": []byte("{}\n"), "empty": {},
}

func manifest() evidence.Manifest {
	return evidence.Manifest{
		Format: evidence.Format, Rollout: "2026-11", Digest: "ab12", Made: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), MadeBy: "dave", Program: "v0.1.0",
		Runs: []evidence.Run{{Workflow: "rollout/2026-11", Run: "r", Outcome: farm.OutcomeCompleted, Status: "rollout-status.json"}}, Files: files.List(),
	}
}

// bundle writes a bundle and returns its directory.
func bundle(t *testing.T, k *evidence.Key) string {
	t.Helper()
	text, err := manifest().Encode()
	require.NoError(t, err)
	signature, err := k.Sign(text)
	require.NoError(t, err)
	dir := filepath.Join(t.TempDir(), "evidence")
	require.NoError(t, evidence.Write(dir, files, text, signature, k.Public()))
	return dir
}

func TestBundleIsGenuine(t *testing.T) {
	k, public := newKey(t)
	m, err := evidence.Verify(bundle(t, k), public)
	require.NoError(t, err)
	require.Equal(t, manifest(), m)
}

// Every byte of every file, and every name, is held: whatever is changed is named.
func TestTampering(t *testing.T) {
	k, public := newKey(t)
	edit := func(name string, change func([]byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			b, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), change(b), 0o600))
		}
	}
	flip := func(b []byte) []byte { b[len(b)/2] ^= 1; return b }
	for name, tt := range map[string]struct {
		tamper func(*testing.T, string)
		kind   evidence.ProblemKind
		file   string
	}{
		"a byte of a file":         {edit("report.md", flip), evidence.ProblemChanged, "report.md"},
		"a byte of a nested file":  {edit("farms/contoso/status.json", flip), evidence.ProblemChanged, "farms/contoso/status.json"},
		"a file is truncated":      {edit("report.md", func(b []byte) []byte { return b[:3] }), evidence.ProblemChanged, "report.md"},
		"a file is emptied":        {edit("report.md", func([]byte) []byte { return nil }), evidence.ProblemChanged, "report.md"},
		"an empty file is filled":  {edit("empty", func([]byte) []byte { return []byte("x") }), evidence.ProblemChanged, "empty"},
		"a byte of the manifest":   {edit("manifest.json", flip), evidence.ProblemSignature, "manifest.json.sig"},
		"the manifest is extended": {edit("manifest.json", func(b []byte) []byte { return append(b, '\n') }), evidence.ProblemSignature, "manifest.json.sig"},
		"the signature is cut":     {edit("manifest.json.sig", func(b []byte) []byte { return b[:len(b)/2] }), evidence.ProblemSignature, "manifest.json.sig"},
		"a file is gone":           {func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "empty"))) }, evidence.ProblemMissing, "empty"},
		"no signature":             {func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "manifest.json.sig"))) }, evidence.ProblemMissing, "manifest.json.sig"},
		"no manifest":              {func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "manifest.json"))) }, evidence.ProblemMissing, "manifest.json"},
		"a file is added": {func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "farms", "note.txt"), nil, 0o600))
		}, evidence.ProblemAdded, "farms/note.txt"},
		"a file is renamed": {func(t *testing.T, dir string) {
			require.NoError(t, os.Rename(filepath.Join(dir, "report.md"), filepath.Join(dir, "report2.md")))
		}, evidence.ProblemAdded, "report2.md"},
		"two files are swapped": {func(t *testing.T, dir string) {
			require.NoError(t, os.Rename(filepath.Join(dir, "report.md"), filepath.Join(dir, "empty")))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "report.md"), nil, 0o600))
		}, evidence.ProblemChanged, "empty"},
		"a file is a link": {func(t *testing.T, dir string) {
			require.NoError(t, os.Remove(filepath.Join(dir, "empty")))
			require.NoError(t, os.Symlink("/dev/null", filepath.Join(dir, "empty")))
		}, evidence.ProblemNoFile, "empty"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := bundle(t, k)
			tt.tamper(t, dir)
			_, err := evidence.Verify(dir, public)
			p, is := errors.AsType[*evidence.Problem](err)
			require.True(t, is, "%v", err)
			require.Equal(t, tt.kind, p.Kind, p.Error())
			require.Equal(t, tt.file, p.File, p.Error())
		})
	}
}

func TestEveryProblemIsNamedAtOnce(t *testing.T) {
	k, public := newKey(t)
	dir := bundle(t, k)
	require.NoError(t, os.Remove(filepath.Join(dir, "empty")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "report.md"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "more"), nil, 0o600))
	_, err := evidence.Verify(dir, public)
	require.Len(t, strings.Split(err.Error(), "\n"), 3, "%v", err)
}

// Whoever swaps the manifest needs the worker's key, and the key that lies in the bundle is not believed.
func TestAnotherKeyProvesNothing(t *testing.T) {
	mine, public := newKey(t)
	other, _ := newKey(t)
	_, err := evidence.Verify(bundle(t, other), public)
	require.ErrorContains(t, err, "another key")
	dir := bundle(t, mine)
	m := manifest()
	m.MadeBy = "mallory"
	text, err := m.Encode()
	require.NoError(t, err)
	forged, err := other.Sign(text)
	require.NoError(t, err)
	for name, content := range map[string]string{"manifest.json": string(text), "manifest.json.sig": forged, "evidence.pub": other.Public()} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	_, err = evidence.Verify(dir, public)
	require.ErrorContains(t, err, "another key")
}

func TestAManifestOfAnotherBundleDoesNotFit(t *testing.T) {
	k, public := newKey(t)
	dir := bundle(t, k)
	m := manifest()
	m.Files = evidence.Files{"rollout-status.json": []byte("{\"other\":1}\n")}.List()
	text, err := m.Encode()
	require.NoError(t, err)
	signature, err := k.Sign(text)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "manifest.json"), text, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "manifest.json.sig"), []byte(signature), 0o600))
	_, err = evidence.Verify(dir, public)
	require.ErrorContains(t, err, "changed: rollout-status.json")
	require.ErrorContains(t, err, "added: report.md")
}

// A directory that is there is never touched, and a bundle that cannot be written leaves nothing.
func TestWriteIsWholeOrNothing(t *testing.T) {
	k, _ := newKey(t)
	dir := bundle(t, k)
	require.ErrorContains(t, evidence.Write(dir, nil, nil, "", ""), "is there already")
	parent := t.TempDir()
	require.ErrorContains(t, evidence.Write(filepath.Join(parent, "e"), evidence.Files{"../out": nil}, nil, "", ""), "no path of a bundle")
	left, err := os.ReadDir(parent)
	require.NoError(t, err)
	require.Empty(t, left)
}

// The auditor's own OpenSSH comes to the same answer.
func TestStockOpenSSHChecksTheSignature(t *testing.T) {
	program, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("no ssh-keygen here")
	}
	k, _ := newKey(t)
	dir := bundle(t, k)
	signers := filepath.Join(t.TempDir(), "signers")
	require.NoError(t, os.WriteFile(signers, []byte("farmhand "+k.Public()+"\n"), 0o600))
	check := func(text []byte) error {
		cmd := exec.CommandContext(t.Context(), program, "-Y", "verify", "-f", signers, "-I", "farmhand", "-n", evidence.Namespace, "-s", filepath.Join(dir, "manifest.json.sig"))
		cmd.Stdin = bytes.NewReader(text)
		return cmd.Run()
	}
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	require.NoError(t, err)
	require.NoError(t, check(text))
	require.Error(t, check(append(text, ' ')))
}
