package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"farmhand/internal/codec"
	"farmhand/internal/secrets"
)

// codecTimeout bounds how long a caller may take over a request.
const codecTimeout = 30 * time.Second

// serving are the flags of `starter codec`.
type serving struct{ listen, origin, token, cert, key string }

// newCodec is `starter codec`.
func newCodec(a *app) *cobra.Command {
	var o serving
	cmd := &cobra.Command{
		Use: "codec --token env:NAME", Short: "Decode payloads for the Temporal UI and command line, for who shows a token", Args: cobra.NoArgs,
		Long: `Decode payloads for the Temporal UI and the temporal command line, until interrupted.

Temporal keeps what farmhand encrypted (setting codec.keys) and cannot show it. This serves Temporal's remote codec
protocol (/decode, /encode) to callers that show the token: "Authorization: Bearer TOKEN", or in a browser any user with
the token as password. Only the web page named by --ui-origin may call from a browser. Without a certificate it listens on
loopback alone.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serveCodec(cmd.Context(), o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8089", "host:port to listen on")
	f.StringVar(&o.origin, "ui-origin", "", "scheme://host:port of the Temporal UI; empty: no browser may call")
	f.StringVar(&o.token, "token", "", "reference to the token that callers show (env:NAME or file:/path, allowed by the setting secrets)")
	f.StringVar(&o.cert, "tls-cert", "", "PEM `file` of a certificate; with --tls-key, https is served")
	f.StringVar(&o.key, "tls-key", "", "PEM `file` of its key")
	return cmd
}

func (a *app) serveCodec(ctx context.Context, o serving) error {
	if o.token == "" {
		return errors.New("--token is missing: a reference to the token that callers show, like env:SP_CODEC_TOKEN")
	}
	if (o.cert == "") != (o.key == "") {
		return errors.New("--tls-cert and --tls-key belong together")
	}
	if err := codec.CheckListen(o.listen, o.cert != ""); err != nil {
		return fmt.Errorf("--listen %w", err)
	}
	resolver := secrets.NewResolver(a.settings.Secrets)
	token, err := resolver.Resolve(o.token)
	if err != nil {
		return fmt.Errorf("--token: %w", err)
	}
	keys, err := codec.Load(a.settings.Codec, resolver)
	if err != nil {
		return fmt.Errorf("setting codec.keys: %w", err)
	}
	handler, err := codec.Server{Codec: keys, Token: token, Origin: o.origin}.Handler()
	if err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: codecTimeout, ReadTimeout: codecTimeout, WriteTimeout: codecTimeout}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if o.cert != "" {
		a.say("decoding at https://%s", l.Addr())
		err = server.ServeTLS(l, o.cert, o.key)
	} else {
		a.say("decoding at http://%s", l.Addr())
		err = server.Serve(l)
	}
	if errors.Is(err, http.ErrServerClosed) && ctx.Err() != nil {
		return nil
	}
	return err
}
