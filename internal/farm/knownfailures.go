package farm

import "strings"

// KnownFailure is a failure of the configuration wizard that others met before: what its logs say, why it
// happens, what to do. How sure it is, and from where, is said beside it; none is certain for a farm at hand.
type KnownFailure struct {
	// Name is a word or two for screens.
	Name string
	// Signs are texts of the logs, in lower case; one of them is enough.
	Signs []string
	Cause string
	// Advice is what a person does, or what Fix does.
	Advice string
	// Fix is the choice that farmhand offers for it, empty where only people can help.
	Fix Choice
	// Confidence is documented, reported or estimate, as in the release files; Source names where it is from.
	Confidence, Source string
}

// KnownFailures lists the failures that are recognised, the more specific ones first.
func KnownFailures() []KnownFailure {
	return []KnownFailure{
		{
			Name:  "update conflict",
			Signs: []string{"an update conflict has occurred", "spupdatedconcurrencyexception", "upgrade [spsearchdatabase"},
			Cause: "a server holds a stale copy of the configuration: SPTimerV3 is or was stopped there while the farm changed",
			Advice: "clear the SharePoint configuration cache on every server: SPTimerV3 stopped, the XML files of the cache deleted, " +
				"cache.ini set to 1, SPTimerV3 started; then the wizard again",
			Fix: ChoiceClearConfigCache, Confidence: "documented", Source: "KB939308; field report of 2009 for this very failure of an upgrade",
		},
		{
			Name:       "data of a Project database",
			Signs:      []string{"conflicted with the reference constraint", "fk_msp_"},
			Cause:      "data of a Project database breaks the upgrade",
			Advice:     "a person who knows the data, or support, must correct it: take the constraint of the log line to them; a retry alone fails again",
			Confidence: "reported", Source: "field report of 2009 (FK_MSP_TimesheetLine_TaskNameUID, Reporting database)",
		},
		{
			Name:   "timer service",
			Signs:  []string{"upgrader timer job failed", "cannot open sptimer", "sptimerv3' on computer"},
			Cause:  "the timer service does not run, or the wizard's account may not open it: the upgrade runs inside it",
			Advice: "start SPTimerV3 on every server; if it runs, check that the setup account is an administrator and that its job runs elevated",
			Fix:    ChoiceStartTimer, Confidence: "reported", Source: "field report (exclusive inplace upgrader timer job failed)",
		},
		{
			Name:       "upgrade job left over",
			Signs:      []string{"job-upgrade\" already exists", "job-upgrade' already exists", "job-upgrade already exists"},
			Cause:      "the upgrade job of an earlier try is still defined",
			Advice:     "Central Administration, Operations, Timer Job Definitions: delete job-upgrade; then retry",
			Confidence: "estimate", Source: "the wording is that of other timer jobs of this version",
		},
		{
			Name:       "World Wide Web Publishing Service disabled",
			Signs:      []string{"cannot start service w3svc"},
			Cause:      "W3SVC is disabled, and the wizard starts it",
			Advice:     "set it to manual: sc config W3SVC start= demand; then retry",
			Confidence: "reported", Source: "field reports",
		},
		{
			Name:       "access denied",
			Signs:      []string{"is denied", "unauthorizedaccessexception", "access denied"},
			Cause:      "the setup account may not write a file, a registry key or a service the upgrade changes",
			Advice:     "give the account what the log line names: it must be an administrator of this server, and its job must run elevated; then retry",
			Confidence: "reported", Source: "field reports",
		},
		{
			Name:       "database not reached",
			Signs:      []string{"login failed for user", "requested by the login", "cannot connect to the configuration database"},
			Cause:      "the setup account cannot use a database of the farm",
			Advice:     "check SQL Server and the rights of the account there (the article: Administrators on the SQL Server computer); then retry",
			Confidence: "reported", Source: "KB983444 names the state after a half-done wizard",
		},
		{
			Name:       "servers at different levels",
			Signs:      []string{"are not at the same level", "is not installed in this farm, and can not be added"},
			Cause:      "a package is missing on a server, or was installed in the wrong order",
			Advice:     "compare the packages of all servers; install what is missing, in order and without the wizard; then retry",
			Confidence: "estimate", Source: "the article: all binaries on all servers first",
		},
	}
}

// RecogniseFailure finds the known failures that a wizard's logs tell of, in the table's order.
func RecogniseFailure(lines ...[]string) []KnownFailure {
	var text strings.Builder
	for _, group := range lines {
		for _, l := range group {
			text.WriteString(strings.ToLower(l))
			text.WriteByte('\n')
		}
	}
	var found []KnownFailure
	for _, k := range KnownFailures() {
		for _, sign := range k.Signs {
			if strings.Contains(text.String(), sign) {
				found = append(found, k)
				break
			}
		}
	}
	return found
}
