package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// preflight reads everything and changes nothing but farmhand's own folder and task ("Before you begin"):
// all servers at once, every finding reported together. What blocks is an operator's matter: fixed, check
// again; or abort, and the farm is refused. It ends with the gate start.
func (r *run) preflight(ctx workflow.Context) error {
	defer meanwhile(ctx, r.noteProgram)()
	for {
		if err := r.checkpoint(ctx); err != nil {
			return err
		}
		r.preflights++ // over all rounds: the job of an earlier look has ended
		try := r.preflights
		facts, findings := r.gather(ctx, try)
		r.status.Facts = facts
		r.status.Findings = append(findings, farm.Findings(r.in.Rollout, r.in.Release, r.farm, facts)...)
		r.noteFacts(facts)
		blocking := farm.Blocking(r.status.Findings)
		if len(blocking) == 0 {
			if err := r.lease(ctx); err != nil {
				return err
			}
			if err := r.proveAlready(ctx); err != nil || r.status.Already {
				return err
			}
			if err := r.stagePackages(ctx); err != nil {
				return err
			}
			if stale, err := r.askStart(ctx); err != nil || !stale {
				return err
			}
			continue // people took their time: what they approved is looked at again
		}
		f := farm.Failure{
			Kind: farm.FailurePreflight, Message: fmt.Sprintf("%d findings block this farm", len(blocking)),
			Advice: "set them right, then check again", Try: try,
		}
		for _, b := range blocking {
			f.Log = append(f.Log, fmt.Sprintf("%s: %s. %s", b.Server, b.What, b.Do))
		}
		q := r.intervene(ctx, f, []farm.Choice{farm.ChoiceRetry, farm.ChoiceAbort}, farm.ChoiceRetry)
		if q.Answer == farm.ChoiceAbort {
			r.abort(ctx, q.By)
			return errRefused
		}
	}
}

// gather reads every server and SQL Server side by side. What cannot be read is a blocking finding of
// that server, so that one silent server does not hide what the others say.
func (r *run) gather(ctx workflow.Context, try int) (farm.Facts, []farm.Finding) {
	servers := make([]farm.ServerFacts, len(r.farm.Servers))
	probes := make([]farm.ProbeFacts, len(r.farm.Servers))
	sqls := make([]farm.SQLFacts, len(r.farm.SQLServers))
	queues := make([][]farm.QueueReading, len(r.farm.SQLServers))
	var facts farm.Facts
	var findings []farm.Finding
	unreadable := func(server string, err error) {
		f := activities.FailureOf(err)
		findings = append(findings, farm.Finding{Severity: farm.SeverityBlocking, Server: server, What: string(f.Kind) + ": " + f.Message, Do: f.Advice})
	}
	wg := workflow.NewWaitGroup(ctx)
	for i, s := range r.farm.Servers {
		wg.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer wg.Done()
			defer r.doing(ctx, s.Name, "preflight")()
			t := r.target(s)
			if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Read "+s.Name), act.InspectServer, activities.InspectRequest{
				ServerTarget: t, Release: r.in.Release, Directory: r.in.Rollout.Packages.Folder(s), Copies: !r.in.Rollout.Packages.Pulled(), Shell: true, Services: r.farm.Services,
			}).Get(ctx, &servers[i]); err != nil {
				unreadable(s.Name, err)
				return // a refused account must not be tried a second time: lockout
			}
			if !s.RunsSharePoint() || s.ByHand() && !s.HasRole(farm.RoleCentralAdministration) {
				return // a person runs packages and the wizard there: a job that cannot start stops nothing
			}
			probe := r.job(s.Name, "probe", try)
			if err := workflow.ExecuteActivity(probeCall(ctx, r.queue, "Probe job on "+s.Name), act.Probe, activities.ProbeRequest{
				ServerTarget: t, Job: probe, SQLServers: r.farm.SQLServers, Paths: r.packagePaths(s),
			}).Get(ctx, &probes[i]); err != nil {
				unreadable(s.Name, err)
				return
			}
			r.dropJob(s.Name, probe)
			if s.HasRole(farm.RoleCentralAdministration) {
				describe := r.job(s.Name, "describe", try)
				described := meanwhile(ctx, func(ctx workflow.Context) {
					if err := workflow.ExecuteActivity(probeCall(ctx, r.queue, "Ask the farm about itself"), act.DescribeFarm, activities.DescribeRequest{
						ServerTarget: t, Job: describe,
					}).Get(ctx, &facts.Farm); err != nil {
						unreadable(s.Name, err)
						return
					}
					r.dropJob(s.Name, describe)
				})
				jobs := r.readUpgradeJobs(ctx, true)
				facts.UpgradeJobs = &jobs
				described()
			}
		})
	}
	for i, s := range r.farm.SQLServers {
		wg.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer wg.Done()
			err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Read "+s.Name), act.InspectSQLServer, r.sqlTarget(s)).Get(ctx, &sqls[i])
			if err != nil {
				unreadable(s.Name, err)
				return
			}
			if queues[i], err = r.readQueuesOn(ctx, s); err != nil {
				unreadable(s.Name, err)
			}
		})
	}
	clients, err := r.readClients(ctx)
	if err != nil {
		f := activities.FailureOf(err)
		findings = append(findings, farm.Finding{Severity: farm.SeverityBlocking, Server: r.farm.Name, What: f.Message, Do: f.Advice})
	} else {
		facts.Clients = clients
	}
	wg.Wait(ctx)
	for _, q := range queues {
		facts.Queues = append(facts.Queues, q...)
	}
	for i := range servers {
		if servers[i].Server != "" {
			facts.Servers = append(facts.Servers, servers[i])
		}
		if probes[i].Server != "" {
			facts.Probes = append(facts.Probes, probes[i])
		}
	}
	for _, s := range sqls {
		if s.Server != "" {
			facts.SQL = append(facts.SQL, s)
		}
	}
	return facts, findings
}

// noteFacts takes over into the status what later phases and screens want.
func (r *run) noteFacts(facts farm.Facts) {
	for _, s := range facts.Servers {
		r.hives[s.Server] = s.Hive
		st := r.status.Server(s.Server)
		if st == nil {
			continue
		}
		if st.VersionBefore.IsZero() {
			st.VersionBefore = s.Version
		}
		st.Version = s.Version
		if server, ok := r.farm.Server(s.Server); ok && server.RunsSharePoint() {
			r.listPackages(server)
		}
		r.noteHashes(s)
	}
	r.status.Databases = nil
	for _, d := range farm.FarmDatabases(r.farm, facts) {
		r.status.Databases = append(r.status.Databases, farm.DatabaseStatus{
			Name: d.Database, Server: d.Server, SizeMB: d.SizeMB, Project: d.Project, BackupState: farm.StepPending,
		})
	}
}

// lease takes the farm for this installation of farmhand.
func (r *run) lease(ctx workflow.Context) error {
	ca := r.farm.CentralAdministration()
	r.leased = true
	return r.step(ctx, stepSpec{kind: farm.StepCompareFarm, server: ca.Name}, func(ctx workflow.Context, _ attempt) error {
		return workflow.ExecuteActivity(changeCall(ctx, r.queue, "Take the farm's lease"), act.AcquireLease, r.leaseRequest()).Get(ctx, nil)
	})
}

func (r *run) leaseRequest() activities.LeaseRequest {
	return activities.LeaseRequest{ServerTarget: r.target(r.farm.CentralAdministration()), Owner: r.status.Rollout + "/" + r.status.RunID}
}
