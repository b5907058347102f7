package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/secrets"
	"farmhand/internal/winhost"
	"farmhand/scripts"
)

// host asks one server of the file, from here, with the account of the file.
func (d *doctor) host(ctx context.Context, f file, name string) {
	for _, one := range f.rollout.Farms {
		s, ok := one.Server(name)
		if !ok {
			continue
		}
		h, err := d.open(f, s)
		if err != nil {
			d.bad("connection", err.Error(), "")
			return
		}
		d.identity(ctx, h)
		d.inspect(ctx, h)
		d.services(ctx, h, s)
		return
	}
	d.bad("server", fmt.Sprintf("no farm of the file has a server %q", name), "a name of the file")
}

func (d *doctor) open(f file, s farm.Server) (*winhost.Host, error) {
	c, _ := f.rollout.Credential(s.ConnectAs) // checked when the file was read
	resolver := secrets.NewResolver(d.settings.Secrets)
	o := winhost.Options{Server: s, User: c.User, CAFile: d.settings.TLS.CAFile, KerberosConfig: d.settings.Kerberos.Config}
	var err error
	if c.Keytab != "" {
		if o.Keytab, err = resolver.ResolveFile(c.Keytab); err != nil {
			return nil, err
		}
	}
	if c.Password != "" {
		if o.Password, err = resolver.Resolve(c.Password); err != nil {
			return nil, err
		}
	}
	return winhost.New(o)
}

// identity is what the WinRM service says of itself, which needs no shell.
func (d *doctor) identity(ctx context.Context, h *winhost.Host) {
	id, err := h.Identify(ctx)
	if err != nil {
		d.bad("WinRM", err.Error(), "an answer")
		return
	}
	known := slices.Contains([]string{"1.1", "2.0", "3.0"}, id.Stack)
	d.expect("WinRM", known, fmt.Sprintf("stack %s, Windows %s service pack %s", id.Stack, id.OSVersion, id.ServicePack), "stack 2.0 or 3.0; 1.1 on Windows Server 2003 and 2008")
}

// inspect runs the script that preflight runs, and shows each line it answers.
func (d *doctor) inspect(ctx context.Context, h *winhost.Host) {
	records, err := h.Script(ctx, scripts.Inspect, nil, nil)
	if err != nil {
		d.bad("inspect script", err.Error(), "records, ended by a sentinel")
		return
	}
	for _, r := range records {
		text := fieldsOf(r)
		switch r.Kind {
		case "account":
			d.expect("account", r.Bool("administrator"), text, "administrator=true")
		case "pending":
			d.expect("pending reboot", false, text, "none")
		default:
			d.good(r.Kind, text)
		}
	}
}

// services shows the ones that an update depends on.
func (d *doctor) services(ctx context.Context, h *winhost.Host, s farm.Server) {
	names := []string{"SPTimerV3", "SPAdmin"}
	if s.HasRole(farm.RoleFrontEndWeb) {
		names = append(names, "W3SVC")
	}
	for _, name := range names {
		service, err := h.Service(ctx, name)
		if err != nil {
			d.bad("service "+name, err.Error(), string(winhost.ServiceRunning))
			continue
		}
		d.expect("service "+name, service.State == winhost.ServiceRunning,
			strings.ToLower(fmt.Sprintf("%s, start mode %s", service.State, service.StartMode)), "running")
	}
}

// fieldsOf writes a record's fields as people read them, in alphabetical order.
func fieldsOf(r scripts.Record) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(r.Fields)) {
		parts = append(parts, name+"="+r.Get(name))
	}
	return strings.Join(parts, " ")
}
