package config

import (
	"strings"

	"farmhand/internal/farm"
)

// checkClients checks how a farm's clients are known.
func (n *notes) checkClients(key string, r farm.Rollout, f farm.Farm) {
	c := f.Clients
	if !c.Checked() && c.Policy == "" {
		return
	}
	n.checkClientComputers(key+".computers", r, f)
	if !c.Checked() {
		if n.isBroken(key + ".computers") {
			return // which computers were meant is not known
		}
		n.require(key+".inventory", c.Inventory, "name a CSV file of the worker's inventory directory, or list computers")
	} else if strings.ContainsAny(c.Inventory, `/\:`) || strings.HasPrefix(c.Inventory, ".") {
		n.wrong(key+".inventory", "%s is not a bare file name; the file lies in the inventory directory of the site's worker", quoted(key, c.Inventory))
	}
	n.checkOneOf(key+".policy", string(c.Policy), clientPolicies...)
}

// checkClientComputers checks the computers that are asked over WinRM: they are reached as servers are, and are no
// servers.
func (n *notes) checkClientComputers(key string, r farm.Rollout, f farm.Farm) {
	if len(f.Clients.Computers) > farm.MaxClientComputers {
		n.wrong(key, "%d computers; at most %d are asked one by one, a longer list is an inventory", len(f.Clients.Computers), farm.MaxClientComputers)
	}
	var keys, names []string
	for i, c := range f.Clients.Computers {
		at := element(key, i)
		keys, names = append(keys, at+".name"), append(names, c.Name)
		n.checkName(at+".name", c.Name)
		if n.require(at+".address", c.Address, "name the host where WinRM answers") {
			n.checkHost(at+".address", c.Address)
		}
		n.checkCredentialOf(at+".connect_as", r, c.ConnectAs, "name the credential that opens WinRM, here or in the farm's defaults")
		n.checkWinRM(at+".winrm", c.WinRM)
		if _, server := f.Server(c.Name); server {
			n.wrong(at+".name", "%s is a server of the farm", quoted(at+".name", c.Name))
		}
	}
	n.checkUnique("computer", keys, names)
}

// checkClient checks a release's requirement on clients.
func (n *notes) checkClient(c farm.Client) {
	if c.KB != "" && !kbForm.MatchString(c.KB) {
		n.wrong("client.kb", "%s is not the number of an article; want KB and digits", quoted("kb", c.KB))
	}
	if c.Statement != "" && c.Version.IsZero() && len(c.Accepted) == 0 {
		n.wrong("client.version", "missing, and client.accepted, too: no client of an inventory could meet the requirement")
	}
	for i, kb := range c.Accepted {
		if at := element("client.accepted", i); !kbForm.MatchString(kb) {
			n.wrong(at, "%s is not the number of an article; want KB and digits", quoted(at, kb))
		}
	}
	for i, text := range c.Products {
		n.require(element("client.products", i), text, "an empty text would be found everywhere")
	}
}
