package farm_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

const microsoft = "CN=Microsoft Corporation, O=Microsoft Corporation, C=US"

// TestSignaturesOfPackages: a bad signature or another signer blocks, what Windows cannot tell is information.
func TestSignaturesOfPackages(t *testing.T) {
	for _, tc := range []struct {
		signer string
		found  farm.Signature
		sev    farm.Severity
		says   string
	}{
		{"O=Microsoft Corporation", farm.Signature{Status: "Valid", Signer: microsoft}, "", ""},
		{"", farm.Signature{Status: "Valid", Signer: "CN=Anybody"}, "", ""},
		{"O=Microsoft Corporation", farm.Signature{}, "", ""},
		{"O=Microsoft Corporation", farm.Signature{Status: "Valid", Signer: "CN=Mallory"}, farm.SeverityBlocking, "is signed by CN=Mallory"},
		{"O=Microsoft Corporation", farm.Signature{Status: "NotSigned"}, farm.SeverityBlocking, "is not signed, and the release says that O=Microsoft Corporation signed it"},
		{"", farm.Signature{Status: "NotSigned"}, farm.SeverityInformation, "is not signed"},
		{"", farm.Signature{Status: "HashMismatch", Signer: microsoft}, farm.SeverityBlocking, "was changed after it was signed"},
		{"", farm.Signature{Status: "NotTrusted", Signer: microsoft}, farm.SeverityBlocking, "distrusts"},
		{"O=Microsoft Corporation", farm.Signature{Status: "UnknownError"}, farm.SeverityInformation, "cannot judge (UnknownError)"},
	} {
		r, rel, facts := healthy()
		rel.Packages[0].Signer = tc.signer
		facts.Servers[0].Copies[0].Signature = tc.found
		findings := farm.Findings(r, rel, r.Farms[0], facts)
		if tc.says == "" {
			require.Empty(t, farm.Blocking(findings), "%+v", tc)
			continue
		}
		require.True(t, slices.ContainsFunc(findings, func(f farm.Finding) bool {
			return f.Server == facts.Servers[0].Server && f.Severity == tc.sev && strings.Contains(f.What, tc.says)
		}), "%+v: %+v", tc, findings)
	}
}

// TestCopiesOfPulledPackages are judged after they were pulled, and say nothing before.
func TestCopiesOfPulledPackages(t *testing.T) {
	r, rel, facts := healthy()
	r.Packages = farm.PackageSource{UNC: `\\files\updates`}
	facts.Servers[0].Copies = nil
	require.Empty(t, farm.Blocking(farm.Findings(r, rel, r.Farms[0], facts)), "they are still to come")
	blocking := farm.Blocking(farm.CopyFindings(r, rel, r.Farms[0], facts))
	require.Len(t, blocking, 1)
	require.Contains(t, blocking[0].What, `kb1.exe is not in D:\farmhand\packages`)
	require.Equal(t, []string{"kb1.exe"}, farm.FilesToStage(rel, facts.Servers[0]))
	require.Equal(t, []string{"kb1.exe"}, farm.Damaged(rel, facts.Servers[0], []string{"kb1.exe"}))
	require.Empty(t, farm.Damaged(rel, facts.Servers[1], []string{"kb1.exe"}))
	facts.Servers[0].Packages = []farm.PackageState{{KB: "KB1", Installed: true}}
	require.Empty(t, farm.FilesToStage(rel, facts.Servers[0]))
	require.Empty(t, farm.Blocking(farm.CopyFindings(r, rel, r.Farms[0], facts)), "what is installed needs no file")
}
