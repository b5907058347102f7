package notify

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
)

// trusting is how certificates of receivers are checked: against the authorities of the operating system, and those of a
// PEM file, for a company's mail server has a certificate of its own and a webhook may be anywhere.
func trusting(caFile string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if caFile == "" {
		return c, nil
	}
	pem, err := os.ReadFile(caFile)
	if err != nil {
		return nil, err
	}
	if c.RootCAs, err = x509.SystemCertPool(); err != nil {
		return nil, err
	}
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, errors.New("it holds no certificate in PEM")
	}
	return c, nil
}
