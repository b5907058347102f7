package farm

import (
	"slices"
	"time"
)

// Release is one update as data: what is installed, in which order, on what it builds and how one sees
// that it is there. The article's release is config/releases/infrastructure-update.yaml.
type Release struct {
	Name  string `json:"name" mapstructure:"release"`
	Title string `json:"title" mapstructure:"title"`
	// Packages in install order; the order is strict on every server.
	Packages []Package `json:"packages" mapstructure:"packages"`
	// LanguagePacks are the packages of language packs; a server gets those of the languages it holds.
	LanguagePacks LanguagePacks `json:"language_packs,omitzero" mapstructure:"language_packs"`
	// Contains are earlier updates that this release brings with it.
	Contains []Contained `json:"contains,omitempty" mapstructure:"contains"`
	Baseline Baseline    `json:"baseline" mapstructure:"baseline"`
	Expected Expected    `json:"expected" mapstructure:"expected"`
	Client   Client      `json:"client" mapstructure:"client"`
	// Queue names where the jobs of Project Server can be counted.
	Queue QueueViews `json:"queue,omitzero" mapstructure:"queue"`
	// Wizard is how the configuration wizard is run.
	Wizard Wizard `json:"wizard" mapstructure:"wizard"`
	// UpgradeJobs says how upgrade timer jobs are seen.
	UpgradeJobs UpgradeJobChecks `json:"upgrade_jobs" mapstructure:"upgrade_jobs"`
	// Durations are estimates for plans and screens; nothing is cut off by them.
	Durations Durations `json:"durations" mapstructure:"durations"`
	// Questions are what nobody could say of this release. A rollout cannot use it while one is left.
	Questions []ReleaseQuestion `json:"questions,omitempty" mapstructure:"questions"`
}

// Package is one update package, such as KB951695.
type Package struct {
	KB    string `json:"kb" mapstructure:"kb"`
	Title string `json:"title" mapstructure:"title"`
	// Language is the language pack the package updates, as a Windows language number such as 1036; 0 for a
	// package that every server gets.
	Language int `json:"language,omitempty" mapstructure:"language"`
	// Files names the package's executable per architecture, as the article prints them.
	Files []PackageFile `json:"files" mapstructure:"files"`
	// Detect finds the package on a server by the DisplayName of an installed patch: it must contain one
	// of these texts (domain.md B.3; the exact names are not documented).
	Detect []string `json:"detect" mapstructure:"detect"`
	// Version: a server whose product has this file version or a later one holds the package already.
	Version Version `json:"version" mapstructure:"version"`
	// Products limits detection to installed products whose DisplayName contains one of these texts.
	Products []string `json:"products" mapstructure:"products"`
	// Signer is a text that the subject of the file's certificate holds, such as "O=Microsoft Corporation"; empty
	// where any good signature will do.
	Signer string `json:"signer,omitempty" mapstructure:"signer"`
}

// PackageFile is a package's executable for one architecture.
type PackageFile struct {
	Architecture Architecture `json:"architecture" mapstructure:"architecture"`
	Name         string       `json:"name" mapstructure:"name"`
	// SHA256 in lower-case hex, empty when nobody gave one: then the found hash is recorded and warned about.
	SHA256 string `json:"sha256,omitempty" mapstructure:"sha256"`
	// SizeMB is a rough size for disk checks.
	SizeMB int `json:"size_mb,omitempty" mapstructure:"size_mb"`
}

// File returns the package's executable for an architecture.
func (p Package) File(a Architecture) (PackageFile, bool) {
	i := slices.IndexFunc(p.Files, func(f PackageFile) bool { return f.Architecture == a })
	if i < 0 {
		return PackageFile{}, false
	}
	return p.Files[i], true
}

// Baseline is what must be on a server before the first package.
type Baseline struct {
	Title   string  `json:"title" mapstructure:"title"`
	Version Version `json:"version" mapstructure:"version"`
}

// Expected is what the databases must show afterwards (the article, "View Project Server version information").
type Expected struct {
	ProjectDatabases    Version `json:"project_databases" mapstructure:"project_databases"`
	SharePointDatabases Version `json:"sharepoint_databases" mapstructure:"sharepoint_databases"`
	// Registry is what Version below ...\12.0 of the registry shows on every server; zero asks nothing of it.
	Registry Version `json:"registry,omitzero" mapstructure:"registry"`
}

// Client is the requirement on Project Professional clients (the article, "Client-side requirements").
type Client struct {
	KB        string `json:"kb" mapstructure:"kb"`
	Statement string `json:"statement" mapstructure:"statement"`
	// Products limits an inventory to the lines whose product holds one of these texts.
	Products []string `json:"products,omitempty" mapstructure:"products"`
	// Version: a client with this version or a later one meets the requirement; zero decides nothing.
	Version Version `json:"version,omitzero" mapstructure:"version"`
	// Accepted are the updates that meet the requirement, by number.
	Accepted []string `json:"accepted,omitempty" mapstructure:"accepted"`
	// ComesWith names an update of Release.Contains: the requirement is new only where that one was not there
	// before. Empty: it always holds.
	ComesWith string `json:"comes_with,omitempty" mapstructure:"comes_with"`
}

// Durations are expected wall-clock times per step, for estimates only.
type Durations struct {
	// Staging is the pull of all packages to one server.
	Staging      time.Duration `json:"staging,omitempty" mapstructure:"staging"`
	Package      time.Duration `json:"package" mapstructure:"package"`
	Reboot       time.Duration `json:"reboot" mapstructure:"reboot"`
	FirstWizard  time.Duration `json:"first_wizard" mapstructure:"first_wizard"`
	OtherWizard  time.Duration `json:"other_wizard" mapstructure:"other_wizard"`
	BackupPerGB  time.Duration `json:"backup_per_gb" mapstructure:"backup_per_gb"`
	Preflight    time.Duration `json:"preflight" mapstructure:"preflight"`
	Verification time.Duration `json:"verification" mapstructure:"verification"`
}
