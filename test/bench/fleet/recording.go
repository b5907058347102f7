package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"

	"farmhand/internal/farm"
)

// recording is one farm's update, as its histories tell it.
type recording struct {
	// Rollout and Release are what ran.
	Rollout farm.Rollout `json:"rollout"`
	Release farm.Release `json:"release"`
	// Calls are all activities of the farm, those of each workflow in the order in which they were scheduled.
	Calls []call `json:"calls"`
	// Events and Bytes are the length and size of the farm's histories: its update and the children of that.
	Events int `json:"events"`
	Bytes  int `json:"bytes"`
}

// call is one activity: what it was asked and what it answered.
type call struct {
	// Workflow is the type of the workflow that called, Turn the number of the workflow task in which it did: calls of one turn run
	// side by side.
	Workflow string `json:"workflow"`
	Turn     int64  `json:"turn"`
	Activity string `json:"activity"`
	Input    string `json:"input,omitempty"`
	Result   string `json:"result,omitempty"`
}

// bundled reads a recording from the bundle of evidence of a rollout with one farm.
func bundled(dir string) (recording, error) {
	var r recording
	for name, into := range map[string]any{"rollout.json": &r.Rollout, "release.json": &r.Release} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			return r, fmt.Errorf("%s: %w", name, err)
		}
	}
	own := r.Rollout.Farms[0].Name
	files, err := filepath.Glob(filepath.Join(dir, "histories", "*", own, "*.json"))
	if err != nil {
		return r, err
	}
	children, err := filepath.Glob(filepath.Join(dir, "histories", "*", own, "*", "*.json"))
	if err != nil {
		return r, err
	}
	for _, file := range slices.Concat(files, children) {
		text, err := os.ReadFile(file)
		if err != nil {
			return r, err
		}
		var h historypb.History
		if err := (temporalproto.CustomJSONUnmarshalOptions{DiscardUnknown: true}).Unmarshal(text, &h); err != nil {
			return r, fmt.Errorf("%s: %w", file, err)
		}
		r.add(&h)
	}
	if len(r.Calls) == 0 {
		return r, fmt.Errorf("%s holds no history of %s", dir, own)
	}
	return r, nil
}

// add takes the activities of one history.
func (r *recording) add(h *historypb.History) {
	workflow, scheduled := "", map[int64]int{}
	for _, e := range h.GetEvents() {
		r.Events++
		r.Bytes += e.Size()
		if a := e.GetWorkflowExecutionStartedEventAttributes(); a != nil {
			workflow = a.GetWorkflowType().GetName()
		}
		if a := e.GetActivityTaskScheduledEventAttributes(); a != nil {
			scheduled[e.GetEventId()] = len(r.Calls)
			c := call{Workflow: workflow, Turn: a.GetWorkflowTaskCompletedEventId(), Activity: a.GetActivityType().GetName()}
			if p := a.GetInput().GetPayloads(); len(p) > 0 {
				c.Input = string(p[0].GetData())
			}
			r.Calls = append(r.Calls, c)
		}
		if a := e.GetActivityTaskCompletedEventAttributes(); a != nil {
			if p := a.GetResult().GetPayloads(); len(p) > 0 {
				r.Calls[scheduled[a.GetScheduledEventId()]].Result = string(p[0].GetData())
			}
		}
	}
}

// save and loadRecording pass a recording to the worker processes.
func (r recording) save(path string) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

func loadRecording(path string) (r recording, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(text, &r)
}

// What differs between two farms that are alike: moments, digests and ids, and the farm's own name.
var (
	moments = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[0-9.]*(Z|[+-]\d\d:\d\d)`)
	digests = regexp.MustCompile(`[0-9a-f]{6,}`)
)

// alike is an input without what differs between farms.
func alike(input, farmName string) string {
	input = strings.ReplaceAll(input, farmName, "FARM")
	return digests.ReplaceAllString(moments.ReplaceAllString(input, "TIME"), "HEX")
}
