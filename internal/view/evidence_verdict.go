package view

import (
	"fmt"
	"strings"
	"time"

	"farmhand/internal/farm"
)

// VerdictEvidence says what became of it and whose it was: the first section.
type VerdictEvidence struct {
	Outcome   farm.Outcome  `json:"outcome,omitempty"`
	Started   time.Time     `json:"started"`
	Finished  time.Time     `json:"finished,omitzero"`
	StartedBy string        `json:"started_by"`
	Operators []string      `json:"operators,omitempty"`
	Waves     []Wave        `json:"waves,omitempty"`
	Farms     []FarmVerdict `json:"farms"`
}

// FarmVerdict is the verdict of one farm, with who asked for it and who carried it out.
type FarmVerdict struct {
	Farm        string       `json:"farm"`
	Wave        string       `json:"wave,omitempty"`
	Site        string       `json:"site,omitempty"`
	Outcome     farm.Outcome `json:"outcome,omitempty"`
	Mark        Mark         `json:"mark"`
	Why         string       `json:"why,omitempty"`
	Exceptions  []string     `json:"exceptions,omitempty"`
	RequestedBy string       `json:"requested_by"`
	Executors   []string     `json:"executors,omitempty"`
	RunID       string       `json:"run_id"`
	TraceID     string       `json:"trace_id,omitempty"`
	Started     time.Time    `json:"started"`
	Finished    time.Time    `json:"finished,omitzero"`
	Elapsed     Seconds      `json:"elapsed_seconds"`
	UsersOff    Seconds      `json:"users_off_seconds"`
	// NoReturn is when the first package or wizard was started; zero before the point of no return.
	NoReturn time.Time `json:"no_return,omitzero"`
}

func verdictEvidence(r farm.RolloutStatus, waves []Wave, farms []audited, o ReportOptions) VerdictEvidence {
	v := VerdictEvidence{Waves: waves, Outcome: r.Outcome, Started: r.Started, Finished: r.Finished, StartedBy: r.StartedBy}
	if o.File != nil {
		v.Operators = o.File.Operators
	}
	for _, k := range farms {
		s := k.status
		v.Farms = append(v.Farms, FarmVerdict{
			Farm: s.Farm, Wave: k.shown.Wave, Site: s.Site, Outcome: s.Outcome, Mark: k.shown.Mark, Why: k.shown.Why, Exceptions: s.Exceptions,
			RequestedBy: s.RequestedBy, Executors: s.Executors, RunID: s.RunID, TraceID: s.TraceID,
			Started: s.Started, Finished: s.Finished, Elapsed: k.shown.Elapsed, UsersOff: k.shown.UsersOff.Elapsed, NoReturn: s.NoReturn,
		})
	}
	if o.Farm != "" && len(farms) == 1 {
		v.Waves = nil
		v.Outcome, v.Started, v.Finished = v.Farms[0].Outcome, v.Farms[0].Started, v.Farms[0].Finished
	}
	return v
}

func (e Evidence) layVerdict(d *document) {
	var verdict, runs [][]string
	owners := [][]string{{"started by", e.Verdict.StartedBy}, {"operators", strings.Join(e.Verdict.Operators, ", ")}}
	for _, f := range e.Verdict.Farms {
		why := strings.Join(append(filledWords(f.Why), f.Exceptions...), "\n")
		verdict = append(verdict, []string{f.Farm, f.Mark.Icon + " " + f.Mark.Word, why, e.when(f.Started), e.when(f.Finished), f.Elapsed.String(), f.UsersOff.String()})
		owners = append(owners, []string{f.Farm + ": requested by", f.RequestedBy}, []string{f.Farm + ": carried out by", strings.Join(f.Executors, ", ")})
		runs = append(runs, []string{f.Farm, f.Site, f.RunID, f.TraceID})
	}
	d.tabulate("", []string{"farm", "outcome", "why, exceptions", "started", "finished", "took", "users off"}, verdict)
	var waves [][]string
	for _, w := range e.Verdict.Waves {
		waves = append(waves, []string{w.Name, w.Mark.Icon + " " + w.Mark.Word, w.Canary, fmt.Sprint(w.Count.All), fmt.Sprint(w.Count.Done), fmt.Sprint(w.Count.Failed), fmt.Sprint(w.Count.NotStarted), e.when(w.Started), e.when(w.Finished), w.Waits})
	}
	d.tabulate("Waves", []string{"wave", "state", "canary", "farms", "done", "failed", "not started", "started", "finished", "waits for"}, waves)
	if len(verdict) > 0 {
		d.tabulate("Owners", []string{"role", "who"}, filled(owners))
		d.tabulate("Workflow runs", []string{"farm", "site", "run", "trace"}, runs)
	}
}

// filledWords leaves out what is empty.
func filledWords(words ...string) []string {
	var out []string
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}
