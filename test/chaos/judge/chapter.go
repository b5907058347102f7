package judge

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	commonpb "go.temporal.io/api/common/v1"
	historypb "go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/encoding/protojson"
)

// chapter is one workflow's history, and the farm it belongs to; none for the rollout's own.
type chapter struct {
	kind, farm string
	events     []*historypb.HistoryEvent
	raw        []byte
}

func readChapters(folder string) ([]chapter, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var all []chapter
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		var one historypb.History
		if err := protojson.Unmarshal(text, &one); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		if len(one.GetEvents()) == 0 {
			continue
		}
		began := one.GetEvents()[0].GetWorkflowExecutionStartedEventAttributes()
		c := chapter{kind: began.GetWorkflowType().GetName(), events: one.GetEvents(), raw: text}
		switch c.kind {
		case "FarmUpdate":
			var in input
			if err := json.Unmarshal(first(began.GetInput()), &in); err != nil || len(in.Rollout.Farms) != 1 {
				return nil, fmt.Errorf("%s: no input of one farm's update: %w", f, err)
			}
			c.farm = in.Rollout.Farms[0].Name
		case "Rollout":
		default:
			c.farm = strings.TrimPrefix(began.GetParentWorkflowExecution().GetWorkflowId(), "farm-update/")
		}
		all = append(all, c)
	}
	return all, nil
}

// first is the first payload.
func first(p *commonpb.Payloads) []byte {
	if len(p.GetPayloads()) == 0 {
		return nil
	}
	return p.GetPayloads()[0].GetData()
}
