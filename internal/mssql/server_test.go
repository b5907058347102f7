package mssql

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
	"farmhand/simulator/tds"
)

const password = "Gehäim 1;x"

// script is a SQL Server's protocol with a mind of the test's own: it answers every batch with execute.
type script struct {
	execute func(ctx context.Context, batch string, w *tds.Writer) error

	mu     sync.Mutex
	events []tds.Event
}

func (b *script) Password(domain, user string) (string, bool) {
	known := domain == "" && user == "sa" || strings.EqualFold(domain, "CONTOSO") && strings.EqualFold(user, "svc")
	return password, known
}

func (*script) Forget(*tds.Session) {}

func (b *script) Open(s *tds.Session) error {
	s.Database = "master"
	return nil
}

func (b *script) Execute(ctx context.Context, _ *tds.Session, batch string, _ []tds.Param, w *tds.Writer) error {
	return b.execute(ctx, batch, w)
}

func (b *script) Record(e tds.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, e)
}

// saw returns the text of the events of one kind.
func (b *script) saw(event string) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var texts []string
	for _, e := range b.events {
		if e.Event == event {
			texts = append(texts, e.Text)
		}
	}
	return texts
}

// quiet answers every batch with nothing.
func quiet(context.Context, string, *tds.Writer) error { return nil }

// serve starts a server and returns its place in a rollout file.
func serve(t *testing.T, o tds.Options, b tds.Backend) farm.SQLServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	if o.ProductVersion == "" {
		o.ProductVersion = "9.00.4060.00"
	}
	o.Computer, o.Domain = "SQL01", "CONTOSO"
	server := tds.New(o, b)
	var done sync.WaitGroup
	done.Go(func() { _ = server.Serve(l) })
	t.Cleanup(func() {
		server.Close()
		done.Wait()
	})
	return farm.SQLServer{Name: "SQL01", Address: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Encrypt: farm.EncryptNone}
}

// open opens a Server as CONTOSO\svc.
func open(t *testing.T, place farm.SQLServer, change ...func(*Options)) *Server {
	t.Helper()
	o := Options{Server: place, User: `CONTOSO\svc`, Password: secrets.New(password)}
	for _, c := range change {
		c(&o)
	}
	s, err := Open(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// ping is the smallest call that logs in.
func ping(ctx context.Context, s *Server) error {
	return s.stream(ctx, operation{span: "sql.ping", doing: "log in"}, "PRINT 'hello'", func(int32, string) {})
}

func requireKind(t *testing.T, want Kind, err error) *Error {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, want, e.Kind, err.Error())
	require.Equal(t, "SQL01", e.Server)
	require.NotContains(t, err.Error(), password)
	return e
}

// authority is a CA and a certificate for 127.0.0.1 and sql01.contoso.local signed by it.
func authority(t *testing.T, rsaKey bool) (caFile string, certificate tls.Certificate) {
	t.Helper()
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Contoso Root"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	require.NoError(t, err)
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "sql01"}, DNSNames: []string{"sql01.contoso.local"},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
	}
	var certificateDER []byte
	if rsaKey {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		require.NoError(t, err)
		certificateDER, err = x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
		require.NoError(t, err)
		certificate.PrivateKey = key
	} else {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		certificateDER, err = x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
		require.NoError(t, err)
		certificate.PrivateKey = key
	}
	certificate.Certificate = [][]byte{certificateDER}
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}), 0o600))
	return caFile, certificate
}
