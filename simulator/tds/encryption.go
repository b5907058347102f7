package tds

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Encryption is what the server offers in PRELOGIN.
type Encryption int

const (
	// Off answers ENCRYPT_NOT_SUP: no TLS at all.
	Off Encryption = iota
	// Login protects the LOGIN7 message, and the whole connection where the client asks for that. It is SQL Server's own
	// default (Force Encryption = No).
	Login
	// Required refuses clients that cannot encrypt (Force Encryption = Yes).
	Required
)

// negotiate is the table of [MS-TDS] 2.2.6.5: what the server answers to the client's ENCRYPTION value.
func (e Encryption) negotiate(client byte) byte {
	switch e {
	case Login:
		if client == encryptRequired {
			return encryptOn
		}
		return client
	case Required:
		if client == encryptOn {
			return encryptOn
		}
		return encryptRequired
	default:
		return encryptNotSupported
	}
}

// serverTLS prepares the configuration for TLS inside TDS. TLS 1.3 and session tickets are out: both put records on the
// wire after the handshake, where a login-only client no longer expects TLS.
func serverTLS(config *tls.Config, computer string) (*tls.Config, error) {
	if config == nil {
		certificate, err := selfSigned(computer)
		if err != nil {
			return nil, err
		}
		config = &tls.Config{Certificates: []tls.Certificate{certificate}}
	}
	config = config.Clone()
	config.MaxVersion = tls.VersionTLS12
	config.SessionTicketsDisabled = true
	return config, nil
}

// selfSigned makes the fallback certificate, as SQL Server does at start when none is installed.
func selfSigned(computer string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("tds: fallback key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "SSL_Self_Signed_Fallback"},
		DNSNames:     []string{computer},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().AddDate(30, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("tds: fallback certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// handshakeConn carries the TLS handshake inside PRELOGIN packets; once done it is the plain connection ([MS-TDS] 3.3.5.2).
type handshakeConn struct {
	net.Conn
	done    bool
	pending []byte // of a packet read but not yet handed on
}

func (h *handshakeConn) Read(b []byte) (int, error) {
	if len(h.pending) > 0 {
		n := copy(b, h.pending)
		h.pending = h.pending[n:]
		return n, nil
	}
	if h.done {
		return h.Conn.Read(b)
	}
	m, err := readMessage(h.Conn, maxLoginMessage)
	if err != nil {
		return 0, err
	}
	if m.kind != packetPrelogin {
		return 0, fmt.Errorf("tds: packet type %#x during the TLS handshake", m.kind)
	}
	n := copy(b, m.data)
	h.pending = m.data[n:]
	return n, nil
}

// Write sends one flight of the handshake as one message: crypto/tls hands each flight over in one call.
func (h *handshakeConn) Write(b []byte) (int, error) {
	if h.done {
		return h.Conn.Write(b)
	}
	p := &packetWriter{w: h.Conn, kind: packetPrelogin, size: defaultPacketSize}
	if _, err := p.Write(b); err != nil {
		return 0, err
	}
	if err := p.end(); err != nil {
		return 0, err
	}
	return len(b), nil
}
