package farm

import "time"

// Verification is what the witnesses of one farm say, asked by themselves.
type Verification struct {
	Farm    string    `json:"farm"`
	Release string    `json:"release"`
	At      time.Time `json:"at"`
	// Proven is the verdict: every mandatory witness of every server and database was asked and agrees. Doubts are
	// those that do not, and what could not be asked.
	Proven    bool             `json:"proven"`
	Doubts    []string         `json:"doubts,omitempty"`
	Servers   []ServerStatus   `json:"servers"`
	Databases []DatabaseStatus `json:"databases"`
}
