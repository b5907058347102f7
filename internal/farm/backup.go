package farm

import "time"

// BackupMode is how the databases of one SQL Server are backed up between users off and the first package.
type BackupMode string

// The modes of the rollout file.
const (
	// BackupFull takes a full backup of every database; the default.
	BackupFull BackupMode = "full"
	// BackupDifferential takes a differential backup on the DBA's own full one from before the window. It hangs on a file
	// that is not farmhand's, so the file must name the DBA who agreed.
	BackupDifferential BackupMode = "differential"
	// BackupProve takes none: somebody else does after users are off, and msdb proves it.
	BackupProve BackupMode = "prove"
)

// Backup says how a SQL Server's databases are backed up for an update, and where to.
type Backup struct {
	// Mode is full where nothing is said.
	Mode BackupMode `json:"mode,omitempty" mapstructure:"mode"`
	// Directory is where backups are written, as SQL Server sees it; mode prove writes none.
	Directory string `json:"directory" mapstructure:"directory"`
	// CopyOnly keeps the DBA's backup chain untouched; default true.
	CopyOnly bool `json:"copy_only" mapstructure:"copy_only"`
	// Differential is the consent that mode differential asks for.
	Differential DifferentialConsent `json:"differential,omitzero" mapstructure:"differential"`
	// Parallel is how many backups, each with its verification, run on the SQL Server at once at most, over all farms and
	// rollouts that share it; 0 is no limit.
	Parallel int `json:"parallel,omitempty" mapstructure:"parallel"`
}

// DifferentialConsent names the DBA who keeps the full backups that differential ones are based on.
type DifferentialConsent struct {
	AgreedBy string `json:"agreed_by" mapstructure:"agreed_by"`
}

// Writes reports whether farmhand itself writes backups in this mode.
func (b Backup) Writes() bool { return b.Mode != BackupProve }

// MirroringPolicy is what happens to mirrored databases of one SQL Server during an update. SharePoint 2007 knows nothing
// of mirroring: a failover in the middle of an upgrade takes the databases away from under it.
type MirroringPolicy string

// The policies of the rollout file. Mirrored databases without a policy are a blocking finding.
const (
	// MirroringPause suspends mirroring before the first package and resumes it when users come back: a suspended mirror
	// cannot fail over, and is a copy of the databases from before the update.
	MirroringPause MirroringPolicy = "pause"
	// MirroringProvePrincipal leaves mirroring on and proves before each wizard that this server is the principal.
	MirroringProvePrincipal MirroringPolicy = "prove-principal"
)

// Mirror is the SQL Server that holds the mirrors: who is asked where the principal went.
type Mirror struct {
	Name    string `json:"name" mapstructure:"name"`
	Address string `json:"address" mapstructure:"address"`
	Port    int    `json:"port" mapstructure:"port"`
}

// MirrorServer is the mirror as a SQL Server to connect to: with the account and the encryption of the principal.
func (s SQLServer) MirrorServer() (SQLServer, bool) {
	m := s
	m.Name, m.Address, m.Port, m.ServerName, m.SPN = s.Mirror.Name, s.Mirror.Address, s.Mirror.Port, "", ""
	return m, s.Mirror.Address != ""
}

// SetKind tells a full backup set from a differential one.
type SetKind string

// The kinds of backup set that bring a database back.
const (
	SetFull         SetKind = "full"
	SetDifferential SetKind = "differential"
)

// BackupSet is one backup set as msdb has it.
type BackupSet struct {
	Kind SetKind `json:"kind"`
	// Files are all files of its media set, as SQL Server sees them; Position is the set's place in them, from 1.
	Files     []string  `json:"files"`
	Position  int       `json:"position"`
	Started   time.Time `json:"started"`
	Finished  time.Time `json:"finished"`
	CopyOnly  bool      `json:"copy_only,omitempty"`
	Checksums bool      `json:"checksums,omitempty"`
	// Verified is set when RESTORE VERIFYONLY read it whole and found it valid: no test of a restore.
	Verified bool `json:"verified"`
	// By is the account that took it.
	By string `json:"by,omitempty"`
	// Note says why it is not verified, empty when it is.
	Note string `json:"note,omitempty"`
}

// MirrorState is a mirrored database as one SQL Server sees it (sys.database_mirroring).
type MirrorState struct {
	Database string `json:"database"`
	Server   string `json:"server"`
	// Role is PRINCIPAL or MIRROR, State SYNCHRONIZED, SYNCHRONIZING, SUSPENDED, PENDING_FAILOVER or DISCONNECTED.
	Role    string `json:"role"`
	State   string `json:"state"`
	Partner string `json:"partner"`
	Witness string `json:"witness,omitempty"`
}

// The words of sys.database_mirroring that decide something.
const (
	MirrorPrincipal = "PRINCIPAL"
	MirrorSuspended = "SUSPENDED"
)

// RecordedMirror is the mirroring of a database before farmhand paused it, and whether it is back.
type RecordedMirror struct {
	MirrorState
	RecordedAt time.Time `json:"recorded_at"`
	PausedAt   time.Time `json:"paused_at,omitzero"`
	ResumedAt  time.Time `json:"resumed_at,omitzero"`
}

// ServerBackup says what of a server is kept in its stage folder before the first package. It is for single files and
// settings: an installed package is undone by restoring the whole server alone.
type ServerBackup struct {
	// Configuration keeps the settings of IIS, the web.config files and SharePoint's registry key; default true.
	Configuration bool `json:"configuration" mapstructure:"configuration"`
	// Hive keeps the 12 hive without its LOGS; default true.
	Hive bool `json:"hive" mapstructure:"hive"`
	// HiveMB is the room that the copy of one server's hive is assumed to take on the stage drive; preflight asks for it.
	HiveMB int `json:"hive_mb,omitempty" mapstructure:"hive_mb"`
}

// Any reports whether anything is kept.
func (b ServerBackup) Any() bool { return b.Configuration || b.Hive }

// ServerBackupStatus is what was kept of one server, and where.
type ServerBackupStatus struct {
	State StepState `json:"state"`
	// Folder lies on the server and stays when farmhand cleans up.
	Folder string `json:"folder"`
	// IIS is the name of the backup that Internet Information Services keep themselves.
	IIS      string    `json:"iis,omitempty"`
	Kept     []string  `json:"kept,omitempty"`
	Command  string    `json:"command,omitempty"`
	Finished time.Time `json:"finished,omitzero"`
}
