package workflows

import (
	"go.temporal.io/sdk/workflow"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// clientsAtOnce is how many client computers are asked side by side. It is also how often a wrong password is tried at
// most before every other computer is spared it: fewer than what usually locks an account.
const clientsAtOnce = 3

// askClients asks the computers of the file what they have installed. One that does not answer is a record that says
// why, never an error: users' computers are switched off at night. Once a logon was refused, its credential is tried at
// no further computer.
func (r *run) askClients(ctx workflow.Context) ([]farm.ClientRecord, error) {
	refused := map[string]string{} // the first computer that refused a credential, by the credential's name
	computers := r.farm.Clients.Computers
	servers := make([]farm.Server, len(computers))
	said := make(map[string][]farm.ClientRecord, len(computers))
	for i, c := range computers {
		servers[i] = c.Server()
	}
	err := r.onServers(ctx, servers, clientsAtOnce, func(ctx workflow.Context, s farm.Server) error {
		if by := refused[s.ConnectAs]; by != "" {
			said[s.Name] = []farm.ClientRecord{farm.UnreadClient(s.Name, by+" refused the logon of "+s.ConnectAs+", which is not tried again")}
			return nil
		}
		var records []farm.ClientRecord
		err := workflow.ExecuteActivity(clientCall(ctx, r.queue, "Ask the client "+s.Name), act.ReadClientComputer,
			activities.ClientComputerRequest{ServerTarget: r.target(s), Client: r.in.Release.Client}).Get(ctx, &records)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			f := activities.FailureOf(err)
			if f.Kind == farm.FailureAuth && refused[s.ConnectAs] == "" {
				refused[s.ConnectAs] = s.Name
			}
			records = []farm.ClientRecord{farm.UnreadClient(s.Name, f.Message)}
		}
		said[s.Name] = records
		return nil
	})
	var all []farm.ClientRecord
	for _, s := range servers {
		all = append(all, said[s.Name]...)
	}
	return all, err
}
