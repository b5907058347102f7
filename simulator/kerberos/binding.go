package kerberos

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
)

// Binding is tls-server-end-point of a server's TLS connections (RFC 5929 section 4): the hash of its certificate, by the
// certificate's own algorithm, but SHA-256 where that is older. It is nil without a certificate.
func Binding(c *tls.Config) []byte {
	if c == nil || len(c.Certificates) == 0 || len(c.Certificates[0].Certificate) == 0 {
		return nil
	}
	raw := c.Certificates[0].Certificate[0]
	certificate, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil
	}
	hash := crypto.SHA256
	switch certificate.SignatureAlgorithm {
	case x509.SHA384WithRSA, x509.ECDSAWithSHA384, x509.SHA384WithRSAPSS:
		hash = crypto.SHA384
	case x509.SHA512WithRSA, x509.ECDSAWithSHA512, x509.SHA512WithRSAPSS:
		hash = crypto.SHA512
	}
	sum := hash.New()
	sum.Write(raw)
	return sum.Sum([]byte("tls-server-end-point:"))
}
