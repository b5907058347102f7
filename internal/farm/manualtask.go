package farm

import "fmt"

// TaskTime says on which side of its phase a manual task is asked.
type TaskTime string

// The times of a manual task.
const (
	TaskBefore TaskTime = "before"
	TaskAfter  TaskTime = "after"
)

// ManualTask is something a person does outside farmhand at one point of a farm's update (load balancer,
// monitoring, images, antivirus) and acknowledges. The farm waits for it as for a gate.
type ManualTask struct {
	Name  string   `json:"name" mapstructure:"name"`
	When  TaskTime `json:"when" mapstructure:"when"`
	Phase Phase    `json:"phase" mapstructure:"phase"`
	// Text says what to do.
	Text string `json:"text" mapstructure:"text"`
	// Owner is a group of the rollout, any member of which may answer, or a person.
	Owner string `json:"owner" mapstructure:"owner"`
}

// ID is the id of the question that asks for the task; gates and interventions have no such prefix.
func (t ManualTask) ID() string { return "task-" + t.Name }

// At says when the task is done, in words.
func (t ManualTask) At() string { return fmt.Sprintf("%s %s", t.When, t.Phase) }

// TasksAt returns the manual tasks at one side of a phase, in the file's order.
func (r Rollout) TasksAt(when TaskTime, phase Phase) []ManualTask {
	var out []ManualTask
	for _, t := range r.ManualTasks {
		if t.When == when && t.Phase == phase {
			out = append(out, t)
		}
	}
	return out
}

// Owners are the people who may answer for a task.
func (r Rollout) Owners(t ManualTask) []string {
	g, ok := r.Group(t.Owner)
	if !ok {
		return []string{t.Owner}
	}
	var out []string
	for _, m := range g.Members {
		out = append(out, m.Name)
	}
	return out
}
