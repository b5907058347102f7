package farm

import "strings"

// SameAccount reports whether two spellings name one Windows account: DOMAIN\user and user@domain are the same
// where the first label of the DNS domain is the NetBIOS name, as it is by default. Nothing is the same as an
// empty name.
func SameAccount(a, b string) bool {
	da, ua := splitAccount(a)
	db, ub := splitAccount(b)
	return ua != "" && strings.EqualFold(ua, ub) && strings.EqualFold(da, db)
}

// splitAccount cuts an account into its NetBIOS domain, empty when there is none, and its name.
func splitAccount(account string) (domain, user string) {
	if d, u, ok := strings.Cut(account, `\`); ok {
		domain, user = d, u
	} else if u, d, ok := strings.Cut(account, "@"); ok {
		domain, user = d, u
	} else {
		return "", account
	}
	domain, _, _ = strings.Cut(domain, ".")
	return domain, user
}

// localAccount reports whether an account belongs to one computer and not to a domain.
func localAccount(account, computer string) bool {
	domain, _ := splitAccount(account)
	switch strings.ToUpper(domain) {
	case "", "NT AUTHORITY", "BUILTIN", strings.ToUpper(computer):
		return true
	}
	return false
}
