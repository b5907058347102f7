package judge

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
)

// rollout is two waves of two farms, of which the first has a canary.
const rollout = `{"rollout":{"max_parallel":2,"farms":[{"name":"a"},{"name":"b"},{"name":"c"},{"name":"d"}],"waves":[
	{"name":"one","farms":["a","b"],"canary":"a","stop_after_failures":"1"},
	{"name":"two","farms":["c","d"],"max_parallel":1,"stop_after_failures":"1"}]}}`

// fleetOf is a rollout whose farms had these turns.
func fleetOf(t *testing.T, input string, turns ...turn) Fleet {
	var in struct {
		Rollout plan `json:"rollout"`
	}
	require.NoError(t, json.Unmarshal([]byte(input), &in))
	return Fleet{plan: in.Rollout, turns: turns}
}

func TestTheOrderOfAFleet(t *testing.T) {
	t.Parallel()
	done := func(farm string, from, to int64) turn { return turn{farm, from, to, "completed"} }
	for name, c := range map[string]struct {
		turns []turn
		says  string
	}{
		"as planned":       {[]turn{done("a", 1, 2), done("b", 3, 4), done("c", 5, 6), done("d", 7, 8)}, ""},
		"the canary later": {[]turn{done("b", 1, 2), done("a", 3, 4), done("c", 5, 6), done("d", 7, 8)}, "b began before a had ended"},
		"beside the canary": {
			[]turn{done("a", 1, 4), done("b", 2, 5), done("c", 6, 7), done("d", 8, 9)}, "b began before a had ended",
		},
		"the next wave early": {[]turn{done("a", 1, 2), done("b", 3, 6), done("c", 5, 7), done("d", 8, 9)}, "c began before b had ended"},
		"too many of a wave":  {[]turn{done("a", 1, 2), done("b", 3, 4), done("c", 5, 7), done("d", 6, 8)}, "2 farms of two at once when d began; at most 1"},
		"too many of all":     {[]turn{done("a", 1, 7), done("b", 2, 8), done("c", 3, 9), done("d", 10, 11)}, "3 farms at once when c began; at most 2"},
		"after the canary failed": {
			[]turn{{"a", 1, 2, "aborted"}, done("b", 3, 4)}, "b began after the canary a was aborted",
		},
		"after the budget was spent": {
			[]turn{done("a", 1, 2), {"b", 3, 4, "refused"}, done("c", 5, 6)}, "c began after 1 farms of one had failed",
		},
		"stopped by the budget":      {[]turn{done("a", 1, 2), {"b", 3, 4, "failed"}}, ""},
		"a farm that was forgotten":  {[]turn{done("a", 1, 2), done("b", 3, 4), done("c", 5, 6)}, "d never had its turn, and no budget was spent"},
		"a farm that has no end yet": {[]turn{done("a", 1, 2), {"b", 3, 0, ""}, done("c", 5, 6), done("d", 7, 8)}, "c began before b had ended"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var v verdict
			f := fleetOf(t, rollout, c.turns...)
			f.fleet(&v)
			if c.says == "" {
				require.Empty(t, v)
				return
			}
			require.Contains(t, v, Broken{Waves, c.says})
		})
	}

	var v verdict
	f := fleetOf(t, `{"rollout":{"farms":[{"name":"a"},{"name":"b"}]}}`, turn{"b", 1, 4, "aborted"}, done("a", 2, 3))
	f.fleet(&v)
	require.Empty(t, v, "without waves farms run side by side, and a failure stops nothing")
}

// TestTurnsOfAHistory: the rollout asks for a farm, and learns of its end, in its own order.
func TestTurnsOfAHistory(t *testing.T) {
	t.Parallel()
	payload := func(text string) *commonpb.Payloads {
		return &commonpb.Payloads{Payloads: []*commonpb.Payload{{Data: []byte(text)}}}
	}
	asked := func(id int64, farm string) *historypb.HistoryEvent {
		return &historypb.HistoryEvent{EventId: id, EventType: enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED,
			Attributes: &historypb.HistoryEvent_StartChildWorkflowExecutionInitiatedEventAttributes{
				StartChildWorkflowExecutionInitiatedEventAttributes: &historypb.StartChildWorkflowExecutionInitiatedEventAttributes{WorkflowId: "farm-update/" + farm},
			}}
	}
	var f Fleet
	require.NoError(t, f.readTurns([]*historypb.HistoryEvent{
		{EventId: 1, EventType: enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, Attributes: &historypb.HistoryEvent_WorkflowExecutionStartedEventAttributes{
			WorkflowExecutionStartedEventAttributes: &historypb.WorkflowExecutionStartedEventAttributes{Input: payload(rollout)},
		}},
		asked(5, "a"), asked(6, "b"),
		{EventId: 9, EventType: enumspb.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED, Attributes: &historypb.HistoryEvent_ChildWorkflowExecutionCompletedEventAttributes{
			ChildWorkflowExecutionCompletedEventAttributes: &historypb.ChildWorkflowExecutionCompletedEventAttributes{InitiatedEventId: 6, Result: payload(`{"outcome":"completed"}`)},
		}},
		{EventId: 11, EventType: enumspb.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED, Attributes: &historypb.HistoryEvent_ChildWorkflowExecutionFailedEventAttributes{
			ChildWorkflowExecutionFailedEventAttributes: &historypb.ChildWorkflowExecutionFailedEventAttributes{InitiatedEventId: 5},
		}},
	}))
	require.Equal(t, []turn{{"a", 5, 11, "failed"}, {"b", 6, 9, "completed"}}, f.turns)
	require.Equal(t, 1, f.plan.at("d"))
}

func TestWindowsHold(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		moment, err := time.Parse(dated, text)
		require.NoError(t, err)
		return moment
	}
	once := window{From: "2026-11-21 20:00", To: "2026-11-22 03:00"}
	night := window{Days: []string{"sat"}, From: "20:00", To: "03:00"} // 21 November 2026 is a Saturday
	day := window{Days: []string{"sat", "sun"}, From: "00:00", To: "24:00"}
	for text, want := range map[string][3]bool{
		"2026-11-21 19:59": {false, false, true}, "2026-11-21 20:00": {true, true, true}, "2026-11-22 02:59": {true, true, true},
		"2026-11-22 03:00": {false, false, true}, "2026-11-28 21:00": {false, true, true}, "2026-11-23 00:00": {false, false, false},
	} {
		require.Equal(t, want, [3]bool{once.holds(at(text)), night.holds(at(text)), day.holds(at(text))}, text)
	}
}
