package kerberos

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/iana/errorcode"
	"github.com/jcmturner/gokrb5/v8/iana/etypeID"
	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/krberror"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
	"github.com/stretchr/testify/require"

	"farmhand/internal/secrets"
	acceptor "farmhand/simulator/kerberos"
)

const (
	spn      = "HTTP/app01.contoso.local"
	realm    = "CONTOSO.LOCAL"
	krb5Conf = "[libdefaults]\ndefault_realm = CONTOSO.LOCAL\n[realms]\nCONTOSO.LOCAL = {\nkdc = 127.0.0.1:1\n}\nEMEA.FABRIKAM.COM = {\nkdc = 127.0.0.1:1\n}\n"
)

// service is the twin's end, and who makes tickets for it as a KDC would.
func service(t testing.TB) (*acceptor.Acceptor, *keytab.Keytab) {
	t.Helper()
	table := keytab.New()
	require.NoError(t, table.AddEntry(spn, realm, "the computer's own", time.Now(), 2, etypeID.AES256_CTS_HMAC_SHA1_96))
	path := filepath.Join(t.TempDir(), "services.keytab")
	content, err := table.Marshal()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, content, 0o600))
	keys, err := acceptor.LoadKeys(path)
	require.NoError(t, err)
	return &acceptor.Acceptor{Keys: keys, Class: "HTTP", Computer: "APP01", Known: func(_, user string) bool { return user == "sp-setup" }}, table
}

// logon is a logon with a ticket that begins at a time.
func logon(t testing.TB, table *keytab.Keytab, begins time.Time, w Wish) *Logon {
	t.Helper()
	who := credentials.New("sp-setup", realm)
	ticket, key, err := messages.NewTicket(who.CName(), realm, types.NewPrincipalName(nametype.KRB_NT_PRINCIPAL, spn), realm,
		types.NewKrbFlags(), table, etypeID.AES256_CTS_HMAC_SHA1_96, 2, begins, begins, begins.Add(time.Hour), begins.Add(time.Hour))
	require.NoError(t, err)
	l, err := newLogon("sp-setup@"+realm, who, spn, ticket, key, w)
	require.NoError(t, err)
	return l
}

func TestLogonIsProvenBothWays(t *testing.T) {
	end, table := service(t)
	for _, binding := range [][]byte{nil, []byte("tls-server-end-point:certificate")} {
		l := logon(t, table, time.Now().UTC(), Wish{Binding: binding, Mutual: true})
		require.True(t, acceptor.Offered(l.Token()))
		who, answer, err := end.Accept(l.Token(), binding)
		require.NoError(t, err)
		require.Equal(t, acceptor.Identity{Domain: "CONTOSO", User: "sp-setup"}, who)
		require.NoError(t, l.Verify(answer))

		other := logon(t, table, time.Now().UTC(), Wish{Mutual: true})
		var proof *Error
		require.ErrorAs(t, other.Verify(answer), &proof, "the proof is of another logon")
		require.Equal(t, KindProof, proof.Kind)
		for _, nothing := range [][]byte{nil, {}, []byte("x"), answer[:len(answer)-1], l.Token()} {
			require.ErrorAs(t, l.Verify(nothing), &proof)
		}
		require.NoError(t, logon(t, table, time.Now().UTC(), Wish{}).Verify(nil), "where no proof was asked for")
	}
}

func TestRefusalsOfAService(t *testing.T) {
	end, table := service(t)
	refusal := func(l *Logon, binding []byte) *Error {
		_, _, err := end.Accept(l.Token(), binding)
		var refused *acceptor.RefusedError
		require.ErrorAs(t, err, &refused)
		var known *Error
		require.ErrorAs(t, l.Verify(refused.Answer), &known)
		return known
	}
	now := time.Now().UTC()
	require.Equal(t, KindProof, refusal(logon(t, table, now, Wish{Binding: []byte("one")}), []byte("another")).Kind)
	require.Equal(t, KindClock, refusal(logon(t, table, now.Add(time.Hour), Wish{}), nil).Kind)

	stale := keytab.New()
	require.NoError(t, stale.AddEntry(spn, realm, "another password", time.Now(), 2, etypeID.AES256_CTS_HMAC_SHA1_96))
	e := refusal(logon(t, stale, now, Wish{}), nil)
	require.Equal(t, KindService, e.Kind)
	require.Equal(t, errorcode.KRB_AP_ERR_MODIFIED, e.Code)
	require.ErrorContains(t, e, "setspn -X")

	end.Computer = "APP02"
	e = refusal(logon(t, table, now, Wish{}), nil)
	require.ErrorContains(t, e, "what answers is not the service "+spn)
	require.ErrorContains(t, e, "(Kerberos error 35)")
}

func TestPrincipal(t *testing.T) {
	conf, err := config.NewFromString(krb5Conf)
	require.NoError(t, err)
	for account, want := range map[string]string{
		"sp-setup@contoso.local": "sp-setup@CONTOSO.LOCAL", `CONTOSO\sp-setup`: "sp-setup@CONTOSO.LOCAL", `contoso\sp-setup`: "sp-setup@CONTOSO.LOCAL",
		`EMEA\svc`: "svc@EMEA.FABRIKAM.COM", `FABRIKAM\svc`: "", "sp-setup": "", "@contoso.local": "", `\x`: "", `CONTOSO\`: "", "": "",
	} {
		user, r, err := principal(account, conf)
		if want == "" {
			var known *Error
			require.ErrorAs(t, err, &known, account)
			require.Equal(t, KindConfig, known.Kind)
			continue
		}
		require.NoError(t, err, account)
		require.Equal(t, want, user+"@"+r)
	}
}

func TestNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "krb5.conf")
	require.NoError(t, os.WriteFile(path, []byte(krb5Conf), 0o600))
	one, err := New(Account{Config: path, User: `CONTOSO\sp-setup`, Password: secrets.New("hunter2")})
	require.NoError(t, err)
	same, err := New(Account{Config: path, User: "sp-setup@contoso.local", Password: secrets.New("hunter2")})
	require.NoError(t, err)
	require.Same(t, one.shared, same.shared)
	changed, err := New(Account{Config: path, User: `CONTOSO\sp-setup`, Password: secrets.New("hunter3")})
	require.NoError(t, err)
	require.NotSame(t, one.shared, changed.shared)
	require.Equal(t, "sp-setup@CONTOSO.LOCAL", one.Account())

	for name, a := range map[string]Account{
		"no file":     {Config: path + ".not", User: `CONTOSO\sp-setup`, Password: secrets.New("hunter2")},
		"no secret":   {Config: path, User: `CONTOSO\sp-setup`},
		"broken keys": {Config: path, User: `CONTOSO\sp-setup`, Keytab: secrets.New("hunter2")},
		"no realm":    {Config: path, User: `NOWHERE\sp-setup`, Password: secrets.New("hunter2")},
	} {
		_, err := New(a)
		var known *Error
		require.ErrorAs(t, err, &known, name)
		require.Equal(t, KindConfig, known.Kind, name)
		require.NotContains(t, err.Error(), "hunter2")
		require.NotEmpty(t, known.Advice)
	}
}

// TestErrorsOfAKDC: what the library makes of a KDC's answers is told apart.
func TestErrorsOfAKDC(t *testing.T) {
	refused := func(code int32) error {
		return krberror.Errorf(messages.NewKRBError(types.PrincipalName{}, realm, code, ""), krberror.KDCError, "AS Exchange Error")
	}
	for want, err := range map[Kind]error{
		KindKDC:     krberror.Errorf(errors.New("dial tcp: refused"), krberror.NetworkingError, "AS Exchange Error: failed sending AS_REQ to KDC"),
		KindAccount: refused(errorcode.KDC_ERR_PREAUTH_FAILED),
		KindService: refused(errorcode.KDC_ERR_S_PRINCIPAL_UNKNOWN),
		KindClock:   refused(errorcode.KRB_AP_ERR_SKEW),
		KindConfig:  refused(errorcode.KDC_ERR_POLICY),
	} {
		e := ofLibrary(err, "sp-setup@"+realm, spn)
		require.Equal(t, want, e.Kind, err)
		require.NotEmpty(t, e.Advice)
	}
	require.Equal(t, KindAccount, ofLibrary(refused(errorcode.KDC_ERR_CLIENT_REVOKED), "a", "s").Kind)
	require.ErrorContains(t, ofLibrary(refused(errorcode.KDC_ERR_POLICY), "a", "s"), "KDC_ERR_POLICY")
}

// FuzzVerify feeds a logon any answer: none of them is a proof.
func FuzzVerify(f *testing.F) {
	end, table := service(f)
	now := time.Now().UTC()
	l := logon(f, table, now, Wish{Mutual: true})
	_, answer, err := end.Accept(logon(f, table, now, Wish{Mutual: true}).Token(), nil)
	require.NoError(f, err)
	f.Add(answer)
	f.Add(l.Token())
	f.Fuzz(func(t *testing.T, answer []byte) {
		var known *Error
		require.ErrorAs(t, l.Verify(answer), &known)
	})
}
