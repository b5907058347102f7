// Package kerberos is the server end of Kerberos (RFC 4120, 4121) as Windows services have it: it opens the ticket that a
// client brings with the key of its own name, checks that the client holds the ticket and was bound to this TLS connection,
// and proves itself in return. The simulator's WinRM and TDS listeners log users on with it, where the simulator has a keytab.
//
// A logon is one token: [Acceptor.Accept] reads the client's message, with SPNEGO or without, and gives the [Identity] and the answer, or a
// refusal with the error that is sent back. [Offered] tells such a message from NTLM's. Cryptography, tickets and keytabs are
// those of gokrb5; clients of MIT Kerberos in test/foreign show that the rest is right.
package kerberos
