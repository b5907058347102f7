package simulator

import (
	"cmp"
	"fmt"
	"strings"

	"farmhand/internal/farm"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// TwinClient is what is unusual about one client computer of the rollout. Without an entry it is a Windows 7 with an
// Office Project Professional 2007 that has every update of the article.
type TwinClient struct {
	Farm string `yaml:"farm"`
	Name string `yaml:"name"`
	// Product as the list of installed programs names it; none: no product of Office.
	Product string `yaml:"product"`
	Version string `yaml:"version"`
	// Updates are the numbers of its patches, such as KB952067.
	Updates []string `yaml:"updates"`
	// Off: nobody answers at its address.
	Off bool `yaml:"off"`
}

// The usual client: Service Pack 2 and the Infrastructure Update.
const (
	clientProduct     = "Microsoft Office Project Professional 2007"
	clientVersion     = "12.0.6425.1000"
	clientUpdate      = "KB952067"
	clientProductCode = "{90120000-003B-0000-0000-0000000FF1CE}"
	noProduct         = "none"
)

// check compares an entry with the rollout.
func (c TwinClient) check(r farm.Rollout, wrong func(format string, args ...any)) {
	if !known(r, c.Farm, func(f farm.Farm) bool { return hasComputer(f, c.Name) }) {
		wrong("clients: no farm has a client computer %q", c.Name)
	}
	if _, err := farm.ParseVersion(c.Version); c.Version != "" && err != nil {
		wrong("client %s: version: %w", c.Name, err)
	}
}

func hasComputer(f farm.Farm, name string) bool {
	for _, c := range f.Clients.Computers {
		if strings.EqualFold(c.Name, name) {
			return true
		}
	}
	return false
}

// client is what the twin file says of a computer, filled in where it says nothing.
func (o Options) client(f farm.Farm, name string) TwinClient {
	found := TwinClient{Updates: []string{clientUpdate}}
	for _, c := range o.Twin.Clients {
		if strings.EqualFold(c.Name, name) && (c.Farm == "" || strings.EqualFold(c.Farm, f.Name)) {
			found = c
		}
	}
	found.Name = name
	found.Product = cmp.Or(found.Product, clientProduct)
	found.Version = cmp.Or(found.Version, clientVersion)
	return found
}

// newClients makes the client computers of a farm that are switched on; nothing listens yet.
func (s *Simulator) newClients(t *twinFarm, o Options, f farm.Farm) error {
	for _, c := range f.Clients.Computers {
		twin := o.client(f, c.Name)
		if twin.Off {
			continue
		}
		machine, err := s.newMachine(t, c.Server())
		if err != nil {
			return err
		}
		t.clients = append(t.clients, clientComputer{machine, t.clientSpec(c, twin)})
	}
	return nil
}

// clientComputer is a machine with what it is before anything happens.
type clientComputer struct {
	windowsServer
	spec windows.Spec
}

// clientSpec is the computer of a user.
func (t *twinFarm) clientSpec(c farm.ClientComputer, twin TwinClient) windows.Spec {
	spec := windows.Spec{
		Name: c.Name, Domain: t.options.Domain(), Version: "6.1.7601", ServicePack: 1, Caption: "Microsoft Windows 7 Professional ",
		PowerShell: "2.0", MemoryMB: 2048, Architecture: farm.X86,
		Administrators: append(t.accounts.spellings(c.ConnectAs), t.accounts.account(c.ConnectAs)),
	}
	if twin.Product == noProduct {
		return spec
	}
	spec.Products = []windows.Product{{Code: clientProductCode, Name: twin.Product, Version: twin.Version}}
	for i, kb := range twin.Updates {
		spec.Patches = append(spec.Patches, windows.Patch{
			Product: clientProductCode, Code: fmt.Sprintf("{00000000-0000-0000-0000-%012d}", i+1),
			Name: fmt.Sprintf("Update for %s (%s)", twin.Product, kb),
		})
	}
	return spec
}

func (t *twinFarm) seedClients(tx *world.Tx) {
	for _, c := range t.clients {
		windows.Seed(tx, c.spec)
	}
}
