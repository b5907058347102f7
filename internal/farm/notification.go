package farm

import "time"

// Notification is one event with what people need to act on it: the data of a template, and as JSON what a webhook gets. It
// holds no secret. Titles, facts and advice may quote servers, so whoever prints it treats them as foreign text.
type Notification struct {
	Event   Event  `json:"event"`
	Rollout string `json:"rollout"`
	// Farm and Site are empty where the event is the rollout's own.
	Farm  string `json:"farm"`
	Site  string `json:"site,omitempty"`
	Phase Phase  `json:"phase"`
	// Server is where a step failed, on interventions.
	Server string `json:"server,omitempty"`
	// Subject is the gate, task or intervention, or the wave; "window" where the event is about one.
	Subject string `json:"subject,omitempty"`
	// Title says in one line what happened.
	Title string `json:"title"`
	Facts []Fact `json:"facts,omitempty"`
	// Advice says what to do about a failure.
	Advice string `json:"advice,omitempty"`
	// Choices, Eligible and Digest are of a question: what can be answered, by whom, and what is decided on.
	Choices  []Choice `json:"choices,omitempty"`
	Eligible []string `json:"eligible,omitempty"`
	Digest   string   `json:"digest,omitempty"`
	// Commands are command lines to copy, the advised one first, with NAME where the person's own name goes.
	Commands []string `json:"commands,omitempty"`
	// Outcome is set when the farm or rollout has ended.
	Outcome Outcome   `json:"outcome,omitempty"`
	At      time.Time `json:"at"`
}

// About is what the event is about, as commands name it: the farm, or the rollout.
func (n Notification) About() string {
	if n.Farm != "" {
		return n.Farm
	}
	return n.Rollout
}

// Ask fills in what people are asked.
func (n *Notification) Ask(q Question) {
	n.Subject, n.Title, n.Facts, n.Choices, n.Eligible, n.Digest = q.ID, q.Title, q.Facts, q.Choices, q.Eligible(), q.Digest
	about := n.Farm
	if about == "" {
		about = RolloutPrefix + n.Rollout
	}
	n.Commands = DecisionCommands(about, q)
	if q.Failure != nil {
		n.Server, n.Advice = q.Failure.Server, q.Failure.Advice
	}
}
