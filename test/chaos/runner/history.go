package runner

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"google.golang.org/protobuf/encoding/protojson"
)

// histories fetches the history of the rollout and of every workflow below it, and writes each as JSON into a folder.
func histories(ctx context.Context, address, rollout, folder string) ([]*historypb.History, error) {
	c, err := client.Dial(client.Options{HostPort: address, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	var all []*historypb.History
	seen := map[string]bool{}
	var fetch func(id, run string) error
	fetch = func(id, run string) error {
		h := &historypb.History{}
		for it := c.GetWorkflowHistory(ctx, id, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); it.HasNext(); {
			e, err := it.Next()
			if err != nil {
				return fmt.Errorf("history of %s: %w", id, err)
			}
			h.Events = append(h.Events, e)
		}
		seen[id+run] = true
		all = append(all, h)
		text, err := protojson.Marshal(h)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%02d-%s.json", len(all), strings.ReplaceAll(id, "/", "_"))
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			return err
		}
		for _, e := range h.Events {
			child := e.GetChildWorkflowExecutionStartedEventAttributes().GetWorkflowExecution()
			if child.GetWorkflowId() == "" || seen[child.GetWorkflowId()+child.GetRunId()] {
				continue
			}
			if err := fetch(child.GetWorkflowId(), child.GetRunId()); err != nil {
				return err
			}
		}
		return nil
	}
	return all, fetch("rollout/"+rollout, "")
}
