package mssql

import (
	"context"
	"crypto/tls"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
	"farmhand/simulator/tds"
)

func TestLoginEncryption(t *testing.T) {
	ca, certificate := authority(t, false)
	trusted := func(o *Options) { o.CAFile, o.Server.ServerName = ca, "sql01.contoso.local" }
	const name = "sql01.contoso.local"
	for title, tt := range map[string]struct {
		server tds.Encryption
		client farm.Encrypt
		change func(*Options)
		want   Kind // empty: it works
		advice string
	}{
		"none and off":                     {tds.Off, farm.EncryptNone, nil, "", ""},
		"none and login":                   {tds.Login, farm.EncryptNone, nil, "", ""},
		"login and login":                  {tds.Login, farm.EncryptLogin, trusted, "", ""},
		"required and login":               {tds.Login, farm.EncryptRequired, trusted, "", ""},
		"login and required":               {tds.Required, farm.EncryptLogin, trusted, "", ""},
		"required and required":            {tds.Required, farm.EncryptRequired, trusted, "", ""},
		"login, but the server cannot":     {tds.Off, farm.EncryptLogin, trusted, KindConfig, "encrypt: none"},
		"required, but the server cannot":  {tds.Off, farm.EncryptRequired, trusted, KindConfig, "encrypt: none"},
		"an authority nobody knows":        {tds.Login, farm.EncryptLogin, func(o *Options) { o.Server.ServerName = name }, KindConfig, "trust_server_certificate"},
		"another server's name":            {tds.Login, farm.EncryptLogin, func(o *Options) { o.CAFile = ca }, KindConfig, "server_name"},
		"any certificate, asked by name":   {tds.Login, farm.EncryptLogin, func(o *Options) { o.Server.TrustServerCertificate = true }, "", ""},
		"SQL login, inside the encryption": {tds.Login, farm.EncryptLogin, func(o *Options) { trusted(o); o.User = "sa" }, "", ""},
		"Windows account as user@domain":   {tds.Off, farm.EncryptNone, func(o *Options) { o.User = "svc@CONTOSO" }, "", ""},
	} {
		t.Run(title, func(t *testing.T) {
			b := &script{execute: quiet}
			place := serve(t, tds.Options{Encryption: tt.server, TLS: &tls.Config{Certificates: []tls.Certificate{certificate}}}, b)
			place.Encrypt = tt.client
			s := open(t, place, func(o *Options) {
				if tt.change != nil {
					tt.change(o)
				}
			})
			err := ping(t.Context(), s)
			if tt.want == "" {
				require.NoError(t, err)
				require.Len(t, b.saw("login"), 1)
				return
			}
			e := requireKind(t, tt.want, err)
			require.Contains(t, e.Advice, tt.advice)
			require.Empty(t, b.saw("login"), "the password must not have left")
			require.Empty(t, b.saw("auth-failed"))
		})
	}
}

func TestLoginOverTLS10(t *testing.T) {
	ca, certificate := authority(t, true)
	// A server as Windows Server 2003 leaves it: TLS 1.0, key exchange by RSA, triple DES.
	old := &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		return &tls.Config{
			Certificates: []tls.Certificate{certificate}, SessionTicketsDisabled: true,
			MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10,
			CipherSuites: []uint16{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA},
		}, nil
	}}
	place := serve(t, tds.Options{Encryption: tds.Login, TLS: old}, &script{execute: quiet})
	place.Encrypt, place.ServerName = farm.EncryptRequired, "sql01.contoso.local"
	withCA := func(o *Options) { o.CAFile = ca }

	e := requireKind(t, KindConfig, ping(t.Context(), open(t, place, withCA)))
	require.Contains(t, e.Advice, "tls_min: '1.0'")

	place.TLSMin = "1.0"
	require.NoError(t, ping(t.Context(), open(t, place, withCA)))
	place.Encrypt = farm.EncryptLogin
	require.NoError(t, ping(t.Context(), open(t, place, withCA)))
}

func TestLoginRefused(t *testing.T) {
	ca, certificate := authority(t, false)
	place := serve(t, tds.Options{Encryption: tds.Login, TLS: &tls.Config{Certificates: []tls.Certificate{certificate}}}, &script{execute: quiet})
	place.Encrypt, place.ServerName = farm.EncryptLogin, "sql01.contoso.local"
	for user, number := range map[string]int32{"sa": 18456, `CONTOSO\svc`: 18452} {
		e := requireKind(t, KindAuth, ping(t.Context(), open(t, place, func(o *Options) {
			o.CAFile, o.User, o.Password = ca, user, secrets.New("Wr0ng one")
		})))
		require.Equal(t, number, e.Number)
		require.False(t, e.Retryable())
		require.NotContains(t, e.Error(), "Wr0ng one")
		require.NotContains(t, e.Error(), "login error:")
	}
}

func TestSQLServer2000IsRefusedByName(t *testing.T) {
	b := &script{execute: quiet}
	place := serve(t, tds.Options{ProductVersion: "8.00.2039", MaxTDS: tds.TDS71}, b)
	e := requireKind(t, KindTooOld, ping(t.Context(), open(t, place)))
	require.Contains(t, e.Message, "SQL Server 2000")
	require.Contains(t, e.Message, "2039")
	require.Empty(t, b.saw("login"))
}

// A server that says nothing after the connection: frozen, paused in a debugger, or no SQL Server at all.
func frozen(t *testing.T) (farm.SQLServer, <-chan struct{}) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	accepted := make(chan struct{}, 16)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = conn.Close() })
			accepted <- struct{}{}
		}
	}()
	return farm.SQLServer{Name: "SQL01", Address: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Encrypt: farm.EncryptNone}, accepted
}

func TestLoginObeysTheContext(t *testing.T) {
	place, accepted := frozen(t)
	s := open(t, place)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-accepted
		cancel()
	}()
	err := ping(ctx, s)
	requireKind(t, KindCancelled, err)
	require.ErrorIs(t, err, context.Canceled)

	ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = s.Identify(ctx)
	e := requireKind(t, KindUnreachable, err)
	require.True(t, e.Retryable())
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	require.NoError(t, l.Close())
	e := requireKind(t, KindUnreachable, ping(t.Context(), open(t, farm.SQLServer{Name: "SQL01", Address: "127.0.0.1", Port: port})))
	require.Contains(t, e.Advice, "firewall")
}

func TestSomethingElseListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
			_ = conn.Close()
		}
	}()
	place := farm.SQLServer{Name: "SQL01", Address: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Encrypt: farm.EncryptNone}
	requireKind(t, KindUnreachable, ping(t.Context(), open(t, place)))
}
