package view

import (
	"fmt"

	"farmhand/internal/farm"
)

// PageEvidence is what one front-end answered when it was asked for pages: the fifteenth section is a list of them.
type PageEvidence struct {
	Server string `json:"server"`
	farm.WitnessResult
}

// LogEvidence is a part of a log that was read on a server: the seventeenth section is a list of them.
type LogEvidence struct {
	Server string `json:"server"`
	Of     string `json:"of"` // what wrote it
	farm.LogRead
}

func smokeEvidence(k audited) []PageEvidence {
	var out []PageEvidence
	for _, s := range k.status.Servers {
		for _, w := range s.Witnesses {
			if w.Witness == farm.WitnessSmokeTests || w.Witness == farm.WitnessWebResponse {
				out = append(out, PageEvidence{s.Name, w})
			}
		}
	}
	return out
}

func logsEvidence(k audited) []LogEvidence {
	var out []LogEvidence
	for _, s := range k.status.Servers {
		for _, p := range s.Packages {
			if p.Log != nil {
				out = append(out, LogEvidence{s.Name, "package " + p.KB, *p.Log})
			}
		}
		for _, w := range s.Wizards {
			for _, l := range w.Logs {
				out = append(out, LogEvidence{s.Name, fmt.Sprintf("configuration wizard, try %d", w.Try), l})
			}
		}
	}
	return out
}

func (e Evidence) laySmokeTests(d *document) {
	lay(d, e.SmokeTests, func(pages []PageEvidence) {
		var rows [][]string
		for _, p := range pages {
			rows = append(rows, []string{p.Server, string(p.Witness), yes(p.Agrees), p.Says, e.when(p.At)})
		}
		d.tabulate("", []string{"server", "asked for", "as expected", "says", "asked"}, rows)
	})
}

func (e Evidence) layResidual(d *document) {
	lay(d, e.Residual, func(lines []string) { d.say(lines...) })
}

func (e Evidence) layLogs(d *document) {
	lay(d, e.Logs, func(logs []LogEvidence) {
		var rows [][]string
		for _, l := range logs {
			rows = append(rows, []string{l.Server, l.Of, l.Path, fmt.Sprintf("%d to %d", l.From, l.To), fmt.Sprint(l.Lines), l.SHA256})
		}
		d.tabulate("", []string{"server", "written by", "file", "bytes", "lines", "SHA-256"}, rows)
	})
}
