package workflows

import (
	"fmt"
	"strings"

	"farmhand/internal/farm"
)

// Ids of questions. A gate's is its name; the others begin so that none is taken for a gate.
const (
	interventionPrefix = "i-"
	taskPrefix         = "task-"
)

// GateTask stands for every manual task where gates are counted: tasks have names of servers in their ids.
const GateTask = "task"

func interventionID(n int) string { return fmt.Sprintf("%s%d", interventionPrefix, n) }

func taskID(server, what string) string { return taskPrefix + server + "-" + what }

// QuestionKindOf tells a question by its id, which is all that the search attribute PendingGate holds.
func QuestionKindOf(id string) farm.QuestionKind {
	switch {
	case strings.HasPrefix(id, interventionPrefix):
		return farm.QuestionIntervention
	case strings.HasPrefix(id, taskPrefix):
		return farm.QuestionTask
	default:
		return farm.QuestionGate
	}
}

// GateOf is the name under which the wait for a question is measured: a gate's own, or GateTask.
func GateOf(id string) string {
	if QuestionKindOf(id) == farm.QuestionTask {
		return GateTask
	}
	return id
}
