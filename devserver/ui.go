package main

import (
	"encoding/base64"

	uiserver "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	uioptions "github.com/temporalio/ui-server/v2/server/server_options"
)

// uiURL is the address of the web UI for a browser on this machine.
func (o options) uiURL() string {
	return "http://" + hostPort(innerAddress(o.ip), o.ports.ui)
}

// startUI serves Temporal's web UI. It fetches nothing from outside and counts as farmhand's window on the engine, not
// as its console: decisions belong in `starter`, which shows the evidence first.
func startUI(opts options) *uiserver.Server {
	var secure uiconfig.TLS
	if opts.tls.enabled() {
		secure = uiconfig.TLS{
			CaData: base64.StdEncoding.EncodeToString(opts.inner.cert), CertData: base64.StdEncoding.EncodeToString(opts.inner.cert),
			KeyData: base64.StdEncoding.EncodeToString(opts.inner.key), EnableHostVerification: true, ServerName: innerName,
		}
	}
	ui := uiserver.NewServer(uioptions.WithConfigProvider(&uiconfig.Config{
		TLS:                 secure,
		TemporalGRPCAddress: hostPort(innerAddress(opts.ip), opts.ports.frontend),
		Host:                opts.ip.String(),
		Port:                opts.ports.ui,
		EnableUI:            true,
		DefaultNamespace:    opts.namespace,
		DisableNewsFetch:    true,
		HideLogs:            true, // it would log to standard output, where the ready line goes
		// The cookie that guards forms is marked "secure" unless told otherwise, and browsers keep such cookies off
		// plain HTTP.
		CORS: uiconfig.CORS{CookieInsecure: true},
	}))
	go func() { _ = ui.Start() }() // returns when stopped; a failure to listen ends the process with a message
	return ui
}
