package winhost

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"os"

	"github.com/bodgit/ntlmssp"

	"farmhand/internal/farm"
)

var tlsVersions = map[string]uint16{"": tls.VersionTLS12, "1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12}

// tlsConfig is for one server. Certificates are always checked. Windows Server 2003 speaks TLS 1.0 with RSA key exchange
// only, which needs tls_min: "1.0" and Go's list of insecure suites; nothing of it is global.
func tlsConfig(w farm.WinRM, address, caFile string) (*tls.Config, error) {
	oldest, known := tlsVersions[w.TLSMin]
	if !known {
		return nil, newError(KindConfig, "winrm.tls_min %q is none of 1.0, 1.1, 1.2", w.TLSMin)
	}
	c := &tls.Config{MinVersion: oldest, ServerName: w.ServerName}
	if c.ServerName == "" {
		c.ServerName = address
	}
	if oldest < tls.VersionTLS12 {
		for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
			c.CipherSuites = append(c.CipherSuites, s.ID)
		}
	}
	if caFile == "" {
		return c, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, newError(KindConfig, "the file of certificate authorities cannot be read: %v", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, newError(KindConfig, "%s holds no certificate in PEM form", caFile)
	}
	return c, nil
}

// channelBinding ties an NTLM logon to the server's certificate, so that nobody in the middle can pass it on
// (tls-server-end-point, RFC 5929 section 4.1: the certificate's own hash, but SHA-256 where that is MD5 or SHA-1).
func channelBinding(c *x509.Certificate) *ntlmssp.ChannelBindings {
	hash := crypto.SHA256
	switch c.SignatureAlgorithm {
	case x509.SHA384WithRSA, x509.ECDSAWithSHA384, x509.SHA384WithRSAPSS:
		hash = crypto.SHA384
	case x509.SHA512WithRSA, x509.ECDSAWithSHA512, x509.SHA512WithRSAPSS:
		hash = crypto.SHA512
	}
	d := hash.New()
	d.Write(c.Raw)
	return &ntlmssp.ChannelBindings{ApplicationData: d.Sum([]byte(ntlmssp.TLSServerEndPoint + ":"))}
}
