package judge

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// Evidence is all that the judge knows of a run.
type Evidence struct {
	events  []Event
	history history
	report  report
	tries   []*try
	// texts are the three sources as they are, and what the histories hold, for the search for secrets.
	texts  map[string][]byte
	secret []string

	// What the farm is: servers by the part they play, and the packages in install order.
	// middle are application and index servers, fronts those with the role of a front-end, web all that serve pages.
	// hosts are all of the farm's, SQL Servers, too; manual are servers on which people run packages and the wizard.
	servers, central, middle, fronts, web, projects, hosts, manual []string
	packages                                                       []string
}

// report is what people are told in the end.
type report struct {
	Verdict struct {
		Farms []struct {
			Farm    string `json:"farm"`
			Outcome string `json:"outcome"`
		} `json:"farms"`
	} `json:"verdict"`
	Residual []struct {
		Evidence []string `json:"evidence"`
	} `json:"residual_work"`
}

// Read gathers the evidence of a run of one farm: the journal, the folder of histories and the report. secrets are the planted
// texts that must be found nowhere.
func Read(journal, histories, finalReport string, secrets ...string) (Evidence, error) {
	f, err := ReadFleet(journal, histories, finalReport, secrets...)
	if err != nil {
		return Evidence{}, err
	}
	if len(f.farms) != 1 {
		return Evidence{}, fmt.Errorf("%s: no history of a farm's update", histories)
	}
	return f.farms[0], nil
}

// ReadFleet gathers the evidence of a run of any number of farms. What the journal says belongs to the farm whose host it is.
func ReadFleet(journal, histories, finalReport string, secrets ...string) (Fleet, error) {
	var f Fleet
	events, text, err := readJournal(journal)
	if err != nil {
		return f, err
	}
	chapters, err := readChapters(histories)
	if err != nil {
		return f, err
	}
	e := Evidence{events: events, texts: map[string][]byte{"journal": text}, secret: secrets}
	for _, c := range chapters {
		e.texts["histories"] = append(e.texts["histories"], c.raw...)
		if c.kind == "Rollout" {
			if err := f.readTurns(c.events); err != nil {
				return f, err
			}
		}
	}
	if e.texts["report"], err = os.ReadFile(finalReport); err != nil {
		return f, err
	}
	if err := json.Unmarshal(e.texts["report"], &e.report); err != nil {
		return f, fmt.Errorf("%s: %w", finalReport, err)
	}
	for _, one := range f.plan.Farms {
		own, began, err := e.ofFarm(one.Name, chapters, len(f.plan.Farms) > 1)
		if err != nil {
			return f, err
		}
		if began {
			f.farms = append(f.farms, own)
		}
	}
	return f, nil
}

// ofFarm is the part of the evidence that is one farm's, with what is the whole rollout's. A farm that never had its turn has
// no history. split says that other farms' hosts are in the journal.
func (e Evidence) ofFarm(farm string, chapters []chapter, split bool) (own Evidence, began bool, err error) {
	for _, c := range chapters {
		if c.farm == farm || c.farm == "" {
			began = began || c.kind == "FarmUpdate"
			if err := e.history.read(c.events); err != nil {
				return e, false, fmt.Errorf("a history of %s: %w", farm, err)
			}
		}
	}
	if !began {
		return e, false, nil
	}
	e.texts = maps.Clone(e.texts)
	e.texts["payloads of the histories"] = e.history.payloads
	e.understand()
	if split {
		e.events = slices.DeleteFunc(slices.Clone(e.events), func(ev Event) bool { return !slices.Contains(e.hosts, ev.Host) })
	}
	e.tries = tries(e.events)
	return e, true, nil
}

// name is the farm's.
func (e *Evidence) name() string {
	for _, f := range e.history.input.Rollout.Farms {
		return f.Name
	}
	return ""
}

// understand works out who is who in the farm. A server is a Web server by its role, or because the farm says so.
func (e *Evidence) understand() {
	for _, p := range e.history.input.Release.Packages {
		e.packages = append(e.packages, strings.ToUpper(p.KB))
	}
	for _, q := range e.history.input.Rollout.Farms[0].SQLServers {
		e.hosts = append(e.hosts, q.Name)
	}
	for _, s := range e.history.input.Rollout.Farms[0].Servers {
		e.hosts = append(e.hosts, s.Name)
		if s.Execution == "manual" {
			e.manual = append(e.manual, s.Name)
		}
		has := func(role string) bool { return slices.Contains(s.Roles, role) }
		if !has("central-administration") && !has("application") && !has("index") && !has("front-end-web") {
			continue // a database server has no SharePoint to update
		}
		e.servers = append(e.servers, s.Name)
		if has("central-administration") {
			e.central = append(e.central, s.Name)
		} else if has("application") || has("index") {
			e.middle = append(e.middle, s.Name)
		}
		if has("front-end-web") {
			e.fronts, e.web = append(e.fronts, s.Name), append(e.web, s.Name)
		}
		if has("application") {
			e.projects = append(e.projects, s.Name)
		}
	}
	for _, a := range e.history.of("DescribeFarm") {
		var farm struct {
			Web []string `json:"web_servers"`
		}
		_ = json.Unmarshal(a.result, &farm) // what the farm did not say adds nothing
		for _, w := range farm.Web {
			if !slices.Contains(e.web, w) {
				e.web = append(e.web, w)
			}
		}
	}
}

// Outcome is how the update ended, as its workflow said; empty where it did not end well.
func (e *Evidence) Outcome() string { return e.history.result }

func (e *Evidence) outcome() string { return e.history.result }

// reached reports whether the update came to its end: everything is updated then.
func (e *Evidence) reached() bool {
	return e.outcome() == "completed" || e.outcome() == "completed-with-exceptions"
}

// residual reports whether the final report tells people that something is left of a server.
func (e *Evidence) residual(texts ...string) bool {
	for _, f := range e.report.Residual {
		for _, line := range f.Evidence {
			if !slices.ContainsFunc(texts, func(t string) bool { return !strings.Contains(strings.ToLower(line), strings.ToLower(t)) }) {
				return true
			}
		}
	}
	return false
}
