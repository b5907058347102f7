package runner

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"farmhand/test/chaos/scenario"
)

// question is what people see of an open gate or intervention (starter status -o json).
type question struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Revision int    `json:"revision"`
	Evidence string `json:"evidence"`
	Eligible []string
	Quorum   int
	Facts    []struct {
		Label string `json:"label"`
		Text  string `json:"text"`
	} `json:"facts"`
	// Failure is what an intervention is about.
	Failure struct {
		Step   string `json:"step"`
		Server string `json:"server"`
	} `json:"failure"`
	Actions []struct {
		Choice string   `json:"choice"`
		Who    []string `json:"who"`
	}
}

// operator is everybody who sits at a terminal: who starts the rollout, who decides at gates and who answers
// interventions.
type operator struct {
	scenario scenario.Scenario
	starter  string
	dir      string
	temporal string
	env      []string // more than commands have anyway
	asked    func(question string)

	mu sync.Mutex
	// running is the newest command.
	running *exec.Cmd
	// killNext has the next command killed, where none runs when one should be.
	killNext bool

	// hands are what people have at the servers.
	hands *hands
}

// The exit codes of starter status that end a rollout (docs/operations.md).
var over = []int{0, 4, 5}

// killAfter is how long a command that is to be killed has lived: somewhere between its connection and its answer.
const killAfter = 60 * time.Millisecond

// lookAgain is the pause between two looks at the screen.
const lookAgain = time.Second

// do runs one command of starter to its end, whatever that is. Output that could not be had is empty.
func (o *operator) do(ctx context.Context, as string, args ...string) (stdout, stderr string, code int) {
	cmd := exec.CommandContext(ctx, o.starter, args...)
	cmd.Dir = o.dir
	cmd.Env = append(append(environment(), "TEMPORAL_ADDRESS="+o.temporal, "FARMHAND_OPERATOR="+as), o.env...)
	var out, bad bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &bad
	o.mu.Lock()
	err := cmd.Start()
	o.running = cmd
	doomed := o.killNext
	o.killNext = false
	o.mu.Unlock()
	if err != nil {
		return "", err.Error(), -1
	}
	if doomed {
		defer time.AfterFunc(killAfter, func() { o.strike(cmd) }).Stop()
	}
	_ = cmd.Wait() // the code says it
	o.mu.Lock()
	if o.running == cmd {
		o.running = nil
	}
	o.mu.Unlock()
	return out.String(), bad.String(), cmd.ProcessState.ExitCode()
}

// kill kills the command that runs, or the next one.
func (o *operator) kill() {
	o.mu.Lock()
	cmd := o.running
	o.killNext = cmd == nil
	o.mu.Unlock()
	if cmd != nil {
		o.strike(cmd)
	}
}

func (o *operator) strike(cmd *exec.Cmd) {
	_ = cmd.Process.Signal(syscall.SIGKILL) // it may have ended
}

// start starts the rollout, again and again until it is there: starting the same content attaches.
func (o *operator) start(ctx context.Context) error {
	for {
		_, why, code := o.do(ctx, scenario.Operators[0], "start", "-f", filepath.Join(o.dir, "rollout.yaml"))
		if code == 0 {
			return nil
		}
		if !wait(ctx, lookAgain) {
			return fmt.Errorf("the rollout could not be started: %s", why)
		}
	}
}

// attend answers everything until the rollout is over.
func (o *operator) attend(ctx context.Context) error {
	var desks []*farmDesk
	for _, f := range o.scenario.Farms() {
		desks = append(desks, &farmDesk{farm: f, answered: map[string]bool{}})
	}
	rollout := fmt.Sprintf("chaos-%d", o.scenario.Seed)
	for {
		for _, d := range desks {
			if d.ended {
				continue
			}
			for _, q := range o.look(ctx, d) {
				if d == desks[0] {
					o.asked(q.ID)
				}
				o.answer(ctx, d, q)
			}
		}
		// A farm whose turn never comes has no screen: the rollout says when all is over.
		if len(desks) > 1 || desks[0].ended {
			if _, _, code := o.do(ctx, scenario.Operators[0], "status", rollout); slices.Contains(over, code) {
				return nil
			}
		}
		if !wait(ctx, lookAgain) {
			return fmt.Errorf("the rollout did not end: %w", context.Cause(ctx))
		}
	}
}

func (o *operator) answer(ctx context.Context, d *farmDesk, q question) {
	switch q.Kind {
	case "gate":
		o.gate(ctx, d, q)
		return
	case "task":
		o.task(ctx, d, q)
		return
	}
	var choices []string
	who := ""
	for _, a := range q.Actions {
		choices = append(choices, a.Choice)
		if len(a.Who) > 0 {
			who = a.Who[len(q.ID+strconv.Itoa(q.Revision))%len(a.Who)]
		}
	}
	if who == "" || len(choices) == 0 {
		return
	}
	key := q.ID + strconv.Itoa(q.Revision)
	if !d.answered[key] {
		d.interventions++
		d.answered[key] = true
	}
	if q.Failure.Step == "backup-database" && d.farm.Proves(q.Failure.Server) {
		o.hands.backUp(ctx, d.farm, q.Failure.Server)
	}
	slices.Sort(choices)
	choice := o.scenario.Operator.Choose(q.ID, d.interventions, choices, d.rejected)
	o.do(ctx, who, "decide", d.farm.Name, q.ID, choice, "--as", who, "--evidence", q.Evidence, "--reason", "the dice say so")
	d.rejected = ""
}

func (o *operator) gate(ctx context.Context, d *farmDesk, q question) {
	say := func(who, choice, evidence string) {
		o.do(ctx, who, choice, d.farm.Name, q.ID, "--as", who, "--evidence", evidence, "--reason", "the dice say so")
	}
	for _, a := range o.scenario.Operator.Answers(q.ID, q.Revision) {
		switch {
		case a.Forged == scenario.ByRequester:
			say(scenario.Requester, a.Choice, q.Evidence)
		case a.Forged == scenario.ByStranger:
			say("mallory", a.Choice, q.Evidence)
		case a.Forged == scenario.StaleEvidence && len(q.Eligible) > 0:
			say(q.Eligible[0], a.Choice, "deadbeef")
		case a.Choice == "reject" && len(q.Eligible) > 0:
			say(q.Eligible[0], a.Choice, q.Evidence)
			d.rejected = q.ID
		case a.Choice == "approve" && len(q.Eligible) < q.Quorum:
			o.do(ctx, scenario.Operators[0], "abort", d.farm.Name, "--as", scenario.Operators[0], "--reason", "nobody is left who may approve")
		case a.Choice == "approve":
			for _, who := range q.Eligible[:q.Quorum] {
				say(who, a.Choice, q.Evidence)
			}
		}
	}
}

// settled are the words of a refusal after which trying again would change nothing.
var settled = []string{"paused already", "not paused", "aborted already", "has ended"}

// interrupt pauses the run and lets it go on, or aborts it.
func (o *operator) interrupt(ctx context.Context, what scenario.Interruption) {
	who := scenario.Operators[0]
	say := func(command string) {
		for range 20 { // Temporal may be dead just now; an operator tries again
			_, why, code := o.do(ctx, who, command, o.scenario.Farm.Name, "--as", who, "--reason", "the dice say so")
			if code == 0 || slices.ContainsFunc(settled, func(s string) bool { return strings.Contains(why, s) }) || !wait(ctx, lookAgain) {
				return
			}
		}
	}
	if what.Abort {
		say("abort")
		return
	}
	say("pause")
	wait(ctx, what.Pause)
	say("resume")
}

// wait waits; it is false when ctx ended before.
func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// report prints the evidence into a file.
func (o *operator) report(ctx context.Context) error {
	path := filepath.Join(o.dir, "report.json")
	if _, why, code := o.do(ctx, scenario.Operators[0], "report", fmt.Sprintf("chaos-%d", o.scenario.Seed), "--format", "json", "--output", path); code != 0 {
		return fmt.Errorf("report: %s", why)
	}
	return nil
}
