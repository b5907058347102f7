package notify

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"mime"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"farmhand/config"
	"farmhand/internal/farm"
)

// authority signs the certificates of test servers.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{file: filepath.Join(t.TempDir(), "ca.pem")}
	a.cert, a.key = a.issue(t, &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
	require.NoError(t, os.WriteFile(a.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}), 0o600))
	return a
}

func (a *authority) issue(t *testing.T, template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(raw)
	require.NoError(t, err)
	return cert, key
}

// server is the TLS of a server at an address.
func (a *authority) server(t *testing.T, address string) *tls.Config {
	t.Helper()
	cert, key := a.issue(t, &x509.Certificate{SerialNumber: big.NewInt(2), IPAddresses: []net.IP{net.ParseIP(address)}})
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}}
}

// post is a mail server that keeps what it gets.
type post struct {
	port  int
	mu    sync.Mutex
	mails []string
	to    []string
	users []string
	// refuse is what the server says to a recipient.
	refuse error
}

type session struct{ *post }

func (s session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != hidden {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong password " + password + " of " + user}
		}
		s.users = append(s.users, user)
		return nil
	}), nil
}
func (s session) Mail(string, *smtp.MailOptions) error { return nil }

func (s session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = append(s.to, to)
	return s.refuse
}

func (s session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mails = append(s.mails, string(b))
	return err
}
func (s session) Reset()        {}
func (s session) Logout() error { return nil }

// newPost serves mail; how says how the connection is protected, and no TLS configuration is a server without.
func newPost(t *testing.T, how config.MailTLS, trust *tls.Config) *post {
	t.Helper()
	p := &post{}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return session{p}, nil }))
	s.Domain, s.ErrorLog, s.TLSConfig = "mail.contoso.com", discard{}, trust
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p.port = l.Addr().(*net.TCPAddr).Port
	if how == config.MailImplicitTLS {
		l = tls.NewListener(l, trust)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close(); <-ended })
	return p
}

type discard struct{}

func (discard) Printf(string, ...any) {}
func (discard) Println(...any)        {}

func (p *post) receiver(how config.MailTLS) config.Receiver {
	return config.Receiver{Name: "on-call", Email: config.EmailReceiver{
		Server: "127.0.0.1", Port: p.port, TLS: how, From: "farmhand <farmhand@contoso.com>", To: []string{"on-call@contoso.com", "Bob <bob@contoso.com>"},
	}}
}

// TestEmail over every kind of connection: one mail to all, with the text of the template.
func TestEmail(t *testing.T) {
	ca := newAuthority(t)
	for _, how := range []config.MailTLS{config.MailStartTLS, config.MailImplicitTLS, config.MailWithoutTLS} {
		t.Run(string(how), func(t *testing.T) {
			trust := ca.server(t, "127.0.0.1")
			if how == config.MailWithoutTLS {
				trust = nil
			}
			p := newPost(t, how, trust)
			receiver := p.receiver(how)
			if how != config.MailWithoutTLS {
				receiver.Email.User, receiver.Email.Password = "farmhand", "env:NOTIFY_PASSWORD"
				t.Setenv("NOTIFY_PASSWORD", hidden)
			}
			names, failures := told(t, opened(t, ca.file, receiver), Sample(farm.EventInterventionOpened))
			require.Empty(t, failures)
			require.Equal(t, []string{"on-call"}, names)
			require.Equal(t, []string{"on-call@contoso.com", "bob@contoso.com"}, p.to)
			require.Len(t, p.mails, 1)
			m, err := mail.ReadMessage(strings.NewReader(p.mails[0]))
			require.NoError(t, err)
			require.Equal(t, "contoso-pwa: an operator has to decide: package-failed APP02", m.Header.Get("Subject"))
			require.Equal(t, "auto-generated", m.Header.Get("Auto-Submitted"))
			require.Regexp(t, `^<[0-9a-f]{32}@farmhand>$`, m.Header.Get("Message-ID"))
			require.Contains(t, p.mails[0], "KB951297 ended with 17302: no disk space")
			require.NotContains(t, p.mails[0], hidden)
			if how != config.MailWithoutTLS {
				require.Equal(t, []string{"farmhand"}, p.users)
			}
		})
	}
}

// TestMailTLSCannotBeTakenAway: a server without TLS, or with a certificate that nobody vouches for, gets no mail.
func TestMailTLSCannotBeTakenAway(t *testing.T) {
	ca := newAuthority(t)
	plainServer := newPost(t, config.MailWithoutTLS, nil)
	strange := newPost(t, config.MailStartTLS, ca.server(t, "127.0.0.1"))
	strangeTLS := newPost(t, config.MailImplicitTLS, ca.server(t, "127.0.0.1"))
	for _, c := range []struct {
		p    *post
		how  config.MailTLS
		file string
	}{
		{plainServer, config.MailStartTLS, ca.file}, {plainServer, "", ca.file}, {plainServer, config.MailImplicitTLS, ca.file},
		{strange, config.MailStartTLS, ""}, {strangeTLS, config.MailImplicitTLS, ""},
	} {
		names, failures := told(t, opened(t, c.file, c.p.receiver(c.how)), Sample(farm.EventTest))
		require.Empty(t, names)
		require.Len(t, failures, 1)
		require.Empty(t, c.p.mails)
		require.Empty(t, c.p.to)
	}
}

// TestWhatAMailServerRefuses comes with its code, and without its words or addresses.
func TestWhatAMailServerRefuses(t *testing.T) {
	ca := newAuthority(t)
	p := newPost(t, config.MailStartTLS, ca.server(t, "127.0.0.1"))
	for _, c := range []struct {
		refuse  *smtp.SMTPError
		want    string
		forGood bool
	}{
		{&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user " + hidden}, "the mail server refused a recipient (550)", true},
		{&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "come again " + hidden}, "the mail server did not take a recipient for now (451)", false},
	} {
		p.refuse = c.refuse
		_, failures := told(t, opened(t, ca.file, p.receiver("")), Sample(farm.EventTest))
		require.Equal(t, []*Failure{{Receiver: "on-call", Why: c.want, ForGood: c.forGood}}, failures)
		require.Empty(t, p.mails)
	}
	p.refuse = nil
	receiver := p.receiver("")
	receiver.Email.User, receiver.Email.Password = "farmhand", "env:NOTIFY_PASSWORD"
	t.Setenv("NOTIFY_PASSWORD", "wrong"+strings.ToLower(hidden))
	_, failures := told(t, opened(t, ca.file, receiver), Sample(farm.EventTest))
	require.Len(t, failures, 1)
	require.True(t, failures[0].ForGood, "an account that is tried again is locked")
	require.Contains(t, failures[0].Why, "the mail server refused the logon (535)")
}

// TestTextsCannotBecomeHeaders: names and titles with line ends stay in the subject.
func TestTextsCannotBecomeHeaders(t *testing.T) {
	p := newPost(t, config.MailWithoutTLS, nil)
	n := Sample(farm.EventInterventionOpened)
	n.Title = "x\r\nBcc: thief@evil.com\r\n\r\nhello\u2028Bcc: y@evil.com"
	n.Farm = "contoso\nX-Evil: 1"
	_, failures := told(t, opened(t, "", p.receiver(config.MailWithoutTLS)), n)
	require.Empty(t, failures)
	require.Equal(t, []string{"on-call@contoso.com", "bob@contoso.com"}, p.to)
	m, err := mail.ReadMessage(strings.NewReader(p.mails[0]))
	require.NoError(t, err)
	require.Empty(t, m.Header.Get("Bcc"))
	require.Empty(t, m.Header.Get("X-Evil"))
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, "contoso X-Evil: 1: an operator has to decide: x Bcc: thief@evil.com hello Bcc: y@evil.com", subject)
	body, err := io.ReadAll(m.Body)
	require.NoError(t, err)
	require.False(t, bytes.HasPrefix(body, []byte("hello")))
}

// TestTheSameMailTwiceHasOneName, so that mail programs show it once; another one has another.
func TestTheSameMailTwiceHasOneName(t *testing.T) {
	n := Sample(farm.EventGateReminder)
	once := messageID("a", n)
	require.Equal(t, once, messageID("a", n))
	require.NotEqual(t, once, messageID("b", n))
	later := n
	later.At = n.At.Add(time.Second)
	require.NotEqual(t, once, messageID("a", later))
}
