package world

import "time"

// The protocols of a journal event.
const (
	ProtocolWinRM  = "winrm"
	ProtocolTDS    = "tds"
	ProtocolJob    = "job"
	ProtocolSystem = "system"
)

// Event is one fact of the journal. Seq and Time are set by the World.
type Event struct {
	Seq  int64     `json:"seq"`
	Time time.Time `json:"time"`
	// Host is the server's name in the rollout file.
	Host string `json:"host"`
	// Farm is set where one simulator holds several farms; see World.Scope.
	Farm     string `json:"farm,omitempty"`
	Protocol string `json:"protocol"`
	Event    string `json:"event"`
	User     string `json:"user,omitempty"`
	Text     string `json:"text,omitempty"`
	// Exit is the exit code of a command, a script or a job, where one is known.
	Exit *int `json:"exit,omitempty"`
	// Task is the command line of the task's wrapper, on job events of a scheduled task.
	Task string `json:"task,omitempty"`
}
