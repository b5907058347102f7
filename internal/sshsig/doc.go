// Package sshsig checks signatures that ssh-keygen makes with -Y sign (the format sshsig, OpenSSH's PROTOCOL.sshsig), so that a
// person's own SSH key, an agent or a hardware key can sign a decision and any stock OpenSSH can check it again.
//
// It is pure: the same bytes give the same answer on every machine and in every replay. It reads no file and knows nothing of
// who may decide.
package sshsig
