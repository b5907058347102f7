package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// What a run keeps for auditors alone. Nothing here decides anything, and what cannot be read stops nothing.

// maxLooks and maxVersionRows bound what the status keeps of looks at users off, and of one VERSIONS table; looks are
// counted beyond it (UsersOff.Proofs).
const (
	maxLooks       = 200
	maxVersionRows = 12
)

// noteProgram asks a worker of the farm's site which program it is. Workers may be replaced while a farm is updated, so
// it is asked at the beginning and at the end.
func (r *run) noteProgram(ctx workflow.Context) {
	var p farm.Program
	if err := workflow.ExecuteActivity(tellCall(ctx, r.queue, "Describe the program"), act.DescribeProgram).Get(ctx, &p); err != nil {
		workflow.GetLogger(ctx).Warn("the worker did not describe itself", "error", err)
		return
	}
	if !slices.ContainsFunc(r.status.Programs, p.Same) {
		r.status.Programs = append(r.status.Programs, p)
	}
}

// noteLook keeps one look at the services that keep users off. violations is how many there were before it.
func (r *run) noteLook(ctx workflow.Context, servers []farm.Server, when string, violations int) {
	if len(servers) == 0 || len(r.status.UsersOff.Log) >= maxLooks {
		return
	}
	p := farm.UsersOffProof{
		At: workflow.Now(ctx), When: when, All: len(servers) == len(r.heldServers()), Held: len(r.status.UsersOff.Violations) == violations,
	}
	for _, s := range servers {
		p.Servers = append(p.Servers, s.Name)
	}
	r.status.UsersOff.Log = append(r.status.UsersOff.Log, p)
}

// noteServicesAfter reads the services of every server on which one was recorded, as they are at the end.
func (r *run) noteServicesAfter(ctx workflow.Context) {
	var servers []farm.Server
	for _, s := range r.farm.Servers {
		if slices.ContainsFunc(r.status.Services, func(rec farm.RecordedService) bool { return rec.Server == s.Name }) {
			servers = append(servers, s)
		}
	}
	found := make([][]farm.ServiceState, len(servers))
	_ = r.onServers(ctx, servers, 0, func(ctx workflow.Context, s farm.Server) error {
		i := slices.IndexFunc(servers, func(o farm.Server) bool { return o.Name == s.Name })
		if err := workflow.ExecuteActivity(lookCall(ctx, r.queue, "Read the services of "+s.Name+" at the end"), act.ReadServices,
			activities.ServiceRequest{ServerTarget: r.target(s), Names: r.servicesOf(s)}).Get(ctx, &found[i]); err != nil {
			workflow.GetLogger(ctx).Warn("services at the end", "server", s.Name, "error", activities.FailureOf(err))
		}
		return nil
	})
	r.status.ServicesAfter = slices.Concat(found...)
}

// servicesOf are the services that were recorded on a server, and those that SharePoint needs everywhere.
func (r *run) servicesOf(s farm.Server) []string {
	var names []string
	for _, rec := range r.status.Services {
		if rec.Server == s.Name {
			names = append(names, rec.Name)
		}
	}
	for _, name := range []string{farm.ServiceTimer, farm.ServiceAdministration} {
		if s.RunsSharePoint() && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// firstRows are the rows of a VERSIONS table that the status keeps.
func firstRows(rows []farm.VersionRow) []farm.VersionRow {
	return rows[:min(len(rows), maxVersionRows)]
}
