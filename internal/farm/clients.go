package farm

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ClientPolicy says what clients behind the release's requirement mean for a farm.
type ClientPolicy string

// The policies. Neither stops preflight: clients can be updated while the farm is.
const (
	// ClientsWarn reports clients that are behind and goes on.
	ClientsWarn ClientPolicy = "warn"
	// ClientsHold keeps users off until no client is behind, or an operator says why they may come.
	ClientsHold ClientPolicy = "hold"
)

// Clients says how the Project Professional computers of a farm's users are known.
type Clients struct {
	// Inventory is the name of a CSV file in the inventory directory of the site's worker.
	Inventory string `json:"inventory,omitempty" mapstructure:"inventory"`
	// Computers are asked one by one over WinRM; a short list, at most MaxClientComputers.
	Computers []ClientComputer `json:"computers,omitempty" mapstructure:"computers"`
	Policy    ClientPolicy     `json:"policy,omitempty" mapstructure:"policy"`
}

// ClientRecord is one line of a client inventory, or one product of a computer that was asked.
type ClientRecord struct {
	Computer string `json:"computer"`
	// Product as the installed programs list names it; empty where the inventory does not say.
	Product string `json:"product,omitempty"`
	// Version of the product or of winproj.exe; zero where the inventory does not say.
	Version Version `json:"version,omitzero"`
	// Updates are the numbers of installed updates, as KB and digits.
	Updates []string `json:"updates,omitempty"`
	// Line of the file, from 1; 0 for a computer that was asked.
	Line int `json:"line,omitempty"`
	// Problem is why a computer that was asked told nothing of the requirement.
	Problem string `json:"problem,omitempty"`
}

// ClientState is one computer that does not meet the requirement, and why.
type ClientState struct {
	Computer string `json:"computer"`
	Found    string `json:"found"`
}

// namedClients bounds how many computers are named in a history; the rest are counted.
const namedClients = 20

// ClientFacts is what an inventory, and the computers that were asked, say of a farm's clients.
type ClientFacts struct {
	// Inventory, its SHA-256 in lower-case hex and when it was written tell which list was believed.
	Inventory string    `json:"inventory"`
	SHA256    string    `json:"sha256"`
	Written   time.Time `json:"written"`
	// Asked counts the computers that were asked over WinRM, answering or not.
	Asked int `json:"asked,omitempty"`
	// Total counts computers, Ready those that meet the requirement, Behind those that do not or say nothing of it.
	Total  int `json:"total"`
	Ready  int `json:"ready"`
	Behind int `json:"behind"`
	// Named are the first of those behind, by name.
	Named []ClientState `json:"named,omitempty"`
}

// String is the count as people read it.
func (c ClientFacts) String() string {
	return fmt.Sprintf("%d of %d clients meet the requirement (%s)", c.Ready, c.Total, c.Source())
}

// Meets reports whether one line of an inventory meets the requirement: its version is the release's or later, or one of
// the accepted updates is installed. The number of an update is a name: a higher one is not a later update.
func (c Client) Meets(r ClientRecord) bool {
	if !c.Version.IsZero() && !r.Version.IsZero() && r.Version.AtLeast(c.Version) {
		return true
	}
	return slices.ContainsFunc(r.Updates, func(kb string) bool { return slices.Contains(c.Accepted, kb) })
}

// concerns reports whether a line is about the product at all.
func (c Client) concerns(r ClientRecord) bool {
	return len(c.Products) == 0 || r.Product == "" || slices.ContainsFunc(c.Products, func(p string) bool {
		return strings.Contains(strings.ToLower(r.Product), strings.ToLower(p))
	})
}

// JudgeClients holds an inventory against the requirement (the article, "Client-side requirements"). A computer may have
// several lines, one per update: it is ready as soon as one of them says so.
func JudgeClients(c Client, records []ClientRecord) ClientFacts {
	type seen struct {
		name, found string
		ready       bool
	}
	computers := map[string]*seen{}
	for _, r := range records {
		if !c.concerns(r) {
			continue
		}
		key := strings.ToLower(r.Computer)
		if computers[key] == nil {
			computers[key] = &seen{name: r.Computer}
		}
		s := computers[key]
		s.name = min(s.name, r.Computer) // one spelling, whatever the order of the lines
		s.ready = s.ready || c.Meets(r)
		if found := r.found(); len(found) > len(s.found) || len(found) == len(s.found) && found > s.found {
			s.found = found
		}
	}
	f := ClientFacts{Total: len(computers)}
	var behind []ClientState
	for _, s := range computers {
		if s.ready {
			f.Ready++
			continue
		}
		behind = append(behind, ClientState{Computer: s.name, Found: cmp.Or(s.found, "neither version nor updates known")})
	}
	slices.SortFunc(behind, func(a, b ClientState) int { return strings.Compare(a.Computer, b.Computer) })
	f.Behind, f.Named = len(behind), behind[:min(len(behind), namedClients)]
	return f
}

// found is what a line says, in words.
func (r ClientRecord) found() string {
	if r.Problem != "" {
		return r.Problem
	}
	var said []string
	if !r.Version.IsZero() {
		said = append(said, r.Version.String())
	}
	if len(r.Updates) > 0 {
		said = append(said, strings.Join(r.Updates, " "))
	}
	return strings.Join(said, ", ")
}

// clients judges the clients of a farm. They never block: the requirement is about the day users come back.
func (j *judge) clients() {
	c := j.facts.Clients
	switch {
	case !j.farm.Clients.Checked():
		if j.release.AsksClients(j.facts) {
			j.add(SeverityInformation, j.farm.Name, "no inventory of clients is given, and no computers, so none was checked", j.release.Client.Statement)
		}
	case !j.release.AsksClients(j.facts):
		j.add(SeverityInformation, j.farm.Name, "the release asks nothing new of the clients: what is known of them decides nothing", "")
	case c == nil: // what kept it from being read is a finding of its own
	case c.Total == 0:
		j.add(SeverityWarning, j.farm.Name, "the inventory "+c.Inventory+" names no client of the product", "look at its columns and at client.products of the release")
	case c.Behind > 0:
		do := "update them before users come back: " + j.release.Client.KB + " or later"
		if j.farm.Clients.Policy == ClientsHold {
			do += "; users are held off until then"
		}
		j.add(SeverityWarning, j.farm.Name, fmt.Sprintf("%d of %d clients are behind: %s", c.Behind, c.Total, c.names()), do)
	default:
		j.add(SeverityInformation, j.farm.Name, c.String(), "")
	}
}

// names lists the named computers.
func (c ClientFacts) names() string {
	names := make([]string, 0, len(c.Named)+1)
	for _, n := range c.Named {
		names = append(names, n.Computer)
	}
	if more := c.Behind - len(c.Named); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, ", ")
}

// ClientFailure is what an operator is told when users are held off for their clients.
func ClientFailure(farmName string, c Client, f ClientFacts) Failure {
	out := Failure{
		Kind: FailureNotProven, Server: farmName,
		Message: fmt.Sprintf("%d of %d clients are behind", f.Behind, f.Total),
		Advice:  "update them" + renew(f.Inventory) + ", then retry; or skip and say why these users may come: " + c.Statement,
	}
	for _, n := range f.Named {
		out.Log = append(out.Log, n.Computer+": "+n.Found)
	}
	return out
}

// renew is what to do besides where a file says what the clients have.
func renew(inventory string) string {
	if inventory == "" {
		return ""
	}
	return " and renew " + inventory
}
