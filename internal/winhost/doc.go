// Package winhost is one Windows server as farmhand sees it: over WinRM it runs commands and the scripts of package
// scripts, starts and follows detached jobs, reads and switches services, and reboots.
//
// Start with New and Host.Command. A call is one shell on the server: Create, Command, Send and Receive, Delete; and before
// Delete a Signal, where the command has not ended.
// The library masterzen/winrm drives that sequence; below it this package puts a transport of its own (call), because
// the stock ones lose standard input, poll a frozen server for ever and cannot be cancelled. The layers, from the wire up:
//
//	endpoint, session   one TCP connection, logged on by NTLM (sealed over http, bound to the certificate over https),
//	                    by Kerberos over https, or by Basic
//	kept                sessions between two calls, for every Host of the process
//	lane                messages in order over one session; logs on again only where nothing can have run twice
//	call                one shell: code page, deadlines, standard input, replies checked before the library sees them
//	Host                commands, scripts, jobs, services, registry, boot
//
// Every error is an *Error: its Kind says which policy applies, Maybe whether the command may have run, Advice what an
// administrator should do. A command that ended with a non-zero exit code is a Result, not an error.
package winhost
