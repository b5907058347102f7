package tds_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/stretchr/testify/require"

	"farmhand/simulator/tds"
)

func TestLogin(t *testing.T) {
	accounts := map[string][2]string{
		"SQL":     {"sa", "Pa$$wörd"},
		"Windows": {`CONTOSO\svc`, "Gehäim 1"},
	}
	for _, encryption := range []struct {
		name    string
		server  tds.Encryption
		clients []string
	}{
		{"off", tds.Off, []string{"disable", "false"}},
		{"login", tds.Login, []string{"disable", "false", "true"}},
		{"required", tds.Required, []string{"false", "true"}},
	} {
		for _, client := range encryption.clients {
			for kind, account := range accounts {
				t.Run(encryption.name+"/"+client+"/"+kind, func(t *testing.T) {
					b := newBackend()
					_, address := start(t, tds.Options{Encryption: encryption.server}, b)
					db := connect(t, address, account[0], account[1], "encrypt="+client, "trustservercertificate=true", "database=PWA_Draft")
					var user, database string
					require.NoError(t, db.QueryRowContext(t.Context(), "user now").Scan(&user, &database))
					require.Equal(t, account[0], user)
					require.Equal(t, "PWA_Draft", database)
					login := b.recorded("login")
					require.Len(t, login, 1)
					require.NotContains(t, login[0].Text, account[1])
				})
			}
		}
	}
}

func TestLoginRefused(t *testing.T) {
	for _, c := range []struct {
		name, user, password, database string
		numbers                        []int32
		event                          string
	}{
		{"wrong SQL password", "sa", "nonsense", "", []int32{18456}, "auth-failed"},
		{"no such SQL login", "nobody", "x", "", []int32{18456}, "auth-failed"},
		{"wrong Windows password", `CONTOSO\svc`, "nonsense", "", []int32{18452}, "auth-failed"},
		{"no such Windows account", `CONTOSO\nobody`, "x", "", []int32{18452}, "auth-failed"},
		{"no such database", "sa", "Pa$$wörd", "missing", []int32{4060, 18456}, "login"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBackend()
			_, address := start(t, tds.Options{}, b)
			err := connect(t, address, c.user, c.password, "database="+c.database).PingContext(t.Context())
			var e mssql.Error
			require.ErrorAs(t, err, &e)
			var numbers []int32
			for _, one := range e.All {
				numbers = append(numbers, one.Number)
			}
			if len(numbers) == 0 {
				numbers = []int32{e.Number}
			}
			require.Equal(t, c.numbers, numbers)
			events := b.recorded(c.event)
			require.Len(t, events, 1)
			require.Equal(t, c.user, events[0].User)
			require.NotContains(t, events[0].Text, c.password)
		})
	}
}

func TestEncryptionIsNotNegotiable(t *testing.T) {
	_, off := start(t, tds.Options{Encryption: tds.Off}, newBackend())
	require.Error(t, connect(t, off, "sa", "Pa$$wörd", "encrypt=true").PingContext(t.Context()))
	_, required := start(t, tds.Options{Encryption: tds.Required}, newBackend())
	require.Error(t, connect(t, required, "sa", "Pa$$wörd", "encrypt=disable").PingContext(t.Context()))
}

func TestCertificateOfAnAuthorityIsVerified(t *testing.T) {
	authority, certificate := issue(t, "sql01.contoso.test")
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority}), 0o600))
	for _, encrypt := range []string{"false", "true"} {
		_, address := start(t, tds.Options{Encryption: tds.Login, TLS: &tls.Config{Certificates: []tls.Certificate{certificate}}}, newBackend())
		options := []string{"encrypt=" + encrypt, "TrustServerCertificate=false", "certificate=" + file}
		require.NoError(t, connect(t, address, "sa", "Pa$$wörd", append(options, "hostNameInCertificate=sql01.contoso.test")...).PingContext(t.Context()))
		require.Error(t, connect(t, address, "sa", "Pa$$wörd", append(options, "hostNameInCertificate=sql02.contoso.test")...).PingContext(t.Context()))
	}
}

// issue makes an authority and a server certificate signed by it.
func issue(t *testing.T, name string) (authority []byte, certificate tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Contoso Root"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	authority, err = x509.CreateCertificate(rand.Reader, ca, ca, &key.PublicKey, key)
	require.NoError(t, err)
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, &leafKey.PublicKey, key)
	require.NoError(t, err)
	return authority, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: leafKey}
}
