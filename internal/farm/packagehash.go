package farm

import "strings"

// sha256Name is what findings call the hash that releases give.
const sha256Name = "SHA-256"

// digest is the hash of a copy and the algorithm that made it; both are empty where there is none.
func (c PackageCopy) digest() (algorithm, hash string) {
	if c.SHA256 != "" {
		return sha256Name, c.SHA256
	}
	return c.Algorithm, c.Hash
}

// otherThan reports whether the hash of the copy shows that it is not the file a release means. A server that cannot
// compute SHA-256 shows nothing; a file that could not be read is not trusted.
func (c PackageCopy) otherThan(file PackageFile) bool {
	if c.HashError != "" {
		return true
	}
	return file.SHA256 != "" && !strings.EqualFold(file.SHA256, c.SHA256) && c.Hash == ""
}

// sameAs reports whether two copies may be one file: hashes of different algorithms say nothing.
func (c PackageCopy) sameAs(o PackageCopy) bool {
	algorithm, hash := c.digest()
	other, otherHash := o.digest()
	return algorithm != other || strings.EqualFold(hash, otherHash)
}
