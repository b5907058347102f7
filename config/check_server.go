package config

import (
	"slices"

	"farmhand/internal/farm"
)

// checkServer checks one Windows server and how it is reached.
func (n *notes) checkServer(key string, r farm.Rollout, s farm.Server) {
	n.checkName(key+".name", s.Name)
	if n.require(key+".address", s.Address, "name the host where WinRM answers") {
		n.checkHost(key+".address", s.Address)
	}
	if len(s.Roles) == 0 {
		n.wrong(key+".roles", "missing; roles are %s", list(farm.Roles()))
	}
	for k, role := range s.Roles {
		n.checkRole(element(key+".roles", k), s, k, role)
	}
	n.checkCredentialOf(key+".connect_as", r, s.ConnectAs, "name the credential that opens WinRM, here or in the farm's defaults")
	if s.RunsSharePoint() {
		n.checkCredentialOf(key+".run_as", r, s.RunAs, "name the credential packages and the wizard run under, here or in the farm's defaults")
		if n.require(key+".stage", s.Stage, `name farmhand's own folder on the server, like 'D:\farmhand', here or in the farm's defaults`) {
			n.checkWindowsPath(key+".stage", s.Stage, false)
			n.checkBatchText(key+".stage", s.Stage)
			n.checkTaskPath(key+".stage", s.Stage)
		}
	}
	n.checkWinRM(key+".winrm", s.WinRM)
	if s.Execution != "" {
		n.checkOneOf(key+".execution", string(s.Execution), executions...)
	}
}

func (n *notes) checkRole(key string, s farm.Server, k int, role farm.Role) {
	switch {
	case role == "":
		n.wrong(key, "missing; roles are %s", list(farm.Roles()))
	case !role.Valid():
		hint := ""
		if meant := likelyRole(string(role)); meant != "" {
			hint = "; did you mean " + string(meant) + "?"
		}
		n.wrong(key, "unknown role %s; roles are %s%s", quoted(key, string(role)), list(farm.Roles()), hint)
	case slices.Index(s.Roles, role) < k:
		n.wrong(key, "the role %q is listed twice", role)
	}
}

// checkWinRM checks how a server is reached. Over http the messages themselves must be sealed, which NTLM
// does and Basic does not. Kerberos could: farmhand leaves that to TLS.
func (n *notes) checkWinRM(key string, w farm.WinRM) {
	scheme := n.checkOneOf(key+".scheme", w.Scheme, schemes...)
	auth := n.checkOneOf(key+".auth", w.Auth, authentications...)
	switch {
	case !scheme || !auth || w.Scheme == "https" || w.Auth == "ntlm":
	case w.Auth == authKerberos:
		n.wrong(key+".auth", "kerberos over http would need messages that Kerberos seals, which farmhand does not do; use scheme: https, or auth: ntlm")
	default:
		n.wrong(key+".auth", "%s over http sends the password in clear; http needs auth: ntlm, or use scheme: https", w.Auth)
	}
	n.checkPort(key+".port", w.Port)
	if w.CodePage < 0 || w.CodePage > 65535 {
		n.wrong(key+".code_page", "%d is not a code page; want one like 437, 850 or 65001", w.CodePage)
	}
	n.checkTLS(key, w.ServerName, w.TLSMin)
}

// checkSQLServer checks one SQL Server and where it writes backups.
func (n *notes) checkSQLServer(key string, r farm.Rollout, q farm.SQLServer) {
	n.checkName(key+".name", q.Name)
	if n.require(key+".address", q.Address, "name the host where SQL Server answers; a named instance is told by its port") {
		n.checkHost(key+".address", q.Address)
	}
	n.checkPort(key+".port", q.Port)
	n.checkCredentialOf(key+".connect_as", r, q.ConnectAs, "name the credential that logs in to SQL Server, here or in the farm's defaults")
	known := n.checkOneOf(key+".encrypt", string(q.Encrypt), encryptions...)
	if c, ok := r.Credential(q.ConnectAs); ok && known && q.Encrypt == farm.EncryptNone && c.User != "" && !isWindowsAccount(c.User) {
		n.wrong(key+".encrypt", "none sends the password of the SQL login %q in clear; use encrypt: login, or a Windows account (DOMAIN\\user)", c.Name)
	}
	n.checkTLS(key, q.ServerName, q.TLSMin)
	if q.Auth != "" {
		n.checkOneOf(key+".auth", string(q.Auth), sqlAuths...)
		if c, ok := r.Credential(q.ConnectAs); ok && q.Auth == farm.SQLAuthNTLM && c.User != "" && !isWindowsAccount(c.User) {
			n.wrong(key+".auth", "a SQL login (%q) proves itself by its password alone: leave auth out", c.Name)
		}
	}
	n.checkBackup(key+".backup", q.Backup)
	n.checkMirroring(key, q)
}

func (n *notes) checkTLS(key, serverName, tlsMin string) {
	if serverName != "" {
		n.checkHost(key+".server_name", serverName)
	}
	if tlsMin != "" {
		n.checkOneOf(key+".tls_min", tlsMin, tlsVersions...)
	}
}

// checkCredentialOf checks a name that must be one of the credentials.
func (n *notes) checkCredentialOf(key string, r farm.Rollout, name, hint string) {
	if !n.require(key, name, hint) {
		return
	}
	var known []string
	for _, c := range r.Credentials {
		known = append(known, c.Name)
	}
	n.checkReference(key, name, "credential", known, n.brokenNames("credentials", "name"))
}
