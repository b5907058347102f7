package farm

import "time"

// RunState says what a farm's update is doing now.
type RunState string

// The states of a run.
const (
	// RunPending is a farm of a rollout whose turn has not come.
	RunPending  RunState = "pending"
	RunRunning  RunState = "running"
	RunGate     RunState = "waiting-approval" // a gate or a manual task is open
	RunOperator RunState = "waiting-operator" // an intervention is open
	RunPaused   RunState = "paused"
	RunWindow   RunState = "waiting-window" // users are on, and a window is waited for
	RunDone     RunState = "done"
)

// StepState says where a phase, a server's package or a step stands.
type StepState string

// The states of a phase or step.
const (
	StepPending StepState = "pending"
	StepRunning StepState = "running"
	StepDone    StepState = "done"
	StepFailed  StepState = "failed"
	StepSkipped StepState = "skipped"
)

// Status is the whole of what is known about one farm's update: the answer of its status query, the
// source of every screen and report, and the input of the runbook. It never holds a secret.
type Status struct {
	Rollout     string   `json:"rollout"`
	Farm        string   `json:"farm"`
	Site        string   `json:"site"`
	Digest      string   `json:"digest"` // of the rollout and release
	Release     string   `json:"release"`
	Change      Change   `json:"change"`
	RequestedBy string   `json:"requested_by"`
	StartedBy   string   `json:"started_by"`
	Executors   []string `json:"executors"`
	// Operators may pause, abort and answer interventions.
	Operators []string `json:"operators"`
	RunID     string   `json:"run_id"`
	TraceID   string   `json:"trace_id,omitempty"`

	State    RunState      `json:"state"`
	Phase    Phase         `json:"phase"`
	Phases   []PhaseStatus `json:"phases"`
	Outcome  Outcome       `json:"outcome,omitempty"`
	Started  time.Time     `json:"started"`
	Finished time.Time     `json:"finished,omitzero"`
	Paused   bool          `json:"paused,omitempty"`
	PausedBy string        `json:"paused_by,omitempty"`
	// Already is set when preflight proved the whole farm at the release or past it, so that nothing was done.
	Already bool `json:"already,omitempty"`
	// NoReturn is set when the first package is started, or the first wizard where every package was there before.
	NoReturn time.Time `json:"no_return,omitzero"`

	Plan      Plan             `json:"plan"`
	Servers   []ServerStatus   `json:"servers"`
	Databases []DatabaseStatus `json:"databases"`
	UsersOff  UsersOff         `json:"users_off"`
	Window    WindowStatus     `json:"window,omitzero"`
	Queue     QueueStatus      `json:"queue,omitzero"`
	Findings  []Finding        `json:"findings"`
	Facts     Facts            `json:"facts"`
	// Services is the recorded state before farmhand stopped or changed anything: what is restored.
	Services []RecordedService `json:"services"`
	// ServicesAfter is what the same services, and those that preflight read, were found in at the end.
	ServicesAfter []ServiceState `json:"services_after,omitempty"`
	// Programs are the workers that described themselves, oldest first; the same one is listed once.
	Programs []Program `json:"programs,omitempty"`
	// Mirrors is the recorded mirroring of the databases that farmhand paused.
	Mirrors []RecordedMirror `json:"mirrors,omitempty"`
	// Content are the content databases that were recorded to be detached, in the order they are (StrategyDetach).
	Content []DetachedDatabase `json:"content,omitempty"`

	Questions []Question       `json:"questions"`
	Decisions []DecisionRecord `json:"decisions"`
	// Unlisted counts refused decisions that came when the list was full: they are in the workflow's history alone.
	Unlisted   int      `json:"decisions_unlisted,omitempty"`
	Exceptions []string `json:"exceptions,omitempty"`
	// Corrections are what something else had changed, or a known failure had left, and farmhand put right.
	Corrections []string        `json:"corrections,omitempty"`
	Timeline    []TimelineEntry `json:"timeline"`
	// Untold are the notifications that did not reach everybody.
	Untold []Untold `json:"untold,omitempty"`
	// Residual is what people still must do after the end.
	Residual []string `json:"residual,omitempty"`
}

// PhaseStatus is one phase of a run.
type PhaseStatus struct {
	Phase    Phase     `json:"phase"`
	State    StepState `json:"state"`
	Started  time.Time `json:"started,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
}

// ServerStatus is one server of the farm in a run.
type ServerStatus struct {
	Name     string          `json:"name"`
	Roles    []Role          `json:"roles"`
	Packages []PackageStatus `json:"packages"`
	Reboots  int             `json:"reboots,omitempty"`
	// Backup is what was kept of the server before the first package, nil where nothing was.
	Backup *ServerBackupStatus `json:"backup,omitempty"`
	// Version is what the server's registry named last.
	VersionBefore Version         `json:"version_before,omitzero"`
	Version       Version         `json:"version,omitzero"`
	Wizards       []WizardStatus  `json:"wizards,omitempty"`
	Witnesses     []WitnessResult `json:"witnesses,omitempty"`
	Finalized     bool            `json:"finalized"`
	FinalizedAt   time.Time       `json:"finalized_at,omitzero"`
	// Doing is the step under way, in words, empty when none is.
	Doing      string    `json:"doing,omitempty"`
	DoingSince time.Time `json:"doing_since,omitzero"`
}

// PackageStatus is one package on one server.
type PackageStatus struct {
	KB      string    `json:"kb"`
	State   StepState `json:"state"`
	Outcome string    `json:"outcome,omitempty"` // installed, already-installed, installed-reboot, not-applicable
	Exit    *int      `json:"exit,omitempty"`
	Try     int       `json:"try,omitempty"`
	Command string    `json:"command,omitempty"`
	SHA256  string    `json:"sha256,omitempty"`
	// Starts is how often the installer was started in this try: more than once only where it had done nothing,
	// because another installation was under way or because its own file was damaged.
	Starts int `json:"starts,omitempty"`
	// Recopied is set when the file was found damaged and pulled once more.
	Recopied bool   `json:"recopied,omitempty"`
	Evidence string `json:"evidence,omitempty"`
	// Log is the package's own log as far as it was read; nil where there was none.
	Log      *LogRead  `json:"log,omitempty"`
	Started  time.Time `json:"started,omitzero"`
	Finished time.Time `json:"finished,omitzero"`
}

// WizardStatus is one try of the configuration wizard.
type WizardStatus struct {
	Try       int       `json:"try"`
	Job       string    `json:"job"`
	Command   string    `json:"command"`
	AllowedBy string    `json:"allowed_by,omitempty"` // the decision that allowed a try after the first
	Started   time.Time `json:"started,omitzero"`
	Finished  time.Time `json:"finished,omitzero"`
	Exit      *int      `json:"exit,omitempty"`
	// Summary is the end of the wizard's own output, and of its logs.
	Summary []string `json:"summary,omitempty"`
	// Logs are the logs as far as they were read.
	Logs []LogRead `json:"logs,omitempty"`
}

// Witness names one independent proof that something is done (domain.md A.3).
type Witness string

// The witnesses of a finalized server.
const (
	WitnessExitCode    Witness = "psconfig exit code"
	WitnessConsole     Witness = "psconfig summary"
	WitnessUpgradeLog  Witness = "Upgrade.log"
	WitnessDiagnostics Witness = "PSCDiagnostics"
	WitnessSetupType   Witness = "SetupType"
	WitnessPackages    Witness = "packages"
	WitnessServices    Witness = "timer and administration service"
	WitnessRegistry    Witness = "registry Version"
	WitnessFiles       Witness = "file versions"
	WitnessLanguages   Witness = "LanguagePackInstalled"
	WitnessFarm        Witness = "needs upgrade, in the farm's own words"
	WitnessLocalStatus Witness = "stsadm localupgradestatus"
	WitnessDatabases   Witness = "VERSIONS"
	WitnessWebResponse Witness = "Web application answers"
	WitnessSmokeTests  Witness = "smoke tests"
)

// WitnessResult is what one witness said. A mandatory witness that does not agree fails the verification.
type WitnessResult struct {
	Witness   Witness   `json:"witness"`
	Mandatory bool      `json:"mandatory"`
	Agrees    bool      `json:"agrees"`
	Says      string    `json:"says"`
	At        time.Time `json:"at"`
}

// DatabaseStatus is one database in a run.
type DatabaseStatus struct {
	Name    string `json:"name"`
	Server  string `json:"server"`
	SizeMB  int    `json:"size_mb"`
	Project bool   `json:"project,omitempty"`
	// File is the first file of the newest of Sets, on the SQL Server computer.
	File string `json:"file,omitempty"`
	// Sets bring the database back, restored in this order.
	Sets []BackupSet `json:"sets,omitempty"`
	// Earlier is the newest full backup from before this run's, as msdb has it: extra, and never relied on.
	Earlier     *BackupSet `json:"earlier,omitempty"`
	BackupState StepState  `json:"backup_state"`
	// Waits says what the backup waits for, empty when it does not.
	Waits         string    `json:"waits,omitempty"`
	BackedUpAt    time.Time `json:"backed_up_at,omitzero"`
	Verified      bool      `json:"verified"`
	VersionBefore string    `json:"version_before,omitempty"`
	VersionAfter  string    `json:"version_after,omitempty"`
	// RowsBefore and RowsAfter are the newest row of each component, the first ones of many.
	RowsBefore []VersionRow `json:"rows_before,omitempty"`
	RowsAfter  []VersionRow `json:"rows_after,omitempty"`
	Checked    time.Time    `json:"checked,omitzero"`
	OK         bool         `json:"ok"`
	// Note is what else the VERSIONS table shows that people should see: an upgrade without an end, a component at
	// another build. It decides nothing.
	Note string `json:"note,omitempty"`
}

// UsersOff is the invariant from disconnect to reconnect, with its proofs.
type UsersOff struct {
	Since   time.Time `json:"since,omitzero"`
	Until   time.Time `json:"until,omitzero"`
	Servers []string  `json:"servers,omitempty"`
	// LastProof is when every Web server was last seen with W3SVC stopped and manual.
	LastProof time.Time `json:"last_proof,omitzero"`
	Proofs    int       `json:"proofs"`
	// Log are the looks one by one, the first ones of many.
	Log []UsersOffProof `json:"log,omitempty"`
	// Violations are the times something had started W3SVC and it was stopped again.
	Violations []string `json:"violations,omitempty"`
	// Earlier are the outages of windows that were given up.
	Earlier []Outage `json:"earlier,omitempty"`
}

// Outage is a time during which users were off.
type Outage struct {
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
}

// RecordedService is a service's state before farmhand changed it, and whether it is back.
type RecordedService struct {
	ServiceState
	RecordedAt time.Time `json:"recorded_at"`
	StoppedAt  time.Time `json:"stopped_at,omitzero"`
	// LeftRunning is set for a Project service that did not stop and that an operator left running; its start
	// mode is manual meanwhile.
	LeftRunning bool `json:"left_running,omitempty"`
	// Step is the step that stopped it.
	Step       StepKind  `json:"step,omitempty"`
	RestoredAt time.Time `json:"restored_at,omitzero"`
}

// TimelineEntry is one line of what happened.
type TimelineEntry struct {
	At     time.Time `json:"at"`
	Until  time.Time `json:"until,omitzero"`
	Server string    `json:"server,omitempty"`
	What   string    `json:"what"`
	// Kind groups entries for the drawing: phase, step, gate, intervention, decision, reboot, finding, window.
	Kind string `json:"kind"`
}

// Server returns the status of a server; nil when the farm has none of that name.
func (s *Status) Server(name string) *ServerStatus {
	for i := range s.Servers {
		if s.Servers[i].Name == name {
			return &s.Servers[i]
		}
	}
	return nil
}

// PhaseStatus returns the status of a phase; nil for an unknown one.
func (s *Status) PhaseStatus(p Phase) *PhaseStatus {
	for i := range s.Phases {
		if s.Phases[i].Phase == p {
			return &s.Phases[i]
		}
	}
	return nil
}

// Question returns the question of that id in its newest revision; nil when there is none.
func (s *Status) Question(id string) *Question {
	for i := len(s.Questions) - 1; i >= 0; i-- {
		if s.Questions[i].ID == id {
			return &s.Questions[i]
		}
	}
	return nil
}

// OpenQuestions returns the questions that wait, oldest first.
func (s *Status) OpenQuestions() []Question {
	var out []Question
	for _, q := range s.Questions {
		if q.Open() {
			out = append(out, q)
		}
	}
	return out
}

// Result is what a farm's update returns: small, for the rollout that waits for it.
type Result struct {
	Farm    string  `json:"farm"`
	Outcome Outcome `json:"outcome"`
	// Why says in a sentence why the outcome is not completed.
	Why        string    `json:"why,omitempty"`
	Exceptions []string  `json:"exceptions,omitempty"`
	Started    time.Time `json:"started"`
	Finished   time.Time `json:"finished"`
}
