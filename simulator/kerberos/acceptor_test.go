package kerberos

import (
	"crypto/tls"
	"encoding/asn1"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/credentials"
	"github.com/jcmturner/gokrb5/v8/iana/chksumtype"
	"github.com/jcmturner/gokrb5/v8/iana/etypeID"
	"github.com/jcmturner/gokrb5/v8/iana/nametype"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/types"
	"github.com/stretchr/testify/require"
)

const (
	testSPN   = "MSSQLSvc/sql01.contoso.local:1433"
	testRealm = "CONTOSO.LOCAL"
)

func testAcceptor(t testing.TB) (*Acceptor, *keytab.Keytab) {
	t.Helper()
	table := keytab.New()
	require.NoError(t, table.AddEntry(testSPN, testRealm, "of the service", time.Now(), 2, etypeID.AES256_CTS_HMAC_SHA1_96))
	path := filepath.Join(t.TempDir(), "keytab")
	content, err := table.Marshal()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, content, 0o600))
	keys, err := LoadKeys(path)
	require.NoError(t, err)
	return &Acceptor{Keys: keys, Class: "MSSQLSvc", Computer: "SQL01", Known: func(domain, user string) bool {
		return domain == "CONTOSO" && user == "sp-setup"
	}}, table
}

// apReq is a request with a fresh ticket of an account.
func apReq(t testing.TB, table *keytab.Keytab, user string) []byte {
	t.Helper()
	now := time.Now().UTC()
	who := credentials.New(user, testRealm)
	ticket, key, err := messages.NewTicket(who.CName(), testRealm, types.NewPrincipalName(nametype.KRB_NT_PRINCIPAL, testSPN), testRealm,
		types.NewKrbFlags(), table, etypeID.AES256_CTS_HMAC_SHA1_96, 2, now, now, now.Add(time.Hour), now.Add(time.Hour))
	require.NoError(t, err)
	sent, err := types.NewAuthenticator(testRealm, who.CName())
	require.NoError(t, err)
	sent.Cksum = types.Checksum{CksumType: chksumtype.GSSAPI, Checksum: append([]byte{16, 0, 0, 0}, make([]byte, 20)...)}
	request, err := messages.NewAPReq(ticket, key, sent)
	require.NoError(t, err)
	b, err := request.Marshal()
	require.NoError(t, err)
	return b
}

// gss frames a message of a mechanism.
func gss(mechanism asn1.ObjectIdentifier, parts ...[]byte) []byte {
	return der(asn1.RawValue{Class: asn1.ClassApplication, Tag: 0, IsCompound: true, Bytes: slices.Concat(append([][]byte{der(mechanism)}, parts...)...)})
}

// negotiated wraps a token into SPNEGO, with the mechanism of its choice.
func negotiated(mechanism asn1.ObjectIdentifier, token []byte) []byte {
	init := der(struct {
		MechTypes []asn1.ObjectIdentifier `asn1:"explicit,tag:0"`
		MechToken []byte                  `asn1:"explicit,tag:2"`
	}{[]asn1.ObjectIdentifier{mechanism}, token})
	return gss(oidSPNEGO, der(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: init}))
}

// TestEveryFormOfAToken: SPNEGO with either number of Kerberos, and Kerberos by itself; the answer has the same form.
func TestEveryFormOfAToken(t *testing.T) {
	a, table := testAcceptor(t)
	for name, form := range map[string]func(token []byte) []byte{
		"SPNEGO":                 func(token []byte) []byte { return negotiated(oidKerberos, token) },
		"SPNEGO of Windows":      func(token []byte) []byte { return negotiated(oidMSKerberos, token) },
		"Kerberos without frame": func(token []byte) []byte { return token },
	} {
		token := form(gss(oidKerberos, tokenRequest, apReq(t, table, "sp-setup")))
		require.True(t, Offered(token), name)
		who, answer, err := a.Accept(token, nil)
		require.NoError(t, err, name)
		require.Equal(t, Identity{"CONTOSO", "sp-setup"}, who)
		_, _, plain := framed(answer)
		require.Equal(t, name == "Kerberos without frame", plain, name)

		_, _, err = a.Accept(token, nil)
		require.ErrorContains(t, err, "replay", name)
	}
	require.False(t, Offered([]byte("NTLMSSP\x00\x01\x00\x00\x00")))
	require.False(t, Offered(negotiated(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 311, 2, 2, 10}, []byte("NTLMSSP"))))
}

func TestWhoIsTurnedDown(t *testing.T) {
	a, table := testAcceptor(t)
	_, _, err := a.Accept(gss(oidKerberos, tokenRequest, apReq(t, table, "nobody")), nil)
	var refused *RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, RefusedError{Domain: "CONTOSO", User: "nobody", Reason: "unknown account", Answer: refused.Answer}, *refused)
	require.NotEmpty(t, refused.Answer)

	a.Class = "HTTP"
	_, _, err = a.Accept(gss(oidKerberos, tokenRequest, apReq(t, table, "sp-setup")), nil)
	require.ErrorContains(t, err, "a ticket for "+testSPN)
	_, _, err = a.Accept([]byte("x"), nil)
	require.ErrorAs(t, err, &refused)
}

func TestBindingOfNoCertificate(t *testing.T) {
	require.Nil(t, Binding(nil))
	require.Nil(t, Binding(&tls.Config{}))
	require.Nil(t, Binding(&tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{[]byte("x")}}}}))
}

// FuzzAccept feeds the acceptor any token: none of them is let in twice, and none without a ticket.
func FuzzAccept(f *testing.F) {
	a, table := testAcceptor(f)
	used := negotiated(oidKerberos, gss(oidKerberos, tokenRequest, apReq(f, table, "sp-setup")))
	_, _, err := a.Accept(used, nil)
	require.NoError(f, err)
	f.Add(used)
	f.Add(gss(oidKerberos, tokenRequest, []byte("x")))
	f.Fuzz(func(t *testing.T, token []byte) {
		var refused *RefusedError
		if _, _, err := a.Accept(token, nil); err != nil { // a process that fuzzes has not seen the seed of another one
			require.ErrorAs(t, err, &refused)
		}
		_, _, err := a.Accept(token, nil)
		require.ErrorAs(t, err, &refused)
	})
}
