package config

import (
	"strings"

	"farmhand/internal/farm"
)

// checkClients checks how a farm's clients are known.
func (n *notes) checkClients(key string, c farm.Clients) {
	if c == (farm.Clients{}) {
		return
	}
	if n.require(key+".inventory", c.Inventory, "name a CSV file of the worker's inventory directory") &&
		(strings.ContainsAny(c.Inventory, `/\:`) || strings.HasPrefix(c.Inventory, ".")) {
		n.wrong(key+".inventory", "%s is not a bare file name; the file lies in the inventory directory of the site's worker", quoted(key, c.Inventory))
	}
	n.checkOneOf(key+".policy", string(c.Policy), string(farm.ClientsWarn), string(farm.ClientsHold))
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
