package winhost

import (
	"bytes"
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
	"farmhand/simulator/wsman"
)

func TestCommandOverEveryTransportAndStack(t *testing.T) {
	server, ca := newCertificate(t)
	for name, way := range map[string]struct {
		options wsman.Options
		change  func(*Options)
	}{
		"ntlm sealed over http": {wsman.Options{}, func(*Options) {}},
		"ntlm over https": {wsman.Options{TLS: server}, func(o *Options) {
			o.Server.WinRM.Scheme, o.CAFile = "https", ca
		}},
		"ntlm over https by name": {wsman.Options{TLS: server}, func(o *Options) {
			o.Server.WinRM.Scheme, o.Server.WinRM.ServerName, o.CAFile = "https", "app01.contoso", ca
		}},
		"basic over https": {wsman.Options{TLS: server, AllowBasic: true}, func(o *Options) {
			o.Server.WinRM.Scheme, o.Server.WinRM.Auth, o.CAFile = "https", "basic", ca
		}},
	} {
		for _, stack := range []wsman.Stack{wsman.Stack11, wsman.Stack20, wsman.Stack30} {
			t.Run(name+" stack "+stack.String(), func(t *testing.T) {
				way.options.Stack = stack
				tw := newTwin(t, way.options, way.change)
				r, err := tw.Command(t.Context(), "both")
				require.NoError(t, err)
				require.Equal(t, Result{Exit: 7, Stdout: "to stdout", Stderr: "to stderr"}, r)
				r, err = tw.Command(t.Context(), "cat", strings.NewReader("some input"))
				require.NoError(t, err)
				require.Equal(t, Result{Stdout: "some input"}, r)
				tw.requireNoShell(t)
				require.Zero(t, tw.count(wsman.EventAuthFailed))
			})
		}
	}
}

func TestTwoMegabytesOfInputArriveWhole(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	data := make([]byte, 2<<20)
	_, _ = rand.Read(data)
	for i := range data {
		data[i] &= 0x7f // keep to what every code page shares
	}
	r, err := tw.Command(t.Context(), "cat", bytes.NewReader(data))
	require.NoError(t, err)
	require.Len(t, r.Stdout, len(data))
	require.Equal(t, string(data), r.Stdout, "input and output differ")
}

func TestInputThatNobodyReadsIsNoError(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	r, err := tw.Command(t.Context(), "exit 5", bytes.NewReader(make([]byte, 1<<20)))
	require.NoError(t, err)
	require.Equal(t, 5, r.Exit)
	tw.requireNoShell(t)
}

func TestLargeOutput(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	r, err := tw.Command(t.Context(), "fill 1600000")
	require.NoError(t, err)
	require.Len(t, r.Stdout, 1600000)

	_, err = tw.Command(t.Context(), "fill 9000000")
	requireKind(t, err, KindTooBig)
	tw.requireNoShell(t)
}

func TestExitCodesAreSigned(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	for line, want := range map[string]int{"exit 0": 0, "exit 3010": 3010, "exit -1": -1, "exit 4294967295": -1} {
		r, err := tw.Command(t.Context(), line)
		require.NoError(t, err)
		require.Equal(t, want, r.Exit, line)
	}
}

func TestCodePages(t *testing.T) {
	for page, want := range map[int]string{0: "Größe", 850: "Größe"} {
		tw := newTwin(t, wsman.Options{}, func(o *Options) { o.Server.WinRM.CodePage = page })
		r, err := tw.Command(t.Context(), `bytes "Gr\x94\xe1e"`)
		require.NoError(t, err)
		require.Equal(t, want, r.Stdout)
	}
	tw := newTwin(t, wsman.Options{}, func(o *Options) { o.Server.WinRM.CodePage = 65001 })
	r, err := tw.Command(t.Context(), `bytes "\xef\xbb\xbfGr\xc3\xb6\xc3\x9fe\xff"`)
	require.NoError(t, err)
	require.Equal(t, "Größe\uFFFD", r.Stdout)
	r, err = tw.Command(t.Context(), "codepage")
	require.NoError(t, err)
	require.Equal(t, "65001", r.Stdout)
	r, err = newTwin(t, wsman.Options{}).Command(t.Context(), "codepage")
	require.NoError(t, err)
	require.Equal(t, "437", r.Stdout)
}

func TestOneBadLogonPerWrongPassword(t *testing.T) {
	server, ca := newCertificate(t)
	for name, tt := range map[string]struct {
		options wsman.Options
		change  func(*Options)
	}{
		"http":  {wsman.Options{}, func(o *Options) {}},
		"https": {wsman.Options{TLS: server}, func(o *Options) { o.Server.WinRM.Scheme, o.CAFile = "https", ca }},
		"basic": {wsman.Options{TLS: server, AllowBasic: true}, func(o *Options) {
			o.Server.WinRM.Scheme, o.Server.WinRM.Auth, o.CAFile = "https", "basic", ca
		}},
	} {
		t.Run(name, func(t *testing.T) {
			tw := newTwin(t, tt.options, tt.change, func(o *Options) { o.Password = secrets.New("wrong-password") })
			_, err := tw.Command(t.Context(), "both", strings.NewReader("input"))
			e := requireKind(t, err, KindAuth)
			require.False(t, e.Maybe)
			require.NotContains(t, err.Error(), "wrong-password")
			require.Equal(t, 1, tw.count(wsman.EventAuthFailed))
		})
	}
}

func TestUntrustedCertificateGetsNoPassword(t *testing.T) {
	server, _ := newCertificate(t)
	_, otherCA := newCertificate(t)
	tw := newTwin(t, wsman.Options{TLS: server}, func(o *Options) { o.Server.WinRM.Scheme, o.CAFile = "https", otherCA })
	_, err := tw.Command(t.Context(), "both")
	requireKind(t, err, KindConfig)
	require.ErrorContains(t, err, "certificate")
	require.Empty(t, tw.ran())
}

func TestSettingsAreCheckedWithoutTheNetwork(t *testing.T) {
	good := Options{Server: farm.Server{Name: "APP01", Address: "192.0.2.1"}, User: account, Password: secrets.New(password)}
	_, err := New(good)
	require.NoError(t, err)
	for name, change := range map[string]func(*Options){
		"basic over http":    func(o *Options) { o.Server.WinRM.Auth = "basic" },
		"kerberos over http": func(o *Options) { o.Server.WinRM.Auth = "kerberos" },
		"no krb5.conf": func(o *Options) {
			o.Server.WinRM.Scheme, o.Server.WinRM.Auth, o.KerberosConfig = "https", "kerberos", "/nonexistent/krb5.conf"
		},
		"a keytab for ntlm": func(o *Options) { o.Password, o.Keytab = secrets.Value{}, secrets.New("keys") },
		"unknown scheme":    func(o *Options) { o.Server.WinRM.Scheme = "ftp" },
		"unknown auth":      func(o *Options) { o.Server.WinRM.Auth = "digest" },
		"no address":        func(o *Options) { o.Server.Address = "" },
		"no password":       func(o *Options) { o.Password = secrets.Value{} },
		"no user":           func(o *Options) { o.User = "" },
		"unknown TLS":       func(o *Options) { o.Server.WinRM.Scheme, o.Server.WinRM.TLSMin = "https", "0.9" },
		"missing CA file":   func(o *Options) { o.Server.WinRM.Scheme, o.CAFile = "https", "/nonexistent/ca.pem" },
		"CA file no PEM":    func(o *Options) { o.Server.WinRM.Scheme, o.CAFile = "https", "host_test.go" },
	} {
		t.Run(name, func(t *testing.T) {
			o := good
			change(&o)
			_, err := New(o)
			requireKind(t, err, KindConfig)
		})
	}
}

func TestLinesThatCannotBeSentAreRefused(t *testing.T) {
	tw := newTwin(t, wsman.Options{})
	for line, kind := range map[string]Kind{
		"": KindConfig, "  ": KindConfig, "echo a\r\necho b": KindConfig, "echo ]]>": KindConfig,
		"echo " + strings.Repeat("x", 8187): KindTooBig,
	} {
		_, err := tw.Command(t.Context(), line)
		requireKind(t, err, kind)
	}
	require.Zero(t, tw.count(wsman.EventCreateShell))
}

func TestIdentify(t *testing.T) {
	for os, want := range map[string]Identity{
		"5.2.3790 SP: 2.0": {"Microsoft Corporation", "5.2.3790", "2.0", "2.0"},
		"6.0.6002 SP: 2.0": {"Microsoft Corporation", "6.0.6002", "2.0", "2.0"},
	} {
		tw := newTwin(t, wsman.Options{OS: os})
		got, err := tw.Identify(t.Context())
		require.NoError(t, err)
		require.Equal(t, want, got)
		require.Equal(t, strings.HasPrefix(os, "5"), got.Before2008())
		require.Zero(t, tw.count(wsman.EventCreateShell))
	}
}

func TestAtMostThreeShellsAtOnce(t *testing.T) {
	tw := newTwin(t, wsman.Options{MaxShellsPerUser: shellsPerUser})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 10)
	for range shellsPerUser {
		go func() {
			_, err := tw.Command(ctx, "sleep")
			ended <- err
		}()
	}
	for range shellsPerUser {
		<-tw.started
	}
	waiting, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	_, err := tw.Command(waiting, "both")
	e := requireKind(t, err, KindInterrupted)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.False(t, e.Maybe)
	cancel()
	for range shellsPerUser {
		require.ErrorIs(t, <-ended, context.Canceled)
	}
	_, err = tw.Command(t.Context(), "both")
	require.NoError(t, err)
	tw.requireNoShell(t)
}
