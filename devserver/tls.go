package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"

	"go.temporal.io/server/common/config"
)

// tlsFiles are the PEM files the frontend speaks TLS with. Without a certificate it speaks in clear.
type tlsFiles struct {
	cert, key string
	clientCA  string // empty: clients need no certificate
}

// enabled reports whether the frontend speaks TLS.
func (f tlsFiles) enabled() bool { return f.cert != "" }

// check finds what is wrong with the files.
func (f tlsFiles) check() []error {
	var errs []error
	if (f.cert == "") != (f.key == "") {
		errs = append(errs, errors.New("--tls-cert and --tls-key belong together"))
	}
	if f.cert == "" && f.clientCA != "" {
		errs = append(errs, errors.New("--tls-client-ca needs --tls-cert and --tls-key"))
	}
	if f.cert != "" && f.key != "" {
		if _, err := tls.LoadX509KeyPair(f.cert, f.key); err != nil {
			errs = append(errs, fmt.Errorf("--tls-cert %s, --tls-key %s: %w", f.cert, f.key, err))
		}
	}
	return errs
}

const (
	// innerName is the name under which the server's own parts (its system worker, the web UI, the ready check) reach
	// the frontend. The frontend has another certificate for that name, and trusts another authority.
	innerName = "devserver.internal"
	// innerLife is how long the certificate of the own parts holds; each start makes a new one.
	innerLife = 10 * 365 * 24 * time.Hour
)

// inner is the certificate of the server's own parts, for both ends. Its key never leaves the process, so that no part
// needs one of the operator's certificates.
type inner struct{ cert, key []byte } // PEM

// newInner makes the certificate.
func newInner() (inner, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return inner{}, fmt.Errorf("certificate of the server's own parts: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: innerName}, DNSNames: []string{innerName},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(innerLife),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		IsCA:        true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return inner{}, fmt.Errorf("certificate of the server's own parts: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return inner{}, fmt.Errorf("certificate of the server's own parts: %w", err)
	}
	return inner{
		cert: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		key:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	}, nil
}

// rootTLS is the server's configuration: the operator's certificate for everybody, the inner one for the own parts.
func (f tlsFiles) rootTLS(in inner) config.RootTLS {
	if !f.enabled() {
		return config.RootTLS{}
	}
	cert, key := base64.StdEncoding.EncodeToString(in.cert), base64.StdEncoding.EncodeToString(in.key)
	outside := config.ServerTLS{CertFile: f.cert, KeyFile: f.key}
	if f.clientCA != "" {
		outside.RequireClientAuth, outside.ClientCAFiles = true, []string{f.clientCA}
	}
	return config.RootTLS{
		Frontend: config.GroupTLS{
			Server: outside,
			PerHostOverrides: map[string]config.ServerTLS{innerName: {
				CertData: cert, KeyData: key, RequireClientAuth: true, ClientCAData: []string{cert},
			}},
		},
		SystemWorker: config.WorkerTLS{
			CertData: cert, KeyData: key,
			Client: config.ClientTLS{ServerName: innerName, RootCAData: []string{cert}},
		},
	}
}

// client is how the ready check reaches the frontend; nil: in clear.
func (f tlsFiles) client(in inner) (*tls.Config, error) {
	if !f.enabled() {
		return nil, nil
	}
	pair, err := tls.X509KeyPair(in.cert, in.key)
	if err != nil {
		return nil, fmt.Errorf("certificate of the server's own parts: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(in.cert)
	return &tls.Config{MinVersion: tls.VersionTLS12, ServerName: innerName, RootCAs: roots, Certificates: []tls.Certificate{pair}}, nil
}
