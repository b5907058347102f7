package farm

// FailureKind is the type of a failed step. Policies and screens go by it, never by an error's text.
type FailureKind string

// The kinds of failure. Transport kinds are retried by policy; the others need a person.
const (
	FailureAuth           FailureKind = "auth"            // the account was refused: no retry, it would lock the account
	FailureUnreachable    FailureKind = "unreachable"     // the server does not answer
	FailureRebooting      FailureKind = "rebooting"       // the server is going down or coming up
	FailureQuota          FailureKind = "quota"           // a WinRM quota is used up
	FailureDenied         FailureKind = "denied"          // authenticated, but not allowed
	FailureTooBig         FailureKind = "too-big"         // a message exceeds the server's envelope
	FailureConfig         FailureKind = "config"          // a setting of the file, the worker or the server does not fit
	FailureInterrupted    FailureKind = "interrupted"     // a shell or connection was lost in mid-call
	FailureBadOutput      FailureKind = "bad-output"      // an answer was cut short or not understood
	FailurePrerequisite   FailureKind = "prerequisite"    // something must be installed first
	FailureCorruptPackage FailureKind = "corrupt-package" // copy the package again
	FailureSource         FailureKind = "package-source"  // the packages' share or address cannot be read from the server
	FailureWrongPackage   FailureKind = "wrong-package"   // not the package for this server
	FailureEnvironment    FailureKind = "environment"     // disk, temp folder or rights on the server
	FailurePackage        FailureKind = "package-failed"  // a package's installer failed
	FailureNotProven      FailureKind = "not-proven"      // a witness does not agree
	FailureJobGone        FailureKind = "job-gone"        // a job left no exit code
	FailureJobStart       FailureKind = "job-not-started" // the task was created but did not run
	FailureWizard         FailureKind = "wizard-failed"   // the configuration wizard failed
	FailureWizardStarted  FailureKind = "wizard-started"  // somebody runs the wizard before every package is proven
	FailureUpgradeJobs    FailureKind = "upgrade-jobs"    // upgrade timer jobs are at work, or nobody can read them
	FailureService        FailureKind = "service-failed"  // a service did not reach the wanted state
	FailureCommand        FailureKind = "command-failed"  // a Windows command or a script reported failure
	FailureAmbiguous      FailureKind = "ambiguous"       // more than one service or product matches
	FailureNotFound       FailureKind = "not-found"       // a service, file or database is not there
	FailureQueue          FailureKind = "queue-busy"      // jobs of Project Server do not leave its queue
	FailureSmokeTest      FailureKind = "smoke-test"      // a front-end does not show an expected page
	FailureBackup         FailureKind = "backup-failed"   // BACKUP or VERIFYONLY failed
	FailureDiskFull       FailureKind = "disk-full"       // no room left
	FailureNotPrincipal   FailureKind = "not-principal"   // a mirrored database has failed over to its mirror
	FailureSQL            FailureKind = "sql-failed"      // another SQL Server error
	FailurePreflight      FailureKind = "preflight"       // findings that block
	FailureBadInput       FailureKind = "bad-input"       // a file that people wrote or exported has mistakes
	FailureLease          FailureKind = "lease-held"      // another installation of farmhand works on the farm
	FailureRejected       FailureKind = "rejected"        // people said no at a gate
	FailureExpired        FailureKind = "expired"         // nobody decided at a gate in time
	FailureAbort          FailureKind = "abort"           // somebody asked to abort
	FailureWindow         FailureKind = "no-window"       // no window with room for the plan comes any more
	FailureDefect         FailureKind = "defect"          // a defect of farmhand
)

// Failure is what an operator is told about a step that failed: what is wrong, where, and what to do.
// It never holds a secret.
type Failure struct {
	Kind   FailureKind `json:"kind"`
	Step   StepKind    `json:"step,omitempty"`
	Server string      `json:"server,omitempty"`
	// Ran is the command line or statement that failed, where there is one.
	Ran     string `json:"ran,omitempty"`
	Exit    *int   `json:"exit,omitempty"`
	Message string `json:"message"`
	Advice  string `json:"advice,omitempty"`
	// Log is the tail of the log or output that says most.
	Log []string `json:"log,omitempty"`
	Try int      `json:"try,omitempty"`
	// Cause is the likely cause, where the logs match a known failure.
	Cause string `json:"cause,omitempty"`
	// Fixes are the known fixes that farmhand can carry out itself, the likeliest first.
	Fixes []Choice `json:"fixes,omitempty"`
}

// Error implements error.
func (f *Failure) Error() string {
	s := string(f.Kind)
	if f.Server != "" {
		s += " " + f.Server
	}
	s += ": " + f.Message
	if f.Advice != "" {
		s += " (" + f.Advice + ")"
	}
	return s
}
