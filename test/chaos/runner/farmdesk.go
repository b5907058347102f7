package runner

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"farmhand/test/chaos/scenario"
)

// farmDesk is what people know of one farm.
type farmDesk struct {
	farm     scenario.Farm
	answered map[string]bool
	rejected string
	// interventions counts those that were answered.
	interventions     int
	overridden, ended bool
}

// look is one look at a farm's screen: what is asked. It notes whether the update has ended. Whoever watches one farm alone waits
// some seconds for something to answer; with several they look from one to the next.
func (o *operator) look(ctx context.Context, d *farmDesk) []question {
	args := []string{"status", d.farm.Name, "-o", "json"}
	if len(o.scenario.Others) == 0 {
		args = append(args, "--wait", "--timeout", "5s")
	}
	out, _, code := o.do(ctx, scenario.Operators[0], args...)
	var f struct {
		State     string     `json:"state"`
		Questions []question `json:"questions"`
	}
	if json.Unmarshal([]byte(out), &f) != nil {
		return nil // the screen cannot be read just now, or the farm's turn has not come
	}
	d.ended = slices.Contains(over, code)
	if f.State == "waiting-window" && o.scenario.Calendar == scenario.Overridden && !d.overridden {
		_, _, code := o.do(ctx, scenario.Emergency, "override", d.farm.Name, "--as", scenario.Emergency, "--reason", "the dice say so")
		d.overridden = code == 0
	}
	return f.Questions
}

// task is something that a person does at a console, or only says to have done.
func (o *operator) task(ctx context.Context, d *farmDesk, q question) {
	server, what, _ := strings.Cut(strings.TrimPrefix(q.ID, "task-"), "-")
	program, command := "psconfig.exe", wizardByHand
	if what != "wizard" {
		program = strings.TrimPrefix(what, "KB")
		for _, f := range q.Facts {
			if f.Label == "file" {
				command = `"` + f.Text + `" /quiet /norestart`
			}
		}
	}
	if !o.scenario.Operator.Hasty(q.ID, q.Revision) && !o.hands.do(ctx, d.farm.Name, server, program, command) {
		return // they look again
	}
	who := scenario.Operators[len(q.ID+strconv.Itoa(q.Revision))%len(scenario.Operators)]
	o.do(ctx, who, "decide", d.farm.Name, q.ID, "done", "--as", who, "--evidence", q.Evidence, "--reason", "the dice say so")
}
