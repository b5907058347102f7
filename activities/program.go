package activities

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"sync"

	"farmhand/internal/farm"
	"farmhand/internal/version"
	"farmhand/scripts"
)

// DescribeProgram says which program this worker is and which scripts it can send, for the evidence. It reads its own
// file once; a file that cannot be read has no hash.
func (a *Activities) DescribeProgram(context.Context) (farm.Program, error) {
	p := describeProgram()
	p.At = now()
	if a.opts.EvidenceKey != nil {
		p.Key = a.opts.EvidenceKey.Fingerprint()
	}
	return p, nil
}

// describeProgram is the same for as long as the process lives.
var describeProgram = sync.OnceValue(func() farm.Program {
	build := version.Current()
	p := farm.Program{Version: build.Version, Revision: build.Revision, Go: build.Go, SHA256: hashOfSelf()}
	for _, s := range scripts.All() {
		p.Scripts = append(p.Scripts, farm.ScriptHash{Name: s.Name, SHA256: s.SHA256})
	}
	return p
})

func hashOfSelf() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}
