// Package evidence is the bundle that an auditor takes away: files in a folder, a manifest with the size and hash of each,
// and a signature of the manifest by the key of a worker.
//
// The signature is what `ssh-keygen -Y sign` makes (sshsig), so that a stock OpenSSH checks it as well as `starter
// verify-evidence` does. What it says: this worker asked Temporal for the status of every run that the manifest names, and
// the manifest holds the hashes of the answers. The starter makes the bundle and never has the key.
//
// Read on in manifest.go (what is signed), key.go (the worker's key), bundle.go (writing) and verify.go (checking, which
// needs neither Temporal nor the farm).
package evidence
