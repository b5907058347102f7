package simulator

import (
	"strings"

	"farmhand/internal/farm"
)

// accounts are the rollout's credentials as Windows and SQL Server know them. It is an Accounts of package
// windows.
type accounts struct {
	credentials []farm.Credential
	passwords   func(user string) (string, bool)
}

// split brings a user's spellings to one: DOMAIN\user, user@domain (its first label is the NetBIOS name),
// or a bare name, which is a SQL login or a local account.
func split(user string) (domain, name string) {
	if d, n, ok := strings.Cut(user, `\`); ok {
		return d, n
	}
	if n, d, ok := strings.Cut(user, "@"); ok {
		label, _, _ := strings.Cut(d, ".")
		return strings.ToUpper(label), n
	}
	return "", user
}

// Password finds the credential that a logon names. A client may leave the domain out, or write it as the
// full DNS name.
func (a accounts) Password(domain, user string) (string, bool) {
	switch {
	case user == "": // user@domain where DOMAIN\user was looked for
		domain, user = split(domain)
	case domain == "":
		domain, user = split(user)
	}
	label, _, _ := strings.Cut(domain, ".")
	for _, c := range a.credentials {
		d, n := split(c.User)
		if strings.EqualFold(n, user) && (domain == "" || strings.EqualFold(d, label)) {
			return a.password(c.User)
		}
	}
	return "", false
}

func (a accounts) password(user string) (string, bool) {
	if a.passwords == nil {
		return "", false
	}
	return a.passwords(user)
}

// sqlPassword is Password for SQL Server: without a domain it is a SQL login, and those have none in the
// rollout either.
func (a accounts) sqlPassword(domain, user string) (string, bool) {
	if domain != "" || strings.Contains(user, "@") {
		return a.Password(domain, user)
	}
	for _, c := range a.credentials {
		if strings.EqualFold(c.User, user) {
			return a.password(c.User)
		}
	}
	return "", false
}

// spellings are the other ways in which clients write the account of a credential: as the rollout does, and
// as the user that a client sent without a domain.
func (a accounts) spellings(credential string) []string {
	for _, c := range a.credentials {
		if name, domain, ok := strings.Cut(c.User, "@"); ok && c.Name == credential {
			return []string{c.User, `\` + c.User, domain + `\` + name}
		}
	}
	return nil
}

// account spells the account of a credential as DOMAIN\user; empty when the rollout has no such credential.
func (a accounts) account(credential string) string {
	for _, c := range a.credentials {
		if c.Name != credential {
			continue
		}
		if domain, name := split(c.User); domain != "" {
			return domain + `\` + name
		}
		return c.User
	}
	return ""
}
