package farm

import "time"

// Program is a worker that took part in a farm's update, as it describes itself: what an auditor compares with the
// program that was approved.
type Program struct {
	// Version is the module's version, Revision the commit it was built from, with "+dirty" where files differed from
	// it; both are empty where the build did not record them.
	Version  string `json:"version,omitempty"`
	Revision string `json:"revision,omitempty"`
	Go       string `json:"go,omitempty"` // version of the compiler
	// SHA256 of the program's file in lower-case hex; empty where it could not be read.
	SHA256 string `json:"sha256,omitempty"`
	// Scripts are all scripts that this program can send to a server; it sends no other.
	Scripts []ScriptHash `json:"scripts,omitempty"`
	// Key is the fingerprint (SHA256:...) of the key that this worker signs evidence with; empty where it has none.
	Key string `json:"key,omitempty"`
	// At is when it was asked.
	At time.Time `json:"at"`
}

// Same reports whether two descriptions are of one program.
func (p Program) Same(o Program) bool {
	return p.SHA256 == o.SHA256 && p.Version == o.Version && p.Revision == o.Revision && p.Key == o.Key
}

// ScriptHash names a script and its SHA-256 in lower-case hex.
type ScriptHash struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// UsersOffProof is one look at the services that keep users off: after the disconnect, each boot, package and wizard.
type UsersOffProof struct {
	At   time.Time `json:"at"`
	When string    `json:"when"`
	// Servers were looked at; All says that they were every server on which something is held.
	Servers []string `json:"servers"`
	All     bool     `json:"all"`
	// Held says that everything was found stopped and manual; what was not is among the violations.
	Held bool `json:"held"`
}

// VersionRow is one row of a VERSIONS table as it is (the article, "View Project Server version information"): the newest
// one of its component.
type VersionRow struct {
	Component string    `json:"component"` // VersionId
	Version   string    `json:"version"`   // as the table spells it
	By        string    `json:"by,omitempty"`
	At        time.Time `json:"at,omitzero"`
	// Finalized is zero where the table has no such column or the value is NULL.
	Finalized time.Time `json:"finalized,omitzero"`
}

// LogRead is the part of a log on a server that farmhand read and judged.
type LogRead struct {
	Path string `json:"path"`
	// From and To are the first byte that was read and the one behind the last.
	From  int64 `json:"from"`
	To    int64 `json:"to"`
	Lines int   `json:"lines"`
	// SHA256 is over the lines in UTF-8, each ended by a line feed, in lower-case hex.
	SHA256 string `json:"sha256"`
}
