package view

import (
	"fmt"
	"strconv"
	"strings"

	"farmhand/internal/farm"
)

// ClientsEvidence is the release's requirement on client computers and how far they meet it: the fourteenth section.
type ClientsEvidence struct {
	Requirement string `json:"requirement,omitempty"`
	// Inventories are what was known of the clients of each farm when they were last looked at; nil where nothing was.
	Inventories []Of[*farm.ClientFacts] `json:"inventories"`
}

func clientsEvidence(farms []audited, o ReportOptions) ClientsEvidence {
	c := ClientsEvidence{Inventories: gather(farms, func(k audited) *farm.ClientFacts { return k.status.Facts.Clients })}
	if o.Release != nil {
		c.Requirement = o.Release.Client.Statement
	}
	return c
}

func (e Evidence) layClients(d *document) {
	d.say(filledWords(e.Clients.Requirement)...)
	var rows [][]string
	for _, of := range e.Clients.Inventories {
		if c := of.Evidence; c != nil {
			rows = append(rows, []string{of.Farm, c.Source(), c.SHA256, utc(c.Written), fmt.Sprint(c.Total), fmt.Sprint(c.Ready), behindText(*c)})
		}
	}
	d.tabulate("Client inventories", []string{"farm", "from", "SHA-256", "written", "clients", "meet the requirement", "behind"}, rows)
}

// behindText counts the clients that are behind and names the first of them.
func behindText(c farm.ClientFacts) string {
	said := []string{strconv.Itoa(c.Behind)}
	for _, n := range c.Named {
		said = append(said, n.Computer+" ("+n.Found+")")
	}
	return strings.Join(said, "; ")
}
