package farm

import (
	"slices"
	"strings"
	"time"
)

// Drive is one fixed drive of a server.
type Drive struct {
	Name   string `json:"name"`
	FreeMB int    `json:"free_mb"`
	SizeMB int    `json:"size_mb"`
}

// PatchState is one installed patch or product as the Windows Installer registry names it.
type PatchState struct {
	Name    string  `json:"name"`
	Version Version `json:"version,omitzero"`
	State   string  `json:"state,omitempty"`
	// Language is the Windows number of the product\'s language, from the product code; 0 for a product of no language.
	Language int `json:"language,omitempty"`
}

// FileVersion is the version of one program on a server.
type FileVersion struct {
	Path    string  `json:"path"`
	Version Version `json:"version,omitzero"`
}

// PackageState is what detection says of one package on one server.
type PackageState struct {
	KB string `json:"kb"`
	// Installed is true when the patch is found, or the product is at the package's version or later.
	Installed bool `json:"installed"`
	// Foreign is true when the server has none of the products that the package updates, and has others: a
	// front-end with Windows SharePoint Services alone, for one, where the Office package ends with 17028.
	Foreign bool `json:"foreign,omitempty"`
	// Evidence is what was found, in words.
	Evidence string `json:"evidence"`
}

// PackageCopy is a package's file as it lies on one server.
type PackageCopy struct {
	KB     string `json:"kb"`
	Path   string `json:"path"`
	Exists bool   `json:"exists"`
	SizeMB int    `json:"size_mb,omitempty"`
	// SHA256 is empty where the server cannot compute it: Algorithm and Hash are then what it can (SHA-1 under the FIPS
	// policy of Windows, without .NET 3.5), and HashError says why there is neither.
	SHA256    string `json:"sha256,omitempty"`
	Algorithm string `json:"algorithm,omitempty"`
	Hash      string `json:"hash,omitempty"`
	HashError string `json:"hash_error,omitempty"`
	// Blocked is set when Windows marks the file as downloaded from the Internet (Zone.Identifier).
	Blocked bool `json:"blocked,omitempty"`
	// Signature is Windows' word on who signed it.
	Signature Signature `json:"signature,omitzero"`
}

// ServerFacts is what preflight reads of one server.
type ServerFacts struct {
	Server       string       `json:"server"`
	OSVersion    string       `json:"os_version"` // 6.0.6002
	Caption      string       `json:"caption"`
	Architecture Architecture `json:"architecture"`
	PowerShell   string       `json:"powershell"`
	Stack        string       `json:"stack"` // WinRM stack of the Identify answer
	Shell        ShellFacts   `json:"shell,omitzero"`
	Boot         time.Time    `json:"boot"`
	// ClockOffset is the server's clock minus the worker's, whole seconds.
	ClockOffset   time.Duration `json:"clock_offset"`
	Computer      string        `json:"computer,omitempty"` // its own name
	Account       string        `json:"account"`
	Administrator bool          `json:"administrator"`
	Drives        []Drive       `json:"drives"`
	TempFolder    string        `json:"temp_folder"`
	SystemFolder  string        `json:"system_folder,omitempty"` // Windows Installer keeps a copy of every patch on its drive
	PendingReboot []string      `json:"pending_reboot,omitempty"`
	Updates       UpdateFacts   `json:"updates,omitzero"`
	SharePoint    bool          `json:"sharepoint"` // the 12.0 registry key is there
	ServerRole    string        `json:"server_role,omitempty"`
	SetupType     string        `json:"setup_type,omitempty"`
	Version       Version       `json:"version,omitzero"`
	Hive          string        `json:"hive,omitempty"` // ...\web server extensions\12
	// LanguagePackPending is LanguagePackInstalled of the registry: a language pack or its update came, and the wizard
	// has not run since (read of later versions; domain.md A.2).
	LanguagePackPending bool `json:"language_pack_pending,omitempty"`
	// Files are programs whose file version tells the level of a server's binaries.
	Files []FileVersion `json:"files,omitempty"`
	// Languages are the locale ids of SharePoint's languages: the base language and each language pack, ascending.
	Languages []int          `json:"languages,omitempty"`
	Services  []ServiceState `json:"services"`
	// RunsAs names the services that run as the setup account.
	RunsAs   []string       `json:"runs_as,omitempty"`
	Products []PatchState   `json:"products,omitempty"`
	Patches  []PatchState   `json:"patches,omitempty"`
	Packages []PackageState `json:"packages,omitempty"`
	// Contained says of each update that comes with the release whether it was there before.
	Contained []PackageState `json:"contained,omitempty"`
	Copies    []PackageCopy  `json:"copies,omitempty"`
}

// Service returns the state of a service by short name, ignoring case.
func (s ServerFacts) Service(name string) (ServiceState, bool) {
	i := slices.IndexFunc(s.Services, func(v ServiceState) bool { return strings.EqualFold(v.Name, name) })
	if i < 0 {
		return ServiceState{}, false
	}
	return s.Services[i], true
}

// Drive returns the drive a path lies on.
func (s ServerFacts) Drive(path string) (Drive, bool) {
	i := slices.IndexFunc(s.Drives, func(d Drive) bool {
		return len(path) >= 2 && strings.EqualFold(d.Name, path[:2])
	})
	if i < 0 {
		return Drive{}, false
	}
	return s.Drives[i], true
}
