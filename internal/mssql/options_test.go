package mssql

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"testing"

	"github.com/microsoft/go-mssqldb/msdsn"
	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
)

func TestConfigReportsEveryMistakeAtOnce(t *testing.T) {
	_, err := Open(Options{Server: farm.SQLServer{Name: "SQL01", Port: 70000, Encrypt: "sometimes"}})
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, KindConfig, e.Kind)
	for _, part := range []string{"SQL01", "address", "70000", "user", "sometimes"} {
		require.Contains(t, err.Error(), part)
	}
}

func TestConfigOfTLS(t *testing.T) {
	o := Options{Server: farm.SQLServer{Name: "SQL01", Address: "10.0.0.1"}, User: `CONTOSO\svc`}
	c, err := o.config()
	require.NoError(t, err)
	require.Equal(t, msdsn.Encryption(msdsn.EncryptionOff), c.Encryption, "by default the login is protected")
	require.EqualValues(t, 1433, c.Port)
	require.True(t, c.DisableRetry, "a BACKUP is never sent twice by the driver")
	require.Zero(t, c.ConnTimeout, "a limit between two messages would end a long BACKUP")
	require.Equal(t, uint16(tls.VersionTLS12), c.TLSConfig.MinVersion)
	require.Nil(t, c.TLSConfig.CipherSuites)
	require.False(t, c.TLSConfig.InsecureSkipVerify)
	require.Equal(t, "10.0.0.1", c.TLSConfig.ServerName)

	o.Server.TLSMin, o.Server.ServerName, o.Server.TrustServerCertificate = "1.0", "sql01.contoso.local", true
	o.Server.Encrypt = farm.EncryptRequired
	c, err = o.config()
	require.NoError(t, err)
	require.Equal(t, msdsn.Encryption(msdsn.EncryptionRequired), c.Encryption)
	require.Equal(t, uint16(tls.VersionTLS10), c.TLSConfig.MinVersion)
	require.Contains(t, c.TLSConfig.CipherSuites, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA)
	require.NotContains(t, c.TLSConfig.CipherSuites, tls.TLS_RSA_WITH_RC4_128_SHA)
	require.True(t, c.TLSConfig.InsecureSkipVerify)
	require.Equal(t, "sql01.contoso.local", c.TLSConfig.ServerName)

	o.Server.TLSMin = "0.9"
	_, err = o.config()
	require.ErrorContains(t, err, "tls_min")
}

func TestConfigOfCAFile(t *testing.T) {
	o := Options{Server: farm.SQLServer{Address: "sql01"}, User: "sa"}
	o.CAFile = filepath.Join(t.TempDir(), "missing.pem")
	_, err := o.config()
	require.ErrorContains(t, err, "missing.pem")
	require.NoError(t, os.WriteFile(o.CAFile, []byte("no pem"), 0o600))
	_, err = o.config()
	require.ErrorContains(t, err, "no certificate")
}

func TestConfigNeverSendsASQLPasswordReadable(t *testing.T) {
	o := Options{Server: farm.SQLServer{Address: "sql01", Encrypt: farm.EncryptNone}, User: "sa"}
	_, err := o.config()
	require.ErrorContains(t, err, "readable")
	o.User = `CONTOSO\svc`
	_, err = o.config()
	require.NoError(t, err)
}

func TestConfigKeepsAnyPassword(t *testing.T) {
	// Characters with a meaning in connection strings and URLs.
	for _, password := range []string{`a;b=c`, `p@ss:/?#[]%41`, `{x}'"`, ` sp ace `} {
		c, err := Options{Server: farm.SQLServer{Address: "::1"}, User: "svc@contoso.local", Password: secrets.New(password)}.config()
		require.NoError(t, err)
		require.Equal(t, password, c.Password)
		require.Equal(t, `contoso.local\svc`, c.User)
		require.Equal(t, "::1", c.Host)
		require.NotContains(t, c.Parameters, "password")
	}
}
