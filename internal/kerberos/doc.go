// Package kerberos logs on to services by Kerberos (RFC 4120) and not by sending or proving a password to them: WinRM over
// https and SQL Server ask it for tokens.
//
// Start with New, which makes a Client of one account, and Client.Begin, which makes the token for one logon to one
// service. The token is a SPNEGO message (RFC 4178) with an AP-REQ in it (RFC 4121), bound to the server's certificate where
// there is one. Where mutual authentication was asked for, Logon.Verify proves that the server holds the key of its own name. Credentials are not delegated: what the server starts has no second hop, as with NTLM.
//
// Which realm there is and where its KDCs are is said by a krb5.conf. Every error is an *Error: its Kind says what it is about
// and its Advice what to do. Requests to KDCs go over TCP: the tickets of Active Directory outgrow UDP.
package kerberos
