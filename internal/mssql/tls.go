package mssql

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// tlsVersions are the spellings of tls_min.
var tlsVersions = map[string]uint16{
	"":    tls.VersionTLS12,
	"1.0": tls.VersionTLS10,
	"1.1": tls.VersionTLS11,
	"1.2": tls.VersionTLS12,
}

// oldCipherSuites are what Windows Server 2003 and 2008 offer under TLS 1.0 and 1.1. Go leaves key exchange by RSA and
// triple DES out unless they are listed, and listing them here touches this connection alone, where a GODEBUG setting
// would loosen the whole process. RC4 is not listed: Windows 2003 would choose it before triple DES.
var oldCipherSuites = []uint16{
	tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
	tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
	tls.TLS_RSA_WITH_AES_128_CBC_SHA,
	tls.TLS_RSA_WITH_AES_256_CBC_SHA,
	tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA,
}

// configureTLS applies a server's settings to the configuration the driver prepared.
func configureTLS(c *tls.Config, o Options) error {
	oldest, ok := tlsVersions[o.Server.TLSMin]
	if !ok {
		return fmt.Errorf("tls_min %q: want 1.0, 1.1 or 1.2", o.Server.TLSMin)
	}
	c.MinVersion = oldest
	// TDS 7.x carries TLS inside its own packets and knows nothing newer than 1.2; 1.3 came with TDS 8.
	c.MaxVersion = tls.VersionTLS12
	if oldest < tls.VersionTLS12 {
		c.CipherSuites = oldCipherSuites
	}
	c.ServerName = o.Server.Address
	if o.Server.ServerName != "" {
		c.ServerName = o.Server.ServerName
	}
	c.InsecureSkipVerify = o.Server.TrustServerCertificate // only when the rollout file asks for it by name
	if o.CAFile == "" {
		return nil
	}
	pem, err := os.ReadFile(o.CAFile)
	if err != nil {
		return fmt.Errorf("CA file: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return errors.New("CA file " + o.CAFile + " holds no certificate in PEM form")
	}
	return nil
}
