package workflows

import (
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// VerifyFarm asks the witnesses of a farm whether it stands at a release or past it ("Verify the installation"),
// without an update and whoever installed it. It changes nothing but farmhand's own folder and task, and removes what
// it put there.
func VerifyFarm(ctx workflow.Context, in FarmUpdateInput) (farm.Verification, error) {
	r, err := newRun(ctx, in)
	if err != nil {
		return farm.Verification{}, err
	}
	doubts := r.discover(ctx)
	doubts = append(doubts, r.prove(ctx)...)
	if err := r.removeJobs(ctx); err != nil {
		return farm.Verification{}, err
	}
	v := farm.Verification{
		Farm: r.farm.Name, Release: in.Release.Name, At: workflow.Now(ctx), Proven: len(doubts) == 0, Doubts: doubts, Databases: r.status.Databases,
	}
	for _, s := range r.farm.SharePointServers() {
		v.Servers = append(v.Servers, *r.status.Server(s.Name))
	}
	return v, nil
}

// discover asks the farm about itself and the SQL Servers for its databases. What could not be asked comes back.
func (r *run) discover(ctx workflow.Context) []string {
	ca := r.farm.CentralAdministration()
	sqls := make([]farm.SQLFacts, len(r.farm.SQLServers))
	doubts := make([]string, 1+len(sqls))
	wg := workflow.NewWaitGroup(ctx)
	wg.Add(1)
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer wg.Done()
		if err := workflow.ExecuteActivity(probeCall(ctx, r.queue, "Ask the farm about itself"), act.DescribeFarm, activities.DescribeRequest{
			ServerTarget: r.target(ca), Job: r.job(ca.Name, "describe", 1),
		}).Get(ctx, &r.status.Facts.Farm); err != nil {
			doubts[0] = doubt(ca.Name, err)
		}
	})
	for i, s := range r.farm.SQLServers {
		wg.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer wg.Done()
			if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Read "+s.Name), act.InspectSQLServer, r.sqlTarget(s)).Get(ctx, &sqls[i]); err != nil {
				doubts[1+i] = doubt(s.Name, err)
			}
		})
	}
	wg.Wait(ctx)
	for _, s := range sqls {
		if s.Server != "" {
			r.status.Facts.SQL = append(r.status.Facts.SQL, s)
		}
	}
	for _, d := range farm.FarmDatabases(r.farm, r.status.Facts) {
		r.status.Databases = append(r.status.Databases, farm.DatabaseStatus{Name: d.Database, Server: d.Server, SizeMB: d.SizeMB, Project: d.Project})
	}
	var out []string
	for _, d := range doubts {
		if d != "" {
			out = append(out, d)
		}
	}
	return append(out, r.unfound()...)
}

// unfound names databases that the file or the farm names and no SQL Server holds: what is not read proves nothing.
func (r *run) unfound() []string {
	named := append([]string{r.farm.Databases.Configuration}, r.farm.Databases.Expect...)
	for _, p := range r.farm.ProjectWebAccess {
		named = append(named, p.Databases()...)
	}
	for _, d := range r.status.Facts.Farm.Databases {
		named = append(named, d.Name)
	}
	var out []string
	seen := map[string]bool{}
	for _, d := range r.status.Databases {
		seen[strings.ToLower(d.Name)] = true
	}
	for _, name := range named {
		if name != "" && !seen[strings.ToLower(name)] {
			seen[strings.ToLower(name)] = true
			out = append(out, r.farm.Name+": database "+name+" is on none of the file's SQL Servers")
		}
	}
	return out
}
