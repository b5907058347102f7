package farm

// The services farmhand looks for by short name. The Project services have no documented short name and
// are found by path or display name (domain.md B.7).
const (
	ServiceWebPublishing  = "W3SVC"     // World Wide Web Publishing Service
	ServiceTimer          = "SPTimerV3" // Windows SharePoint Services Timer: the upgrade runs inside it
	ServiceAdministration = "SPAdmin"   // Windows SharePoint Services Administration

	ServiceAutomaticUpdates = "wuauserv" // Automatic Updates, later Windows Update
)

// StartMode is how Windows starts a service.
type StartMode string

// The start modes of `sc qc`.
const (
	StartAutomatic StartMode = "auto"
	StartDelayed   StartMode = "delayed-auto" // automatic (delayed start), Windows Server 2008 and later
	StartManual    StartMode = "manual"
	StartDisabled  StartMode = "disabled"
)

// ServiceState is one service of one server as it was found.
type ServiceState struct {
	Server    string    `json:"server"`
	Name      string    `json:"name"`
	Display   string    `json:"display,omitempty"`
	Running   bool      `json:"running"`
	StartMode StartMode `json:"start_mode"`
	Path      string    `json:"path,omitempty"`
	Account   string    `json:"account,omitempty"`
}
