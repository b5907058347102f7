package winhost

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

// newServer2003TLS is what Windows Server 2003 offers: TLS 1.0, RSA key exchange, 3DES.
func newServer2003TLS(t *testing.T) (*tls.Config, string) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		MinVersion:   tls.VersionTLS10, MaxVersion: tls.VersionTLS10, CipherSuites: []uint16{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA},
	}, ca
}

func TestOldTLSMustBeAskedFor(t *testing.T) {
	server, ca := newServer2003TLS(t)
	change := func(o *Options) { o.Server.WinRM.Scheme, o.CAFile = "https", ca }
	_, err := newTwin(t, wsman.Options{TLS: server}, change).Command(t.Context(), "both")
	requireKind(t, err, KindConfig)
	r, err := newTwin(t, wsman.Options{TLS: server}, change, func(o *Options) { o.Server.WinRM.TLSMin = "1.0" }).Command(t.Context(), "both")
	require.NoError(t, err)
	require.Equal(t, 7, r.Exit)
}

func TestChannelBindingHashesTheCertificate(t *testing.T) {
	for algorithm, length := range map[x509.SignatureAlgorithm]int{
		x509.SHA1WithRSA: 32, x509.MD5WithRSA: 32, x509.ECDSAWithSHA256: 32, x509.SHA384WithRSA: 48, x509.SHA512WithRSAPSS: 64,
	} {
		b := channelBinding(&x509.Certificate{Raw: []byte("certificate"), SignatureAlgorithm: algorithm})
		require.Len(t, b.ApplicationData, len("tls-server-end-point:")+length)
	}
	sum := sha256.Sum256([]byte("certificate"))
	require.Equal(t, "tls-server-end-point:"+string(sum[:]), string(channelBinding(&x509.Certificate{Raw: []byte("certificate")}).ApplicationData))
}
