package workflows

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// prove asks every witness of every server and database at one time, changes nothing and opens no intervention. What
// they say is in the status; the answer lists the mandatory ones that do not agree, and what could not be asked.
func (r *run) prove(ctx workflow.Context) []string {
	servers := r.farm.SharePointServers()
	doubts := make([][]string, len(servers)+len(r.farm.SQLServers))
	wg := workflow.NewWaitGroup(ctx)
	for i, s := range servers {
		wg.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer wg.Done()
			doubts[i] = r.proveOne(ctx, s)
		})
	}
	for i, s := range r.farm.SQLServers {
		wg.Add(1)
		workflow.Go(ctx, func(ctx workflow.Context) {
			defer wg.Done()
			found, err := r.versions(ctx, s, "Read VERSIONS on "+s.Name)
			if err != nil {
				doubts[len(servers)+i] = []string{doubt(s.Name, err)}
				return
			}
			doubts[len(servers)+i] = disagreeing(s.Name, []farm.WitnessResult{r.noteVersions(ctx, s, found)})
		})
	}
	wg.Wait(ctx)
	var all []string
	for _, d := range doubts {
		all = append(all, d...)
	}
	if len(r.status.Databases) == 0 {
		all = append(all, r.farm.Name+": no database was found")
	}
	return all
}

// proveOne asks the witnesses of one server.
func (r *run) proveOne(ctx workflow.Context, s farm.Server) []string {
	defer r.doing(ctx, s.Name, "verify")()
	var facts farm.ServerFacts
	if err := workflow.ExecuteActivity(readCall(ctx, r.queue, "Verify "+s.Name), act.InspectServer,
		activities.InspectRequest{ServerTarget: r.target(s), Release: r.in.Release, Services: r.farm.Services}).Get(ctx, &facts); err != nil {
		return []string{doubt(s.Name, err)}
	}
	st := r.status.Server(s.Name)
	st.Version = facts.Version
	st.Witnesses = serverWitnesses(workflow.Now(ctx), r.in.Release, facts)
	r.noteLanguages(facts)
	r.listPackages(s)
	for _, p := range facts.Packages {
		ps := r.packageStatus(s.Name, p.KB)
		ps.State, ps.Evidence = farm.StepPending, p.Evidence
		if p.Installed {
			ps.State, ps.Outcome = farm.StepDone, "already-installed"
		}
	}
	if f := r.status.Facts.Farm; f.Configuration != "" {
		st.Witnesses = append(st.Witnesses, farmWitness(ctx, s, f))
	}
	r.looks[s.Name]++
	var local farm.WitnessResult
	job := r.job(s.Name, "status", r.looks[s.Name])
	if err := workflow.ExecuteActivity(probeCall(ctx, r.queue, "Ask stsadm on "+s.Name), act.LocalUpgradeStatus,
		activities.WizardRequest{ServerTarget: r.target(s), Job: job, Hive: facts.Hive}).Get(ctx, &local); err == nil {
		r.dropJob(s.Name, job)
	} else {
		local = farm.WitnessResult{Witness: farm.WitnessLocalStatus, Agrees: true, Says: "not asked: " + activities.FailureOf(err).Message, At: workflow.Now(ctx)}
	}
	st.Witnesses = append(st.Witnesses, local)
	return disagreeing(s.Name, st.Witnesses)
}

// noteLanguages keeps which language packs a server holds, where no preflight has.
func (r *run) noteLanguages(facts farm.ServerFacts) {
	if _, known := r.status.Facts.Server(facts.Server); !known {
		r.status.Facts.Servers = append(r.status.Facts.Servers, farm.ServerFacts{Server: facts.Server, Languages: facts.Languages})
	}
}

// farmWitness is the object model's own word about a server. The host of Central Administration speaks for the
// databases, too.
func farmWitness(ctx workflow.Context, s farm.Server, f farm.FarmFacts) farm.WitnessResult {
	var mine []string
	for _, name := range f.NeedsUpgrade {
		isServer := false
		for _, server := range f.Servers {
			isServer = isServer || strings.EqualFold(server, name)
		}
		if strings.EqualFold(name, s.Name) || !isServer && s.HasRole(farm.RoleCentralAdministration) {
			mine = append(mine, name)
		}
	}
	w := farm.WitnessResult{Witness: farm.WitnessFarm, Mandatory: true, Agrees: len(mine) == 0, At: workflow.Now(ctx), Says: "nothing"}
	if len(mine) > 0 {
		w.Says = strings.Join(mine, ", ")
	}
	return w
}

// disagreeing lists the mandatory witnesses of a server that do not agree.
func disagreeing(server string, ws []farm.WitnessResult) []string {
	var out []string
	for _, w := range ws {
		if w.Mandatory && !w.Agrees {
			out = append(out, fmt.Sprintf("%s: %s: %s", server, w.Witness, w.Says))
		}
	}
	return out
}

// doubt is what could not be asked, and why.
func doubt(server string, err error) string {
	f := activities.FailureOf(err)
	return fmt.Sprintf("%s: %s: %s", server, f.Kind, f.Message)
}
