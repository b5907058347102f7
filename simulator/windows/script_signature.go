package windows

import (
	"context"
	"strings"

	"farmhand/simulator/world"
)

// signatureScript is signature.ps1: the Authenticode signature of files.
func signatureScript(_ context.Context, c ScriptCall) (records []Record, _ error) {
	c.Machine.world.View(func(tx *world.Tx) {
		for p := range strings.SplitSeq(c.Parameter("Paths"), "|") {
			if p == "" {
				continue
			}
			status, signer := "", ""
			if f, ok := stat(tx, c.Machine.name, p); ok && !f.Folder {
				status, signer = f.Signature, f.Signer
				if status == "" {
					status = "NotSigned"
				}
			}
			records = append(records, NewRecord("signature", "path", p, "status", status, "signer", signer))
		}
	})
	return records, nil
}
