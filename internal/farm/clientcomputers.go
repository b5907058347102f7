package farm

import (
	"fmt"
	"slices"
	"strings"
)

// MaxClientComputers bounds the list of computers that are asked one by one; an inventory has no such bound.
const MaxClientComputers = 50

// ClientComputer is one computer of a user with Project Professional, and how its WinRM is reached.
type ClientComputer struct {
	Name string `json:"name" mapstructure:"name"`
	// Address is where WinRM answers: a host name or an IP address.
	Address string `json:"address" mapstructure:"address"`
	// ConnectAs names the credential that opens WinRM; it must be an administrator of the computer.
	ConnectAs string `json:"connect_as" mapstructure:"connect_as"`
	WinRM     WinRM  `json:"winrm" mapstructure:"winrm"`
}

// Server is the computer as activities reach servers.
func (c ClientComputer) Server() Server {
	return Server{Name: c.Name, Address: c.Address, ConnectAs: c.ConnectAs, WinRM: c.WinRM}
}

// Checked reports whether a farm's clients are known at all: by an inventory, a list of computers, or both.
func (c Clients) Checked() bool { return c.Inventory != "" || len(c.Computers) > 0 }

// clientProduct is the product that the article's requirement is about, where a release does not name others
// (Client.Products). A computer that is asked names every product of the Office family, and the version of another one
// proves nothing.
const clientProduct = "Project Professional"

// InstalledProduct is a product of a client computer with the patches on it.
type InstalledProduct struct {
	PatchState
	Patches []PatchState
}

// ClientRecords is what a computer's list of installed products says of the requirement: one record for each product it
// is about, or one that says that there is none. The number of an update comes from the name of its patch, as in
// "Currently installed programs and updates" (the article); a merely registered patch does not count.
func ClientRecords(c Client, computer string, products []InstalledProduct) []ClientRecord {
	wanted := c.Products
	if len(wanted) == 0 {
		wanted = []string{clientProduct}
	}
	var out []ClientRecord
	for _, p := range products {
		if !slices.ContainsFunc(wanted, func(w string) bool { return strings.Contains(strings.ToLower(p.Name), strings.ToLower(w)) }) {
			continue
		}
		r := ClientRecord{Computer: computer, Product: p.Name, Version: p.Version}
		for _, patch := range p.Patches {
			if slices.Contains(presentPatch, patch.State) {
				r.Updates = append(r.Updates, updateNumbers(patch.Name)...)
			}
		}
		slices.Sort(r.Updates)
		r.Updates = slices.Compact(r.Updates)
		out = append(out, r)
	}
	if len(out) == 0 {
		return []ClientRecord{{Computer: computer, Problem: "no " + strings.Join(wanted, " or ") + " among its installed products"}}
	}
	return out
}

// UnreadClient is the record of a computer that told nothing, and why. It is behind: what is not known is not proven.
func UnreadClient(computer, why string) ClientRecord {
	return ClientRecord{Computer: computer, Problem: "not reached: " + why}
}

// Source says where the facts come from, in words: the inventory, how many computers were asked, or both.
func (c ClientFacts) Source() string {
	var said []string
	if c.Inventory != "" {
		said = append(said, c.Inventory)
	}
	if c.Asked > 0 {
		said = append(said, fmt.Sprintf("%d asked over WinRM", c.Asked))
	}
	return strings.Join(said, " and ")
}
