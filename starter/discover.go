package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"farmhand/activities"
	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/secrets"
)

// discovery is what `starter discover` was told.
type discovery struct {
	host, user, password, name, release, stage string
	winrm                                      farm.WinRM
	addresses                                  []string
}

// newDiscover is `starter discover`.
func newDiscover(a *app) *cobra.Command {
	d := discovery{winrm: farm.WinRM{Scheme: "http", Auth: "ntlm"}}
	cmd := &cobra.Command{
		Use: "discover HOST", Short: "Write a first rollout file from a living farm, through one of its servers", Args: cobra.ExactArgs(1),
		Long: `Ask a living farm about itself and write a first rollout file: servers and their roles, SQL Servers, databases,
Project Web Access. HOST is any of its SharePoint servers, best the host of Central Administration.

It changes nothing but farmhand's own folder and task on HOST, and removes them. What no farm can say is left blank and
marked FILL IN; the file is refused until that is done. The password is a reference that the settings here allow (secrets:).

  starter discover app01.contoso.com --user 'CONTOSO\sp-setup' --password env:SP_SETUP_PASSWORD > rollout.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			d.host = args[0]
			return a.discover(cmd.Context(), d)
		},
	}
	f := cmd.Flags()
	f.StringVar(&d.user, "user", "", `the setup account, as DOMAIN\user`)
	f.StringVar(&d.password, "password", "", "where its password is: env:NAME or file:/path")
	f.StringVar(&d.name, "farm", "farm-1", "`name` of the farm in the file")
	f.StringVar(&d.release, "release", "infrastructure-update", "a release that comes with farmhand, or the path of a release file")
	f.StringVar(&d.stage, "stage", `C:\farmhand`, "farmhand's own `folder` on each server")
	f.StringVar(&d.winrm.Scheme, "scheme", d.winrm.Scheme, "of WinRM: http or https")
	f.IntVar(&d.winrm.Port, "port", 0, "of WinRM (default: 5985 for http, 5986 for https)")
	f.StringArrayVar(&d.addresses, "address", nil, "`NAME=ADDRESS` of a server or SQL Server whose name cannot be resolved from here; may be repeated")
	for _, required := range []string{"user", "password"} {
		_ = cmd.MarkFlagRequired(required) // fails for an unknown flag alone
	}
	return cmd
}

func (a *app) discover(ctx context.Context, d discovery) error {
	release, err := config.LoadRelease(d.release)
	if err != nil {
		return err
	}
	addresses := map[string]string{}
	for _, pair := range d.addresses {
		name, address, ok := strings.Cut(pair, "=")
		if !ok || name == "" || address == "" {
			return fmt.Errorf("--address %q: want NAME=ADDRESS", pair)
		}
		addresses[name] = address
	}
	standard := map[string]int{"http": 5985, "https": 5986}
	if standard[d.winrm.Scheme] == 0 {
		return fmt.Errorf("--scheme %q is neither http nor https", d.winrm.Scheme)
	}
	d.winrm.Port = cmp.Or(d.winrm.Port, standard[d.winrm.Scheme])
	setup := farm.Credential{Name: "setup", User: d.user, Password: d.password}
	acts := activities.New(activities.Options{Secrets: secrets.NewResolver(a.settings.Secrets), CAFile: a.settings.TLS.CAFile, KerberosConfig: a.settings.Kerberos.Config})
	at := a.now()
	found, err := activities.Discover(ctx, acts, activities.DiscoverRequest{
		ServerTarget: activities.ServerTarget{
			Server: farm.Server{Name: d.host, Address: d.host, Stage: d.stage, WinRM: d.winrm}, Connect: setup, RunAs: setup,
		},
		Addresses: addresses, At: at,
	})
	if err != nil {
		f := activities.FailureOf(err)
		return fmt.Errorf("%s: %s: %s: %s", f.Server, f.Kind, f.Message, f.Advice)
	}
	_, err = a.out.Write(config.Draft(found, config.DraftOptions{
		Farm: d.name, Release: release, ReleaseName: d.release, User: d.user, Password: d.password, Stage: d.stage, WinRM: d.winrm, At: at,
	}))
	return err
}
