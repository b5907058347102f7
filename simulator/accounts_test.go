package simulator

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

func TestAccountsInEverySpelling(t *testing.T) {
	a := accounts{
		credentials: []farm.Credential{
			{Name: "setup", User: `CONTOSO\sp-setup`}, {Name: "upn", User: "sp-farm@contoso.com"}, {Name: "reader", User: "reader"},
		},
		passwords: func(user string) (string, bool) { return "pw of " + user, true },
	}
	for _, c := range []struct{ domain, user, want string }{
		{"CONTOSO", "sp-setup", `CONTOSO\sp-setup`},
		{"contoso", "SP-Setup", `CONTOSO\sp-setup`},
		{"contoso.com", "sp-setup", `CONTOSO\sp-setup`},
		{"", "sp-setup", `CONTOSO\sp-setup`},
		{"", `CONTOSO\sp-setup`, `CONTOSO\sp-setup`},
		{"", "sp-farm@contoso.com", "sp-farm@contoso.com"},
		{"CONTOSO", "sp-farm", "sp-farm@contoso.com"},
		{"sp-farm@contoso.com", "", "sp-farm@contoso.com"},
		{"FABRIKAM", "sp-setup", ""},
		{"CONTOSO", "nobody", ""},
	} {
		got, ok := a.Password(c.domain, c.user)
		require.Equal(t, c.want != "", ok, c)
		if ok {
			require.Equal(t, "pw of "+c.want, got)
		}
	}
	got, ok := a.sqlPassword("", "reader")
	require.True(t, ok)
	require.Equal(t, "pw of reader", got)
	_, ok = a.sqlPassword("", "sp-setup")
	require.False(t, ok, "a Windows account is no SQL login")
	_, ok = a.sqlPassword("CONTOSO", "sp-setup")
	require.True(t, ok)

	require.Equal(t, `CONTOSO\sp-farm`, a.account("upn"))
	require.Equal(t, `CONTOSO\sp-setup`, a.account("setup"))
	require.Equal(t, "reader", a.account("reader"))
	require.Empty(t, a.account("none"))
	require.Contains(t, a.spellings("upn"), `\sp-farm@contoso.com`)
	_, ok = accounts{credentials: a.credentials}.Password("CONTOSO", "sp-setup")
	require.False(t, ok, "without passwords nobody gets in")
}
