package activities

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
	"farmhand/scripts"
)

// InspectRequest asks for everything preflight reads of one server.
type InspectRequest struct {
	ServerTarget
	Release   farm.Release `json:"release"`
	Directory string       `json:"directory"` // where the packages lie
	// Copies asks for the hashes of the packages' files, which takes a while on old disks.
	Copies bool `json:"copies"`
	// Shell asks what a WinRM shell is like: its code page and its quotas.
	Shell bool `json:"shell,omitempty"`
	// Services overrides the short names of the Project services.
	Services farm.ServiceNames `json:"services"`
}

// InspectServer reads one server: Windows, SharePoint, services, patches and the packages' files. It
// changes nothing.
func (a *Activities) InspectServer(ctx context.Context, r InspectRequest) (farm.ServerFacts, error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return farm.ServerFacts{}, err
	}
	_, stop := keepBeating(ctx, "reading "+r.Server.Name)
	defer stop()
	in := inspection{host: h, facts: farm.ServerFacts{Server: r.Server.Name}}
	steps := []func(context.Context) error{in.identify, in.inspect}
	if r.Shell {
		steps = append(steps, in.shell)
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return farm.ServerFacts{}, fail(r.Server.Name, farm.StepInspectServer, err)
		}
	}
	if r.Server.RunsSharePoint() {
		in.detect(r.Release)
		if r.Copies {
			if in.facts.Copies, err = readCopies(ctx, h, r.Release.For(in.facts.Languages), in.facts.Architecture, r.Directory); err != nil {
				return farm.ServerFacts{}, fail(r.Server.Name, farm.StepInspectServer, err)
			}
		}
	}
	in.keepServices(r.Services, r.RunAs.User)
	return in.facts, nil
}

// inspection gathers the facts of one server.
type inspection struct {
	host  *winhost.Host
	facts farm.ServerFacts
}

func (in *inspection) identify(ctx context.Context) error {
	id, err := in.host.Identify(ctx)
	if err != nil {
		return err
	}
	in.facts.Stack, in.facts.OSVersion = id.Stack, id.OSVersion
	return nil
}

// inspect asks for everything that scripts say of a server, in one call.
func (in *inspection) inspect(ctx context.Context) error {
	more, err := in.look(ctx, scripts.Services, scripts.Products)
	if err != nil {
		return err
	}
	in.facts.Services = serviceStates(more[0], in.facts.Server)
	in.products(more[1])
	return nil
}

// look runs inspect.ps1 and other scripts in one call, takes what the first says, and returns what the others do.
func (in *inspection) look(ctx context.Context, others ...scripts.Script) ([][]scripts.Record, error) {
	calls := []scripts.Call{{Script: scripts.Inspect}}
	for _, s := range others {
		calls = append(calls, scripts.Call{Script: s})
	}
	asked := time.Now()
	all, err := in.host.Scripts(ctx, calls...)
	if err != nil {
		return nil, in.explain(ctx, err)
	}
	return all[1:], in.read(all[0], asked, time.Now())
}

// updateOption reads AUOptions; a missing value is an empty field.
func updateOption(text string) farm.UpdateOption {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0 // what is no number, or does not fit into one, is as good as none
	}
	return farm.UpdateOption(n)
}

// isSet reads a number of the registry that is a switch, as PowerShell prints it.
func isSet(number string) bool {
	n, err := strconv.ParseInt(strings.TrimSpace(number), 0, 64)
	return err == nil && n != 0
}

// clockOffset is the server's clock minus ours, zero while it lies inside the time the call took.
func clockOffset(asked, answered, server time.Time) time.Duration {
	switch {
	case server.Before(asked.Add(-time.Second)):
		return server.Sub(asked).Round(time.Second)
	case server.After(answered.Add(time.Second)):
		return server.Sub(answered).Round(time.Second)
	}
	return 0
}

// products takes the answer of products.ps1.
func (in *inspection) products(records []scripts.Record) {
	for _, r := range records {
		p := farm.PatchState{Name: r.Get("name"), State: r.Get("state")}
		if v, err := farm.ParseVersion(r.Get("version")); err == nil {
			p.Version = v
		}
		switch r.Kind {
		case "product":
			p.Language = farm.ProductLanguage(r.Get("code"))
			in.facts.Products = append(in.facts.Products, p)
		case "patch":
			p.Language = farm.ProductLanguage(r.Get("product"))
			in.facts.Patches = append(in.facts.Patches, p)
		case "file":
			p.Name, p.State = r.Get("path"), "file"
			in.facts.Products = append(in.facts.Products, p)
			in.facts.Files = append(in.facts.Files, farm.FileVersion{Path: p.Name, Version: p.Version})
		}
	}
}

func (in *inspection) detect(rel farm.Release) {
	for _, p := range rel.For(in.facts.Languages).InstallOrder() {
		in.facts.Packages = append(in.facts.Packages, farm.DetectPackage(p, in.facts.Products, in.facts.Patches))
	}
	for _, c := range rel.Contains {
		in.facts.Contained = append(in.facts.Contained, farm.DetectContained(c, in.facts.Products, in.facts.Patches))
	}
	// A server may hold hundreds of patches; what they prove is kept, not the lists.
	in.facts.Products, in.facts.Patches = nil, nil
}

// keepServices drops the services that nobody asks about, so that a history stays small, and notes which of
// all run as the setup account.
func (in *inspection) keepServices(names farm.ServiceNames, setup string) {
	var keep []farm.ServiceState
	for _, s := range in.facts.Services {
		if farm.SameAccount(s.Account, setup) {
			in.facts.RunsAs = append(in.facts.RunsAs, s.Name)
		}
		if farm.WatchedService(s, names) {
			keep = append(keep, s)
		}
	}
	in.facts.Services = keep
}

// ProbeRequest asks for the harmless job that shows what the setup account can do on a server.
type ProbeRequest struct {
	ServerTarget
	Job        string           `json:"job"`
	SQLServers []farm.SQLServer `json:"sql_servers"`
	Paths      []string         `json:"paths"`
}

// Probe runs a harmless detached job under the setup account and reads what it saw: who it is, whether
// it is elevated, its profile, its reach to SQL Server and to the packages. Task and folder are removed.
func (a *Activities) Probe(ctx context.Context, r ProbeRequest) (farm.ProbeFacts, error) {
	servers := make([]string, len(r.SQLServers))
	for i, s := range r.SQLServers {
		servers[i] = sqlAddress(s)
	}
	records, err := a.runScript(ctx, r.ServerTarget, farm.StepProbeJob, r.Job, scripts.Probe,
		"SqlServers", strings.Join(servers, "|"), "Paths", strings.Join(r.Paths, "|"))
	if err != nil {
		return farm.ProbeFacts{}, err
	}
	p := farm.ProbeFacts{Server: r.Server.Name}
	for _, rec := range records {
		switch rec.Kind {
		case "identity":
			p.User, p.Administrator, p.Elevated = rec.Get("user"), rec.Bool("administrator"), rec.Bool("elevated")
		case "profile":
			p.Profile = rec.Bool("loaded")
		case "sql":
			p.SQL = append(p.SQL, farm.Reach{
				Target: sqlServerName(r.SQLServers, rec.Get("server")), OK: rec.Bool("ok"), Sysadmin: rec.Bool("sysadmin"), Error: rec.Get("error"),
			})
		case "path":
			p.Paths = append(p.Paths, farm.Reach{Target: rec.Get("path"), OK: rec.Bool("readable"), Error: rec.Get("error")})
		}
	}
	return p, nil
}

// sqlAddress is a SQL Server as ADO.NET wants it.
func sqlAddress(s farm.SQLServer) string { return fmt.Sprintf("%s,%d", s.Address, s.Port) }

// sqlServerName is the name in the rollout file of a SQL Server that the probe was told by its address.
func sqlServerName(all []farm.SQLServer, address string) string {
	for _, s := range all {
		if strings.EqualFold(sqlAddress(s), address) {
			return s.Name
		}
	}
	return address
}
