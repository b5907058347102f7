package activities

import (
	"context"
	"fmt"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// DiscoverRequest asks a living farm about itself through one of its servers.
type DiscoverRequest struct {
	// ServerTarget is any SharePoint server of the farm; its name may be left out. Its accounts, folder and
	// WinRM settings serve for the other servers, too.
	ServerTarget
	// Addresses are those of servers and SQL Servers whose names cannot be resolved from here, by name.
	Addresses map[string]string
	// At makes the name of the job.
	At time.Time
}

// Discover reads a farm for its first rollout file: farm.ps1 as a job under the setup account, the services of
// each server, and whether each SQL Server answers. It is for the starter, outside of Temporal; it changes
// nothing but farmhand's own folder and task, and removes them. A server that does not answer is a problem of
// that server; an error means that the farm itself could not be asked.
func Discover(ctx context.Context, a *Activities, r DiscoverRequest) (farm.Discovery, error) {
	d, asked := farm.Discovery{}, r.ServerTarget
	here, err := a.InspectServer(ctx, InspectRequest{ServerTarget: asked})
	if err != nil {
		return d, err
	}
	asked.Server.Name = here.Computer
	job := fmt.Sprintf("fh-discover-%d", r.At.Unix())
	d.Facts, err = a.DescribeFarm(ctx, DescribeRequest{ServerTarget: asked, Job: job})
	if cleaned := a.CleanUp(ctx, CleanUpRequest{ServerTarget: asked, Jobs: []string{job}}); err == nil {
		err = cleaned
	}
	if err != nil {
		return d, err
	}
	for _, name := range d.Facts.Servers {
		t := asked
		t.Server.Name = name
		if !strings.EqualFold(name, here.Computer) {
			t.Server.Address = addressOf(r.Addresses, name, name)
		}
		d.Servers = append(d.Servers, a.discoverServer(ctx, t, d.Facts))
	}
	for _, s := range farm.DiscoverSQLServers(d.Facts) {
		s.Address = addressOf(r.Addresses, s.Name, addressOf(r.Addresses, s.Address, s.Address))
		s.Problem = a.discoverSQL(ctx, r.Connect, s, d.Facts)
		d.SQLServers = append(d.SQLServers, s)
	}
	return d, nil
}

// addressOf is the address that was given for a name, ignoring case.
func addressOf(addresses map[string]string, name, otherwise string) string {
	for n, address := range addresses {
		if strings.EqualFold(n, name) {
			return address
		}
	}
	return otherwise
}

// discoverServer asks one server which services run on it.
func (a *Activities) discoverServer(ctx context.Context, t ServerTarget, f farm.FarmFacts) farm.DiscoveredServer {
	s := farm.DiscoveredServer{Name: t.Server.Name, Address: t.Server.Address}
	project, err := a.FindProjectServices(ctx, ProjectServiceRequest{ServerTarget: t})
	var services []farm.ServiceState
	if err == nil {
		services, err = a.ReadServices(ctx, ServiceRequest{ServerTarget: t, Names: farm.DiscoveredServices()})
	}
	if err != nil {
		s.Problem = FailureOf(err).Message
	}
	s.Roles = farm.DiscoveredRoles(f, s.Name, project, services)
	return s
}

// discoverSQL asks a SQL Server for its databases, and says what is wrong.
func (a *Activities) discoverSQL(ctx context.Context, c farm.Credential, d farm.DiscoveredSQLServer, f farm.FarmFacts) string {
	if d.Port == 0 {
		return "a named instance: its port is in SQL Server Configuration Manager"
	}
	s, err := a.sql(SQLTarget{Connect: c, Server: farm.SQLServer{Name: d.Name, Address: d.Address, Port: d.Port, Encrypt: farm.EncryptLogin}})
	if err != nil {
		return FailureOf(err).Message
	}
	defer s.Close()
	there, err := s.Databases(ctx)
	if err != nil {
		return FailureOf(fail(d.Name, farm.StepInspectSQLServer, err)).Message
	}
	var missing []string
	for _, want := range f.Databases {
		found := !strings.EqualFold(want.Server, d.Instance)
		for _, h := range there {
			found = found || strings.EqualFold(h.Name, want.Name)
		}
		if !found {
			missing = append(missing, want.Name)
		}
	}
	if len(missing) > 0 {
		return "the farm names databases that are not there: " + strings.Join(missing, ", ")
	}
	return ""
}
