package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/mssql"
	"farmhand/internal/secrets"
	"farmhand/internal/winhost"
)

// The steps of the peers, in the words an administrator types; ansible/ has the same.
const (
	wssKey     = `"HKLM\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\12.0\WSS"`
	productKey = `"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData\S-1-5-18\Products"`
	psconfig   = `C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\12\BIN\psconfig.exe`
)

// projectServices are stopped on application servers while the wizards run.
var projectServices = []string{"MSProjectServerEvents12", "MSProjectServerQueue12"}

// packageFiles are the release's, in order.
var packageFiles = []struct{ kb, file string }{
	{"KB951695", "InfrastructureUpdateForWindowsSharePointServices3.0-KB951695-fullfile-x64.exe"},
	{"KB951297", "infrastructureupdateformicrosoftofficeservers-kb951297-fullfile-x64.exe"},
}

// plainUpdate is the update as a script without memory: the article's steps in order, and the first error ends it. What it
// lacks is what farmhand is for.
type plainUpdate struct {
	rollout  farm.Rollout
	farm     farm.Farm
	password secrets.Value
	hosts    map[string]*winhost.Host
	sql      *mssql.Server
}

// servePlain is `bench plain FILE CAFILE`.
func servePlain(ctx context.Context, file, caFile string) error {
	rollout, _, err := config.Load(file)
	if err != nil {
		return err
	}
	p := &plainUpdate{rollout: rollout, farm: rollout.Farms[0], password: secrets.New(os.Getenv(passwordVariable)), hosts: map[string]*winhost.Host{}}
	user := rollout.Credentials[0].User
	for _, s := range p.farm.Servers {
		if p.hosts[s.Name], err = winhost.New(winhost.Options{Server: s, User: user, Password: p.password, CAFile: caFile}); err != nil {
			return err
		}
	}
	if p.sql, err = mssql.Open(mssql.Options{Server: p.farm.SQLServers[0], User: user, Password: p.password, CAFile: caFile}); err != nil {
		return err
	}
	defer p.sql.Close()
	for _, phase := range []func(context.Context) error{
		p.preflight, p.disconnect, p.backup, p.install, p.stopProject, p.finalize, p.verify, p.reconnect,
	} {
		if err := phase(ctx); err != nil {
			return err
		}
	}
	return nil
}

// on does something on servers side by side.
func (p *plainUpdate) on(ctx context.Context, servers []farm.Server, do func(context.Context, string) error) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, s := range servers {
		g.Go(func() error { return do(ctx, s.Name) })
	}
	return g.Wait()
}

func (p *plainUpdate) with(role farm.Role) (out []farm.Server) {
	for _, s := range p.farm.Servers {
		if s.HasRole(role) {
			out = append(out, s)
		}
	}
	return out
}

// see runs a command that must succeed and print a text.
func (p *plainUpdate) see(ctx context.Context, server, line, text string) error {
	r, err := p.hosts[server].Command(ctx, line)
	if err == nil && (r.Exit != 0 || !strings.Contains(r.Stdout, text)) {
		err = fmt.Errorf("%s: %s: exit %d: %s%s", server, line, r.Exit, r.Stdout, r.Stderr)
	}
	return err
}

// lines runs commands that must succeed.
func (p *plainUpdate) lines(ctx context.Context, server string, lines ...string) error {
	for _, line := range lines {
		if err := p.see(ctx, server, line, ""); err != nil {
			return err
		}
	}
	return nil
}

func (p *plainUpdate) preflight(ctx context.Context) error {
	return p.on(ctx, p.farm.Servers, func(ctx context.Context, s string) error {
		return errors.Join(
			p.see(ctx, s, "sc query SPTimerV3", "RUNNING"),
			p.see(ctx, s, "reg query "+wssKey+" /v SetupType", "CLEAN_INSTALL"),
			p.see(ctx, s, `dir /b "C:\Updates"`, packageFiles[1].file),
		)
	})
}

// stop stops a service and sets it to manual.
func (p *plainUpdate) stop(ctx context.Context, server, service string) error {
	return errors.Join(
		p.lines(ctx, server, "sc qc "+service, "net stop "+service+" /y", "sc config "+service+" start= demand"),
		p.see(ctx, server, "sc query "+service, "STOPPED"))
}

// start starts a service and sets it back to automatic.
func (p *plainUpdate) start(ctx context.Context, server, service string) error {
	return errors.Join(p.lines(ctx, server, "sc config "+service+" start= auto", "net start "+service), p.see(ctx, server, "sc query "+service, "RUNNING"))
}

func (p *plainUpdate) disconnect(ctx context.Context) error {
	return p.on(ctx, p.with(farm.RoleFrontEndWeb), func(ctx context.Context, s string) error { return p.stop(ctx, s, "W3SVC") })
}

func (p *plainUpdate) backup(ctx context.Context) error {
	for _, db := range p.databases() {
		file := `E:\Backup\` + db + ".bak"
		if _, err := p.sql.Backup(ctx, mssql.BackupRequest{Database: db, File: file, CopyOnly: true}, nil); err != nil {
			return err
		}
		if err := p.sql.Verify(ctx, mssql.Media{Files: []string{file}, Position: 1, Checksums: true}); err != nil {
			return err
		}
	}
	return nil
}

// project are the databases with a VERSIONS table that the article looks at.
func (p *plainUpdate) project() []string {
	w := p.farm.ProjectWebAccess[0]
	return []string{w.Published, w.Draft, w.Archive, w.Reporting}
}

func (p *plainUpdate) databases() []string {
	return append(append([]string{p.farm.Databases.Configuration}, p.farm.Databases.Expect...), p.project()...)
}

// task runs a program as a scheduled task of the setup account and waits for its end.
func (p *plainUpdate) task(ctx context.Context, server, name, program string) error {
	// A real one would not put the password on a command line; the playbook has no other way, and this is its peer.
	create := fmt.Sprintf(`schtasks /create /f /tn %s /sc once /st 23:59:00 /ru %s /rp %s /tr "%s"`,
		name, p.rollout.Credentials[0].User, p.password.Reveal(), strings.ReplaceAll(program, `"`, `\"`))
	if err := p.lines(ctx, server, create, "schtasks /run /tn "+name); err != nil {
		return err
	}
	for {
		r, err := p.hosts[server].Command(ctx, "schtasks /query /tn "+name)
		if err != nil {
			return err
		}
		if !strings.Contains(r.Stdout, "Running") {
			return p.lines(ctx, server, "schtasks /delete /f /tn "+name)
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *plainUpdate) install(ctx context.Context) error {
	err := p.on(ctx, p.farm.Servers, func(ctx context.Context, s string) error {
		for _, k := range packageFiles {
			if err := p.task(ctx, s, k.kb, `C:\Updates\`+k.file+` /quiet /norestart`); err != nil {
				return err
			}
			if err := p.see(ctx, s, "reg query "+productKey+" /s", k.kb); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.on(ctx, p.with(farm.RoleFrontEndWeb), func(ctx context.Context, s string) error { return p.see(ctx, s, "sc query W3SVC", "STOPPED") })
}

func (p *plainUpdate) stopProject(ctx context.Context) error {
	return p.on(ctx, p.with(farm.RoleApplication), func(ctx context.Context, s string) error {
		return errors.Join(p.stop(ctx, s, projectServices[0]), p.stop(ctx, s, projectServices[1]))
	})
}

// finalize runs the wizard, one server after the other: the example lists them in the article's order.
func (p *plainUpdate) finalize(ctx context.Context) error {
	for _, s := range p.farm.Servers {
		if err := p.see(ctx, s.Name, "sc query SPTimerV3", "RUNNING"); err != nil {
			return err
		}
		if err := p.task(ctx, s.Name, "wizard", `"`+psconfig+`" -cmd upgrade -inplace b2b -wait`); err != nil {
			return err
		}
		if err := p.see(ctx, s.Name, "reg query "+wssKey+" /v SetupType", "CLEAN_INSTALL"); err != nil {
			return err
		}
	}
	return nil
}

func (p *plainUpdate) verify(ctx context.Context) error {
	for _, db := range p.project() {
		rows, err := p.sql.Versions(ctx, db)
		if err != nil {
			return err
		}
		if !strings.Contains(fmt.Sprint(rows), "12.0.6318.5000") {
			return fmt.Errorf("%s is not at 12.0.6318.5000", db)
		}
	}
	return nil
}

func (p *plainUpdate) reconnect(ctx context.Context) error {
	err := p.on(ctx, p.with(farm.RoleApplication), func(ctx context.Context, s string) error {
		return errors.Join(p.start(ctx, s, projectServices[0]), p.start(ctx, s, projectServices[1]))
	})
	if err != nil {
		return err
	}
	return p.on(ctx, p.with(farm.RoleFrontEndWeb), func(ctx context.Context, s string) error { return p.start(ctx, s, "W3SVC") })
}
