package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// light stands for every farm: it answers activities with what the recorded farm answered.
type light struct {
	client client.Client
	// by holds the answers to a question, in the order in which they were given; kind those to any question of an activity.
	by, kind map[string][]string
	own      string // the recorded farm

	mu sync.Mutex
	// asked counts questions by workflow run; it is forgotten when the farm has ended.
	asked map[string]map[string]int
	// say tells the bench something: a word and what it is about.
	say func(word, text string)
}

// What the light twin tells the bench.
const (
	sayReady   = "ready"
	sayGate    = "gate"    // of a rollout: its workflow's id, and the evidence
	sayTrouble = "trouble" // after which nothing that is measured means anything
)

func newLight(c client.Client, r recording, say func(word, text string)) *light {
	l := &light{client: c, say: say, own: r.Rollout.Farms[0].Name, by: map[string][]string{}, kind: map[string][]string{}, asked: map[string]map[string]int{}}
	for _, c := range r.Calls {
		kind := c.Workflow + " " + c.Activity
		by := kind + " " + alike(c.Input, l.own)
		l.by[by] = append(l.by[by], c.Result)
		l.kind[kind] = append(l.kind[kind], c.Result)
	}
	return l
}

// answer is every activity.
func (l *light) answer(ctx context.Context, args converter.EncodedValues) (*json.RawMessage, error) {
	info := activity.GetInfo(ctx)
	input := ""
	if args.HasValues() {
		var text json.RawMessage
		if err := args.Get(&text); err != nil {
			return nil, err
		}
		input = string(text)
	}
	if info.ActivityType.Name == "Notify" {
		if err := l.decide(ctx, input); err != nil {
			return nil, err
		}
	}
	if info.WorkflowType.Name == workflows.RolloutWorkflow {
		return nil, nil // it notifies, and nothing else
	}
	said, known := l.recall(info.WorkflowType.Name+" "+info.ActivityType.Name, input, farmOf(info.WorkflowExecution.ID), info.WorkflowExecution.RunID)
	if !known {
		why := "the recorded farm was never asked " + info.ActivityType.Name + " by " + info.WorkflowType.Name
		l.say(sayTrouble, why)
		return nil, temporal.NewNonRetryableApplicationError(why, "bench", nil)
	}
	if said == "" {
		return nil, nil
	}
	text := json.RawMessage(said)
	return &text, nil
}

// recall is what the recorded farm said. The same question of a run gets the answers of the recording one after the other, and the last one
// from then on; one that was not asked in the recording gets the answers to its kind.
func (l *light) recall(kind, input, farmName, run string) (said string, known bool) {
	question := kind + " " + alike(input, farmName)
	answers := l.by[question]
	if answers == nil {
		answers, question = l.kind[kind], kind
	}
	if answers == nil {
		return "", false
	}
	return strings.ReplaceAll(answers[min(l.count(run, question), len(answers)-1)], l.own, farmName), true
}

// count is how often a workflow has asked before.
func (l *light) count(run, question string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asked[run] == nil {
		l.asked[run] = map[string]int{}
	}
	l.asked[run][question]++
	return l.asked[run][question] - 1
}

// farmOf is the farm of a workflow's id: the second part of it.
func farmOf(id string) string {
	parts := strings.Split(id, "/")
	return parts[min(1, len(parts)-1)]
}

// decide approves at the gates of farms as soon as they are opened, and passes on those of the rollout.
func (l *light) decide(ctx context.Context, input string) error {
	var n struct {
		Event, Farm, Subject, Digest string
		Eligible                     []string
	}
	if err := json.Unmarshal([]byte(input), &n); err != nil {
		return err
	}
	switch {
	case n.Event == "farm-ended":
		l.mu.Lock()
		delete(l.asked, activity.GetInfo(ctx).WorkflowExecution.RunID)
		l.mu.Unlock()
	case n.Event == "intervention-opened":
		l.say(sayTrouble, n.Farm+" needs an operator: "+input)
	case n.Event == "gate-opened" && n.Subject == string(farm.GateNextWave):
		l.say(sayGate, activity.GetInfo(ctx).WorkflowExecution.ID+" "+n.Digest)
	case n.Event == "gate-opened":
		return l.client.SignalWorkflow(ctx, activity.GetInfo(ctx).WorkflowExecution.ID, "", workflows.MessageDecide, approval(n.Subject, n.Digest, n.Eligible))
	}
	return nil
}

// approval is what one person who may says at a gate.
func approval(gate, evidence string, eligible []string) farm.Decision {
	return farm.Decision{Subject: gate, Evidence: evidence, Who: slices.Min(eligible), Choice: farm.ChoiceApprove, Reason: "a benchmark"}
}
