package windows

import (
	"crypto/sha1"
	"encoding/hex"
)

// hash is what a script's strongest algorithm makes of a file: SHA-256, or SHA-1 under the FIPS policy, on a server
// without .NET 3.5. A large file is known by its SHA-256 alone; its SHA-1 is then one of that, so that equal files stay
// equal and others differ.
func (s system) hash(f File) (sha256, algorithm, hash string) {
	if !s.FIPS {
		return f.SHA256, "SHA-256", f.SHA256
	}
	data := f.Data
	if int64(len(data)) != f.Size {
		data = []byte(f.SHA256)
	}
	sum := sha1.Sum(data)
	return "", "SHA-1", hex.EncodeToString(sum[:])
}
