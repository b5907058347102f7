package judge

import (
	"encoding/json"
	"strings"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
)

// history is what the rules need of the workflows' histories.
type history struct {
	input     input
	activity  []activity
	decisions []decision
	wizards   []wizardInput
	// result is the outcome that the farm's workflow returned, empty where it did not end well.
	result string
	// failed names workflows that failed, timed out or were terminated.
	failed []string
	// payloads is everything that was put into the histories, decoded.
	payloads []byte
}

// input is what the farm's update was started with, as far as the rules need it.
type input struct {
	StartedBy string `json:"started_by"`
	Rollout   struct {
		RequestedBy string   `json:"requested_by"`
		Operators   []string `json:"operators"`
		Groups      []struct {
			Name    string `json:"name"`
			Members []struct {
				Name string `json:"name"`
			} `json:"members"`
		} `json:"groups"`
		Windows   []window `json:"windows"`
		Freezes   []window `json:"freezes"`
		Emergency []string `json:"emergency"`
		Gates     []struct {
			Name   string `json:"name"`
			Group  string `json:"group"`
			Quorum int    `json:"quorum"`
		} `json:"gates"`
		Farms []struct {
			Name    string `json:"name"`
			Servers []struct {
				Name      string   `json:"name"`
				Roles     []string `json:"roles"`
				Execution string   `json:"execution"`
			} `json:"servers"`
			SQLServers []struct {
				Name string `json:"name"`
			} `json:"sql_servers"`
			Databases struct {
				Configuration string   `json:"configuration"`
				Expect        []string `json:"expect"`
			} `json:"databases"`
			Projects []struct {
				Published string `json:"published"`
				Draft     string `json:"draft"`
				Archive   string `json:"archive"`
				Reporting string `json:"reporting"`
			} `json:"project_web_access"`
		} `json:"farms"`
	} `json:"rollout"`
	Release struct {
		Packages []struct {
			KB string `json:"kb"`
		} `json:"packages"`
	} `json:"release"`
}

// activity is one activity that was finished: which server it was about, where it was about one, and what it returned.
type activity struct {
	name, server string
	at           time.Time
	result       []byte
}

// decision is what a person said to the farm's update.
type decision struct {
	Subject  string `json:"subject"`
	Evidence string `json:"evidence"`
	Who      string `json:"who"`
	Choice   string `json:"choice"`
	at       time.Time
	// refused is set where the update answered that the decision does not count. What came as a signal has no answer.
	refused bool
}

// wizardInput is what a child workflow that runs the wizard was started with.
type wizardInput struct {
	Job       string `json:"job"`
	Try       int    `json:"try"`
	AllowedBy string `json:"allowed_by"`
	Verify    bool   `json:"verify_only"`
	Target    struct {
		Server struct {
			Name string `json:"name"`
		} `json:"server"`
	} `json:"target"`
}

// read takes over one workflow's history.
func (h *history) read(events []*historypb.HistoryEvent) error {
	kind := events[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowType().GetName()
	scheduled := map[int64]activity{}
	asked := map[string]int{} // the update's protocol instance -> its decision
	for _, e := range events {
		at := e.GetEventTime().AsTime()
		switch e.GetEventType() {
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
			if err := h.started(kind, e.GetWorkflowExecutionStartedEventAttributes().GetInput()); err != nil {
				return err
			}
		case enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
			a := e.GetActivityTaskScheduledEventAttributes()
			var about struct {
				Server struct {
					Name string `json:"name"`
				} `json:"server"`
			}
			_ = json.Unmarshal(h.text(a.GetInput()), &about) // of activities that are about no server it stays empty
			scheduled[e.GetEventId()] = activity{name: a.GetActivityType().GetName(), server: about.Server.Name}
		case enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
			a := e.GetActivityTaskCompletedEventAttributes()
			done := scheduled[a.GetScheduledEventId()]
			done.at, done.result = at, h.text(a.GetResult())
			h.activity = append(h.activity, done)
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
			h.decide(at, e.GetWorkflowExecutionSignaledEventAttributes().GetInput())
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
			a := e.GetWorkflowExecutionUpdateAcceptedEventAttributes()
			if h.decide(at, a.GetAcceptedRequest().GetInput().GetArgs()) {
				asked[a.GetProtocolInstanceId()] = len(h.decisions) - 1
			}
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
			a := e.GetWorkflowExecutionUpdateCompletedEventAttributes()
			var verdict struct {
				Accepted bool `json:"accepted"`
			}
			_ = json.Unmarshal(h.text(a.GetOutcome().GetSuccess()), &verdict) // a failed update was not accepted
			if i, known := asked[a.GetMeta().GetUpdateId()]; known {
				h.decisions[i].refused = !verdict.Accepted
			}
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
			h.completed(kind, e.GetWorkflowExecutionCompletedEventAttributes().GetResult())
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
			h.failed = append(h.failed, kind)
		case enumspb.EVENT_TYPE_WORKFLOW_TASK_FAILED:
			a := e.GetWorkflowTaskFailedEventAttributes()
			if a.GetCause() == enumspb.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR {
				h.failed = append(h.failed, kind+" (it does not replay)")
			}
		default:
		}
	}
	return nil
}

func (h *history) started(kind string, p *commonpb.Payloads) error {
	text := h.text(p)
	switch kind {
	case "FarmUpdate":
		return json.Unmarshal(text, &h.input)
	case "FinalizeServer":
		var w wizardInput
		if err := json.Unmarshal(text, &w); err != nil {
			return err
		}
		h.wizards = append(h.wizards, w)
	}
	return nil
}

func (h *history) completed(kind string, p *commonpb.Payloads) {
	text := h.text(p)
	if kind != "FarmUpdate" {
		return
	}
	var result struct {
		Outcome string `json:"outcome"`
	}
	if json.Unmarshal(text, &result) == nil {
		h.result = result.Outcome
	}
}

func (h *history) decide(at time.Time, p *commonpb.Payloads) bool {
	d := decision{at: at}
	if json.Unmarshal(h.text(p), &d) != nil || d.Choice == "" {
		return false
	}
	h.decisions = append(h.decisions, d)
	return true
}

// text is the first payload, and keeps all of them for the search for secrets.
func (h *history) text(p *commonpb.Payloads) []byte {
	var first []byte
	for i, one := range p.GetPayloads() {
		if i == 0 {
			first = one.GetData()
		}
		h.payloads = append(append(h.payloads, one.GetData()...), '\n')
	}
	return first
}

// of returns the finished activities of a name.
func (h *history) of(name string) []activity {
	var out []activity
	for _, a := range h.activity {
		if strings.EqualFold(a.name, name) {
			out = append(out, a)
		}
	}
	return out
}
