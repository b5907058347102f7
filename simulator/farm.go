package simulator

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"farmhand/internal/farm"
	"farmhand/simulator/kerberos"
	"farmhand/simulator/sharepoint"
	"farmhand/simulator/sqlserver"
	"farmhand/simulator/tds"
	"farmhand/simulator/traffic"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// twinFarm is one farm of the rollout with everything that serves it.
type twinFarm struct {
	scope    string // the farm's name where there are several, else empty
	world    *world.World
	options  sharepoint.Options
	farm     *sharepoint.Farm
	servers  []windowsServer
	clients  []clientComputer
	sql      []sqlServer
	borrowed []farm.SQLServer // those that an earlier farm of the rollout serves
	accounts accounts
	keys     *kerberos.Keys

	sqlTraffic *traffic.Counter
}

type windowsServer struct {
	machine *windows.Machine
	port    *port
}

type sqlServer struct {
	definition farm.SQLServer
	tls        *tls.Config
	port       *port
}

// newFarm makes the parts of a farm; nothing listens yet.
func (s *Simulator) newFarm(o Options, f farm.Farm) (*twinFarm, error) {
	t := &twinFarm{world: s.world, accounts: accounts{o.Rollout.Credentials, o.Passwords}, keys: s.keys, sqlTraffic: &s.sql}
	if len(o.Rollout.Farms) > 1 {
		t.scope, t.world = f.Name, s.world.Scope(f.Name)
	}
	own, err := s.borrowSQL(t, f)
	if err != nil {
		return t, err
	}
	t.options = o.sharepoint(f, t.accounts)
	t.farm = sharepoint.New(t.world, t.options)
	for _, server := range f.Servers {
		m, err := s.newMachine(t, server)
		if err != nil {
			return t, err
		}
		t.farm.Attach(m.machine)
		t.servers = append(t.servers, m)
	}
	if err := s.newClients(t, o, f); err != nil {
		return t, err
	}
	for _, q := range own {
		config, err := s.authority.issue(q.TLSMin, q.Address, q.Name, q.ServerName)
		if err != nil {
			return t, err
		}
		t.sql = append(t.sql, sqlServer{q, config, newPort(q.Address, q.Port)})
	}
	return t, nil
}

// newMachine makes a Windows computer that is reached as the rollout says; nothing listens yet.
func (s *Simulator) newMachine(t *twinFarm, server farm.Server) (windowsServer, error) {
	p := newPort(server.Address, server.WinRM.Port)
	mo := windows.Options{Listen: p.listen, BasicAllowed: server.WinRM.Auth == "basic", Kerberos: s.keys, Traffic: &s.winrm}
	if server.WinRM.Scheme == "https" {
		var err error
		if mo.TLS, err = s.authority.issue(server.WinRM.TLSMin, server.Address, server.Name, server.WinRM.ServerName); err != nil {
			return windowsServer{}, err
		}
	}
	return windowsServer{windows.New(server.Name, t.world, t.accounts, mo), p}, nil
}

// machines are the servers and the client computers.
func (t *twinFarm) machines() []windowsServer {
	all := slices.Clone(t.servers)
	for _, c := range t.clients {
		all = append(all, c.windowsServer)
	}
	return all
}

// sharepoint translates the rollout and the twin for one farm.
func (o Options) sharepoint(f farm.Farm, a accounts) sharepoint.Options {
	d := o.Twin.Durations
	out := sharepoint.Options{
		Farm: f, Release: o.Release, Source: o.Rollout.Packages, Account: a.account, Spellings: a.spellings,
		Durations:    farm.Durations{Staging: d.Staging, Package: d.Package, Reboot: d.Reboot, FirstWizard: d.FirstWizard, OtherWizard: d.OtherWizard, BackupPerGB: d.BackupPerGB},
		Level:        o.Twin.Level,
		UserInterval: d.Users, LeastInterval: time.Duration(len(o.Rollout.Farms)) * 50 * time.Millisecond, // they share a machine
	}
	mine := func(name string) bool { return name == "" || strings.EqualFold(name, f.Name) }
	for _, s := range o.Twin.Servers {
		if mine(s.Farm) {
			out.Servers = append(out.Servers, sharepoint.Server{
				Name: s.Name, OS: s.OS, Language: s.Language, WinRM: s.WinRM, Architecture: s.Architecture, FreeMB: s.FreeMB, Installed: s.Installed, Baseline: s.Baseline,
				WizardPending: s.WizardPending,
				ServerRole:    s.ServerRole, AutomaticUpdates: s.AutomaticUpdates,
				PowerShell: s.PowerShell, CodePage: s.CodePage, FIPS: s.FIPS, ServicesAs: s.ServicesAs, Stopped: s.Stopped,
				Quotas: windows.Quotas{
					ShellsPerUser: s.Quotas.Shells, MemoryPerShellMB: s.Quotas.MemoryMB, ProcessesPerShell: s.Quotas.Processes, ConcurrentUsers: s.Quotas.Users,
				},
				Languages: s.Languages, PendingReboot: s.PendingReboot, Missing: s.Missing,
				WSSOnly: s.WSSOnly, WebApplication: s.WebApplication,
				StaleCache: s.StaleCache, StuckServices: s.StuckServices,
			})
		}
	}
	for _, j := range o.Twin.UpgradeJobs {
		if mine(j.Farm) {
			out.UpgradeJobs = append(out.UpgradeJobs, sharepoint.UpgradeJob{Name: j.Name, Server: j.Server, Ends: j.Ends})
		}
	}
	for _, p := range o.Twin.Packages {
		if mine(p.Farm) {
			out.PackageFiles = append(out.PackageFiles, sharepoint.PackageFile{Server: p.Server, KB: p.KB, Zone: p.Zone, Signature: p.Signature, Signer: p.Signer})
		}
	}
	for _, q := range o.Twin.SQLServers {
		if mine(q.Farm) {
			out.SQLServers = append(out.SQLServers, sharepoint.SQLServer{Name: q.Name, Version: q.Version, Edition: q.Edition, NotSysadmin: q.NotSysadmin, FreeMB: q.FreeMB})
		}
	}
	for _, d := range o.Twin.Databases {
		if mine(d.Farm) {
			out.Databases = append(out.Databases, sharepoint.Database{Name: d.Name, SizeMB: d.SizeMB, On: d.On, Queued: d.Queued, FullBackup: d.FullBackup, Mirrored: d.Mirrored, Jobs: jobs(d.Jobs)})
		}
	}
	return out
}

func jobs(list []TwinJobs) []sharepoint.Jobs {
	var out []sharepoint.Jobs
	for _, j := range list {
		out = append(out, sharepoint.Jobs(j))
	}
	return out
}

// seeded is the key of the document that says that a farm is in the world, and which servers it has.
const seeded = "seeded"

// seed writes the farm as it is before anything happens, unless the world has it already. It returns an
// error when the world has another one.
func (t *twinFarm) seed() error {
	var names []string
	for _, s := range t.options.Farm.Servers {
		names = append(names, s.Name)
	}
	for _, q := range t.options.Farm.SQLServers {
		names = append(names, q.Name)
	}
	for _, c := range t.clients {
		names = append(names, c.machine.Name())
	}
	return t.world.Update(func(tx *world.Tx) error {
		var there []string
		if tx.Get(seeded, &there) {
			if !slices.Equal(there, names) {
				return fmt.Errorf("the state is of a farm with the servers %v, not %v; use another directory", there, names)
			}
			return nil
		}
		tx.Put(seeded, names)
		sharepoint.Seed(tx, t.options)
		t.seedClients(tx)
		for _, q := range t.sql {
			sqlserver.Seed(tx, q.definition.Name, sharepoint.SQLState(t.options, q.definition))
		}
		for _, q := range t.borrowed {
			sqlserver.Seed(tx, q.Name, sharepoint.SQLState(t.options, q))
		}
		return nil
	})
}

// listen opens every port, so that Start fails where an address is taken. A server in the middle of a boot
// opens its own later.
func (t *twinFarm) listen() error {
	for _, s := range t.machines() {
		up := false
		t.world.View(func(tx *world.Tx) { up = windows.Up(tx, s.machine.Name()) })
		if !up {
			continue
		}
		if err := s.port.open(); err != nil {
			return fmt.Errorf("server %s: %w", s.machine.Name(), err)
		}
	}
	for _, q := range t.sql {
		if sqlserver.Stopped(t.world, q.definition.Name) {
			continue
		}
		if err := q.port.open(); err != nil {
			return fmt.Errorf("SQL Server %s: %w", q.definition.Name, err)
		}
	}
	return nil
}

func (t *twinFarm) closeListeners() {
	for _, s := range t.machines() {
		s.port.close()
	}
	for _, q := range t.sql {
		q.port.close()
	}
}

func (t *twinFarm) addresses() (out []string) {
	for _, s := range t.machines() {
		out = append(out, s.port.address)
	}
	for _, q := range t.sql {
		out = append(out, q.port.address)
	}
	return out
}

// run brings the farm to life until ctx ends.
func (t *twinFarm) run(ctx context.Context, s *Simulator) {
	for _, server := range t.machines() {
		s.serve(ctx, server.machine.Name(), server.machine.Run)
	}
	for _, q := range t.sql {
		s.serve(ctx, q.definition.Name, func(ctx context.Context) error { return t.serveSQL(ctx, q) })
	}
	s.serve(ctx, t.options.Farm.Name, t.farm.Run)
}

// usualBackupPerGB is what package sqlserver takes in life to back up (80 MB a second) and to verify
// (160 MB a second) a gigabyte.
const usualBackupPerGB = 19200 * time.Millisecond

// serveSQL answers TDS until ctx ends, while the service runs.
func (t *twinFarm) serveSQL(ctx context.Context, q sqlServer) error {
	slower := float64(t.options.BackupPerGB()) / float64(usualBackupPerGB)
	instance := sqlserver.New(q.definition.Name, t.world.Stretch(slower), t.accounts.sqlPassword)
	encryption := map[farm.Encrypt]tds.Encryption{
		farm.EncryptNone: tds.Off, farm.EncryptLogin: tds.Login, farm.EncryptRequired: tds.Required,
	}
	return instance.Serve(ctx, func(ctx context.Context) error {
		listener, err := q.port.listen()
		if err != nil {
			return err
		}
		server := tds.New(tds.Options{
			Computer: q.definition.Name, Domain: t.options.Domain(), ProductVersion: instance.Version(),
			Encryption: encryption[q.definition.Encrypt], TLS: q.tls, Kerberos: t.keys, Fault: instance.Fault, Traffic: t.sqlTraffic,
		}, instance)
		defer context.AfterFunc(ctx, server.Close)()
		return server.Serve(listener)
	})
}

// port is one address. The first listener is opened before the server runs.
type port struct {
	address string
	mu      sync.Mutex
	first   net.Listener
}

func newPort(host string, number int) *port {
	return &port{address: net.JoinHostPort(host, strconv.Itoa(number))}
}

func (p *port) open() (err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.first, err = net.Listen("tcp", p.address)
	return err
}

func (p *port) listen() (net.Listener, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if l := p.first; l != nil {
		p.first = nil
		return l, nil
	}
	return net.Listen("tcp", p.address)
}

func (p *port) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.first != nil {
		_ = p.first.Close() // nothing was accepted yet
		p.first = nil
	}
}
