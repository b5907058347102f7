package farm

import (
	"fmt"
	"strings"
)

// Signature is Windows' word on the Authenticode signature of a file (signature.ps1).
type Signature struct {
	// Status is a System.Management.Automation.SignatureStatus; empty when Windows was not asked or could not say.
	Status string `json:"status,omitempty"`
	// Signer is the subject of the certificate, such as "CN=Microsoft Corporation, OU=MOPR, ...".
	Signer string `json:"signer,omitempty"`
}

// The statuses that decide something. All others say that this Windows cannot tell: a missing root certificate
// of a server without Internet, a hash algorithm that came later, a format it does not know.
const (
	signatureValid      = "Valid"
	signatureBroken     = "HashMismatch" // the file was changed after it was signed
	signatureNone       = "NotSigned"
	signatureDistrusted = "NotTrusted" // an administrator distrusts the certificate
)

// Broken reports that the file is not the one that was signed: it was damaged or changed on its way.
func (s Signature) Broken() bool { return s.Status == signatureBroken }

// judge compares a signature with the signer the release names; an empty signer is satisfied with any good one.
// An empty what is nothing to say.
func (s Signature) judge(signer string) (sev Severity, what, do string) {
	switch {
	case s.Broken():
		return SeverityBlocking, " was changed after it was signed (HashMismatch)", "copy the package again from where you trust it"
	case s.Status == signatureDistrusted:
		return SeverityBlocking, " is signed with a certificate that this server distrusts: " + s.Signer, "find out why before anything runs"
	case s.Status == signatureNone && signer != "":
		return SeverityBlocking, fmt.Sprintf(" is not signed, and the release says that %s signed it", signer), "take the package from where you trust it"
	case s.Status == signatureValid && !strings.Contains(strings.ToLower(s.Signer), strings.ToLower(signer)):
		return SeverityBlocking, fmt.Sprintf(" is signed by %s, and the release says by %s", s.Signer, signer), "take the package from where you trust it"
	case s.Status == signatureValid:
		return "", "", ""
	case s.Status == signatureNone:
		return SeverityInformation, " is not signed", "compare its hash with one you trust"
	case s.Status == "":
		return "", "", ""
	}
	return SeverityInformation, " has a signature that this server cannot judge (" + s.Status + ")", "compare its hash with one you trust"
}
