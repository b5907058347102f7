package workflows

import (
	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// readClients reads what is known of the farm's clients, where the file says how: computers are asked, the inventory is
// read. It returns nil otherwise.
func (r *run) readClients(ctx workflow.Context) (*farm.ClientFacts, error) {
	if !r.farm.Clients.Checked() {
		return nil, nil //nolint:nilnil // nothing about clients is a valid answer
	}
	asked, err := r.askClients(ctx)
	if err != nil {
		return nil, err
	}
	var facts farm.ClientFacts
	err = workflow.ExecuteActivity(readCall(ctx, r.queue, "Read the inventory of clients"), act.ReadClients,
		activities.ClientsRequest{Farm: r.farm.Name, Inventory: r.farm.Clients.Inventory, Client: r.in.Release.Client, Asked: asked, AskedComputers: len(r.farm.Clients.Computers)}).Get(ctx, &facts)
	return &facts, err
}

// checkClients looks at the clients once more before users come back (the article, "Client-side requirements": a client
// that is behind may bring inconsistent data). The policy hold keeps users off until no client is behind, or until an
// operator says why they may come; warn only notes it. Where the release asks nothing new of the clients, nothing is held.
func (r *run) checkClients(ctx workflow.Context) error {
	if !r.farm.Clients.Checked() {
		return nil
	}
	hold := r.farm.Clients.Policy == farm.ClientsHold && r.in.Release.AsksClients(r.status.Facts)
	return r.step(ctx, stepSpec{kind: farm.StepCheckClients, server: r.farm.Name, skippable: true}, func(ctx workflow.Context, _ attempt) error {
		facts, err := r.readClients(ctx)
		if err != nil && hold {
			return err
		}
		if err != nil { // the policy asks for a warning, and this is one
			r.log(farm.TimelineEntry{At: workflow.Now(ctx), Server: r.farm.Name, Kind: "finding", What: "clients were not checked: " + activities.FailureOf(err).Message})
			return nil
		}
		r.status.Facts.Clients = facts
		r.log(farm.TimelineEntry{At: workflow.Now(ctx), Server: r.farm.Name, Kind: "finding", What: facts.String()})
		if hold && facts.Behind > 0 {
			return activities.Fail(farm.ClientFailure(r.farm.Name, r.in.Release.Client, *facts))
		}
		return nil
	})
}
