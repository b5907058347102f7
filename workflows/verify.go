package workflows

import (
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// verifyCentralAdministration makes sure that the installation was successful on the host of Central
// Administration before anything else happens (the article, step 13 and "Verify the installation"), and
// then asks people: the approval this whole procedure turns on.
func (r *run) verifyCentralAdministration(ctx workflow.Context) error {
	if err := r.verifyDatabases(ctx, "after Central Administration"); err != nil {
		return err
	}
	ca := r.farm.CentralAdministration()
	if err := r.gateLooking(ctx, farm.GateContinue, "Central Administration is verified: continue with the remaining servers", r.continueFacts,
		func(ctx workflow.Context) []farm.Fact { return r.lookWitnesses(ctx, ca) }); err != nil {
		return err
	}
	// After the wait the world is looked at again.
	return together(ctx,
		func(ctx workflow.Context) error { return r.verifyServer(ctx, ca) },
		func(ctx workflow.Context) error { return r.proveUsersOff(ctx, r.heldServers(), "after the gate") },
	)
}

// verifyFarm asks every witness of every server and the VERSIONS of every database.
func (r *run) verifyFarm(ctx workflow.Context) error {
	if err := together(ctx,
		func(ctx workflow.Context) error {
			return r.onServers(ctx, farm.FinalizeOrder(r.farm), 0, r.verifyServer)
		},
		func(ctx workflow.Context) error { return r.verifyDatabases(ctx, "at the end") },
	); err != nil {
		return err
	}
	return r.checkClients(ctx)
}

// verifyServer asks the witnesses that a server's own state gives.
func (r *run) verifyServer(ctx workflow.Context, s farm.Server) error {
	return r.step(ctx, stepSpec{kind: farm.StepVerifyServer, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
		defer r.doing(ctx, s.Name, "verify")()
		var facts farm.ServerFacts
		if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Verify "+s.Name), act.InspectServer,
			activities.InspectRequest{ServerTarget: r.target(s), Release: r.in.Release, Services: r.farm.Services}).Get(ctx, &facts); err != nil {
			return err
		}
		st := r.status.Server(s.Name)
		st.Version = facts.Version
		fresh := serverWitnesses(workflow.Now(ctx), r.in.Release, facts)
		st.Witnesses = replaceWitnesses(st.Witnesses, fresh)
		return disagreement(s.Name, fresh)
	})
}

// verifyDatabases reads the VERSIONS of every database, one SQL Server after the other.
func (r *run) verifyDatabases(ctx workflow.Context, when string) error {
	for _, s := range r.farm.SQLServers {
		if err := r.step(ctx, stepSpec{kind: farm.StepVerifyDatabases, server: s.Name}, func(ctx workflow.Context, _ attempt) error {
			return r.verifySQLServer(ctx, s, when)
		}); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) verifySQLServer(ctx workflow.Context, s farm.SQLServer, when string) error {
	found, err := r.versions(ctx, s, "Read VERSIONS on "+s.Name+" "+when)
	if err != nil {
		return err
	}
	return disagreement(s.Name, []farm.WitnessResult{r.noteVersions(ctx, s, found)})
}

// noteVersions takes over what the VERSIONS of a SQL Server's databases say, and gives them a voice.
func (r *run) noteVersions(ctx workflow.Context, s farm.SQLServer, found []activities.DatabaseVersion) farm.WitnessResult {
	project := map[string]bool{}
	for i := range r.status.Databases {
		d := &r.status.Databases[i]
		if d.Server != s.Name {
			continue
		}
		project[strings.ToLower(d.Name)] = d.Project
		for _, v := range found {
			if strings.EqualFold(v.Database, d.Name) {
				d.VersionAfter, d.RowsAfter, d.Checked, d.Note = v.Raw, firstRows(v.Components), workflow.Now(ctx), versionNote(v)
				d.OK = r.in.Release.Expected.Reached(d.Project, v.Version)
			}
		}
	}
	return databaseWitness(workflow.Now(ctx), s.Name, found, project, r.in.Release.Expected)
}

// versionsBefore keeps what the databases said before the update, for the evidence.
func (r *run) versionsBefore(ctx workflow.Context) error {
	for _, s := range r.farm.SQLServers {
		if err := r.step(ctx, stepSpec{kind: farm.StepVerifyDatabases, server: s.Name, skippable: true}, func(ctx workflow.Context, _ attempt) error {
			found, err := r.versions(ctx, s, "Read VERSIONS on "+s.Name+" before the update")
			if err != nil {
				return err
			}
			for i := range r.status.Databases {
				for _, v := range found {
					if d := &r.status.Databases[i]; d.Server == s.Name && strings.EqualFold(v.Database, d.Name) {
						d.VersionBefore, d.RowsBefore = v.Raw, firstRows(v.Components)
					}
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) versions(ctx workflow.Context, s farm.SQLServer, summary string) ([]activities.DatabaseVersion, error) {
	req := activities.VersionsRequest{SQLTarget: r.sqlTarget(s)}
	for _, d := range r.status.Databases {
		if d.Server == s.Name && !r.isOut(d.Name) { // what is detached is at its old level until it is attached
			req.Databases = append(req.Databases, d.Name)
		}
	}
	var found []activities.DatabaseVersion
	err := workflow.ExecuteActivity(readCall(ctx, r.queue, summary), act.DatabaseVersions, req).Get(ctx, &found)
	return found, err
}

// replaceWitnesses puts what witnesses say now in the place of what they said before; new ones follow.
func replaceWitnesses(old, fresh []farm.WitnessResult) []farm.WitnessResult {
	out := slices.Clone(old)
	for _, f := range fresh {
		if i := slices.IndexFunc(out, func(w farm.WitnessResult) bool { return w.Witness == f.Witness }); i >= 0 {
			out[i] = f
			continue
		}
		out = append(out, f)
	}
	return out
}
