package judge

import (
	"encoding/json"
	"fmt"
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
	servers, central, middle, fronts, web, projects []string
	packages                                        []string
}

// report is what people are told in the end.
type report struct {
	Verdict struct {
		Farms []struct {
			Outcome string `json:"outcome"`
		} `json:"farms"`
	} `json:"verdict"`
	Residual []struct {
		Evidence []string `json:"evidence"`
	} `json:"residual_work"`
}

// Read gathers the evidence of a run: the journal, the folder of histories and the report. secrets are the planted texts
// that must be found nowhere.
func Read(journal, histories, finalReport string, secrets ...string) (Evidence, error) {
	e := Evidence{texts: map[string][]byte{}, secret: secrets}
	var err error
	if e.events, e.texts["journal"], err = readJournal(journal); err != nil {
		return e, err
	}
	if e.history, e.texts["histories"], err = readHistories(histories); err != nil {
		return e, err
	}
	e.texts["payloads of the histories"] = e.history.payloads
	text, err := os.ReadFile(finalReport)
	if err != nil {
		return e, err
	}
	e.texts["report"] = text
	if err := json.Unmarshal(text, &e.report); err != nil {
		return e, fmt.Errorf("%s: %w", finalReport, err)
	}
	if len(e.history.input.Rollout.Farms) != 1 {
		return e, fmt.Errorf("%s: no history of a farm's update", histories)
	}
	e.understand()
	e.tries = tries(e.events)
	return e, nil
}

// understand works out who is who in the farm. A server is a Web server by its role, or because the farm says so.
func (e *Evidence) understand() {
	for _, p := range e.history.input.Release.Packages {
		e.packages = append(e.packages, strings.ToUpper(p.KB))
	}
	for _, s := range e.history.input.Rollout.Farms[0].Servers {
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
