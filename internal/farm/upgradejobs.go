package farm

import (
	"slices"
	"strings"
	"time"
)

// UpgradeJobChecks says how one sees whether an upgrade waits or runs in a farm ("Verify that all Windows
// SharePoint Services upgrade jobs are complete"). Both ways are data of the release: which class a job has
// in the object model is documented (SPUpgradeJobDefinition), how the configuration database stores it is
// inferred (domain.md A.2).
type UpgradeJobChecks struct {
	// Classes are the class names of upgrade jobs in the object model.
	Classes []string `json:"classes" mapstructure:"classes"`
	// ClassID is the same class in the configuration database's table of objects; empty asks no database.
	ClassID string `json:"class_id,omitempty" mapstructure:"class_id"`
	// Query reads the configuration database: {database} stands for its quoted name, @p1 for ClassID. The
	// column Name names a job. Empty asks no database.
	Query string `json:"query,omitempty" mapstructure:"query"`
}

// AsksDatabase reports whether the configuration database is a witness.
func (c UpgradeJobChecks) AsksDatabase() bool { return c.ClassID != "" && c.Query != "" }

// UpgradeJobPolicy is what a rollout says about upgrade jobs that are found at work.
type UpgradeJobPolicy struct {
	// Wait is how long a waiting or running upgrade job is waited for before an operator decides.
	Wait time.Duration `json:"wait" mapstructure:"wait"`
}

// UpgradeJob is one upgrade timer job that waits or runs.
type UpgradeJob struct {
	Name string `json:"name"`
	// Server and State are known to the object model alone.
	Server string `json:"server,omitempty"`
	State  string `json:"state,omitempty"`
}

// The sources of upgrade jobs.
const (
	SourceObjectModel = "object model"
	SourceDatabase    = "configuration database"
)

// UpgradeJobWitness is what one source says of the farm's upgrade jobs.
type UpgradeJobWitness struct {
	Source string       `json:"source"`
	Jobs   []UpgradeJob `json:"jobs,omitempty"`
	// Unreadable says why the source could not be asked: it is then no witness.
	Unreadable string `json:"unreadable,omitempty"`
}

// Idle reports whether the source was read and shows no job.
func (w UpgradeJobWitness) Idle() bool { return w.Unreadable == "" && len(w.Jobs) == 0 }

// Says is the witness in words.
func (w UpgradeJobWitness) Says() string {
	if w.Unreadable != "" {
		return w.Source + ": not readable (" + w.Unreadable + ")"
	}
	if len(w.Jobs) == 0 {
		return w.Source + ": no upgrade job"
	}
	var names []string
	for _, j := range w.Jobs {
		name := j.Name
		if j.Server != "" {
			name += " on " + j.Server
		}
		if j.State != "" {
			name += " (" + j.State + ")"
		}
		names = append(names, name)
	}
	return w.Source + ": " + strings.Join(names, ", ")
}

// UpgradeJobs is what all sources that were asked say.
type UpgradeJobs []UpgradeJobWitness

// Known reports whether any source could be read.
func (u UpgradeJobs) Known() bool {
	return slices.ContainsFunc(u, func(w UpgradeJobWitness) bool { return w.Unreadable == "" })
}

// Idle reports whether a source could be read and none shows a job. One that shows a job is believed
// against another that shows none: waiting costs minutes, a second upgrade costs a farm.
func (u UpgradeJobs) Idle() bool {
	return u.Known() && !slices.ContainsFunc(u, func(w UpgradeJobWitness) bool { return len(w.Jobs) > 0 })
}

// Disagree reports whether one source shows a job and another that could be read shows none.
func (u UpgradeJobs) Disagree() bool {
	return slices.ContainsFunc(u, UpgradeJobWitness.Idle) &&
		slices.ContainsFunc(u, func(w UpgradeJobWitness) bool { return len(w.Jobs) > 0 })
}

// Says is every source in words.
func (u UpgradeJobs) Says() []string {
	out := make([]string, len(u))
	for i, w := range u {
		out[i] = w.Says()
	}
	return out
}

// TimerJobStatusPage is where people see upgrade jobs (the article, "Before you begin").
const TimerJobStatusPage = "SharePoint Central Administration, Operations, Timer Job Status"
