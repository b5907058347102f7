package farm

import "strings"

// upgradeJobs judges the upgrade jobs that preflight found.
func (j *judge) upgradeJobs() {
	u, on := j.facts.UpgradeJobs, j.farm.CentralAdministration().Name
	if u == nil {
		return // not asked; what kept it from being asked is a finding by itself
	}
	what := strings.Join(u.Says(), "; ")
	switch {
	case !u.Known():
		j.add(SeverityWarning, on, "the upgrade jobs cannot be read: "+what,
			"an operator will be asked to look at the Timer Job Status page before the packages and before each wizard ("+TimerJobStatusPage+")")
		return
	case u.Disagree():
		j.add(SeverityWarning, on, "the sources disagree about upgrade jobs: "+what, "look at the Timer Job Status page ("+TimerJobStatusPage+")")
	}
	if !u.Idle() {
		j.add(SeverityBlocking, on, "an upgrade job is not complete: "+what,
			"wait until the Timer Job Status page shows it no more ("+TimerJobStatusPage+"), then check again")
		return
	}
	for _, w := range *u {
		if w.Unreadable != "" {
			j.add(SeverityInformation, on, "no upgrade job waits, by one source alone: "+what, "the other one is no witness here")
		}
	}
}
