package scenario

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"
)

// Gate is a gate of the rollout file, asked of the group.
type Gate struct {
	Name   string
	Quorum int
}

// Requester asks for the rollout of every scenario.
const Requester = "alice"

// Operators answer interventions; Members decide at gates. One of the operators is a member, too, and may not decide any
// more once he has carried something out.
var (
	Operators = []string{"dave", "erin"}
	Members   = []string{"bob", "carol", "erin", "frank"}
)

func (g *generator) gates() []Gate {
	var gates []Gate
	for _, name := range []string{"install", "continue", "reconnect"} {
		if asked := g.chance(50); asked || name == "continue" {
			gates = append(gates, Gate{name, pick(g, 1, 1, 2)})
		}
	}
	return gates
}

// Operator is how people behave. What they do at one question depends on the seed and the question alone, never on when
// it was seen.
type Operator struct {
	seed uint64
	// patience is how often they answer an intervention before they give up.
	patience int
	// AbortAt names a gate at which they give the rollout up; empty for none.
	AbortAt string
}

// Impatient are operators who do what is obvious, and give up soon.
func Impatient() Operator { return Operator{seed: 3, patience: 3} }

func (g *generator) operator() Operator {
	o := Operator{seed: g.Uint64(), patience: 12}
	if g.chance(5) {
		o.AbortAt = pick(g, "install", "continue")
	}
	return o
}

// dice are the same for the same question.
func (o Operator) dice(question string, revision int) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprint(h, question, "/", revision)
	return rand.New(rand.NewPCG(o.seed, h.Sum64())) //nolint:gosec // meant to be foreseeable
}

// Interruption is what an operator does in the middle of the run: pause it for a while, or abort it.
type Interruption struct {
	When  Moment
	Pause time.Duration
	Abort bool
}

func (g *generator) interruptions(s Scenario) []Interruption {
	switch n := g.IntN(100); {
	case s.Hindrance != "":
		return nil
	case n < 4:
		return []Interruption{{When: g.moment(s), Abort: true}}
	case n < 24:
		return []Interruption{{When: g.moment(s), Pause: g.millis(200, 3000)}}
	}
	return nil
}

// Answers is what happens at a gate, in order. Forged ones come first: they must change nothing.
func (o Operator) Answers(gate string, revision int) []Answer {
	d := o.dice(gate, revision)
	var out []Answer
	if d.IntN(4) == 0 {
		out = append(out, Answer{Choice: "approve", Forged: ByRequester})
	}
	if d.IntN(4) == 0 {
		out = append(out, Answer{Choice: "approve", Forged: ByStranger})
	}
	if d.IntN(4) == 0 {
		out = append(out, Answer{Choice: "approve", Forged: StaleEvidence})
	}
	if revision == 1 && (gate == o.AbortAt || d.IntN(8) == 0) {
		return append(out, Answer{Choice: "reject"})
	}
	return append(out, Answer{Choice: "approve"})
}

// Hasty reports whether a person who is asked to do something at a console only says to have done it.
func (o Operator) Hasty(task string, revision int) bool {
	return revision == 1 && o.dice(task, revision).IntN(5) == 0
}

// Answer is one decision at a gate.
type Answer struct {
	Choice string
	// Forged says what is wrong with it; empty for nothing.
	Forged Forgery
}

// Forgery is a way for a decision not to count.
type Forgery string

// The forgeries.
const (
	ByRequester   Forgery = "by the requester"
	ByStranger    Forgery = "by somebody who is not asked"
	StaleEvidence Forgery = "for other evidence"
)

// Choose picks an operator's answer to an intervention from what is offered. n counts the interventions so far; rejected
// is the gate that was rejected just before, if one was.
func (o Operator) Choose(question string, n int, choices []string, rejected string) string {
	offered := func(c string) bool { return slices.Contains(choices, c) }
	d := o.dice(question, n)
	switch {
	case offered("start-services"):
		return "start-services"
	case offered("leave-stopped"):
		return "leave-stopped"
	case rejected != "" && rejected == o.AbortAt, n > o.patience:
		return "abort"
	case offered("ask-again"):
		return "ask-again"
	case offered("retry-with-force"):
		return "retry-with-force"
	case offered("verify-again") && d.IntN(5) == 0:
		return "verify-again"
	case offered("start-timer-and-retry") && d.IntN(4) == 0:
		return "start-timer-and-retry"
	case offered("skip") && d.IntN(4) == 0:
		return "skip"
	case offered("retry"):
		return "retry"
	}
	return choices[0]
}
