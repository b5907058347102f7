package farm

// Reach is one thing the setup account tried to reach from a server.
type Reach struct {
	Target string `json:"target"` // for a SQL Server its name in the rollout file
	OK     bool   `json:"ok"`
	Error  string `json:"error,omitempty"`
	// Sysadmin: the account is a member of that role, on a SQL Server.
	Sysadmin bool `json:"sysadmin,omitempty"`
}

// ProbeFacts is what the probe job saw under the setup account.
type ProbeFacts struct {
	Server        string  `json:"server"`
	User          string  `json:"user"`
	Administrator bool    `json:"administrator"`
	Elevated      bool    `json:"elevated"`
	Profile       bool    `json:"profile"`
	SQL           []Reach `json:"sql"`
	Paths         []Reach `json:"paths"`
}
