package windows

import (
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/simulator/world"
	"farmhand/simulator/wsman"
)

// Spec is a server as it is before anything happens.
type Spec struct {
	// Name is the server's name in the rollout file and its computer name.
	Name string
	// Domain is the NetBIOS name of the domain it belongs to.
	Domain string
	// Version is the version of Windows, such as 5.2.3790 (2003), 6.0.6002 (2008 SP2) or 6.1.7601 (2008 R2 SP1).
	Version string
	// Caption is the product name, such as "Microsoft® Windows Server® 2008 Standard".
	Caption     string
	ServicePack int
	// Architecture of Windows; empty means x64.
	Architecture farm.Architecture
	// Stack is the generation of WinRM; the zero value means 2.0.
	Stack wsman.Stack
	// Language Windows prints in; empty means English.
	Language Language
	// CodePage is the OEM code page; zero means the language's own.
	CodePage int
	// FIPS is the policy that forbids SHA256Managed; the server has no .NET 3.5, whose SHA-256 it would allow.
	FIPS bool
	// Quotas of WinRM where they are not the stack's defaults.
	Quotas Quotas
	// PowerShell is the version installed, such as 2.0; empty means that there is none.
	PowerShell string
	MemoryMB   int
	Drives     []Drive
	Services   []Service
	Registry   []RegistryValue
	// Files are put with their folders. Seeded files do not count against the FreeMB of a drive.
	Files []File
	// Administrators are the accounts of the local group, as DOMAIN\user. Others cannot open a shell.
	Administrators []string
	// BootDuration is how long a restart takes before WinRM answers again; zero means three minutes.
	BootDuration time.Duration
	Products     []Product
	Patches      []Patch
}

// system is the document of what does not change about a server: the Spec without its lists.
type system struct {
	Name, Domain, Version, Caption string
	ServicePack                    int
	Architecture                   farm.Architecture
	Stack                          wsman.Stack
	Language                       Language
	CodePage                       int
	FIPS                           bool
	Quotas                         Quotas
	PowerShell                     string
	MemoryMB                       int
	Administrators                 []string
	BootDuration                   time.Duration
}

// before reports whether the version of Windows is older than major.minor.
func (s system) before(major, minor int) bool {
	v, err := farm.ParseVersion(s.Version)
	return err == nil && (v.Major < major || v.Major == major && v.Minor < minor)
}

// is2003 reports whether the server prints and behaves as Windows Server 2003 does.
func (s system) is2003() bool { return s.before(6, 0) }

// Seed writes the documents of a server that was booted an hour ago.
func Seed(tx *world.Tx, s Spec) {
	sys := system{
		Name: s.Name, Domain: s.Domain, Version: s.Version, Caption: s.Caption, ServicePack: s.ServicePack,
		Architecture: s.Architecture, Stack: s.Stack, Language: s.Language, CodePage: s.CodePage, FIPS: s.FIPS, Quotas: s.Quotas, PowerShell: s.PowerShell,
		MemoryMB: s.MemoryMB, Administrators: s.Administrators, BootDuration: s.BootDuration,
	}
	if sys.Version == "" {
		sys.Version, sys.ServicePack = "6.0.6002", 2
	}
	if sys.Architecture == "" {
		sys.Architecture = farm.X64
	}
	if sys.CodePage == 0 {
		sys.CodePage = sys.Language.codePage()
	}
	if sys.BootDuration == 0 {
		sys.BootDuration = 3 * time.Minute
	}
	tx.Put(key(s.Name, "system"), sys)
	tx.Put(key(s.Name, "boot"), boot{Up: true, Since: time.Now().UTC().Add(-time.Hour).Truncate(time.Second)})
	for _, d := range s.Drives {
		tx.Put(key(s.Name, "drive", d.Name), drive{Size: int64(d.SizeMB) << 20, Free: int64(d.FreeMB) << 20})
	}
	if len(s.Drives) == 0 {
		tx.Put(key(s.Name, "drive", "C:"), drive{Size: 64 << 30, Free: 32 << 30})
	}
	seedFolders(tx, s.Name)
	for _, f := range s.Files {
		seedFolder(tx, s.Name, parent(f.Path))
		putFile(tx, s.Name, f)
	}
	for _, v := range s.Registry {
		RegistrySet(tx, s.Name, v)
	}
	for _, svc := range s.Services {
		svc.Display = s.Language.DisplayName(svc.Display)
		if svc.State == Running && svc.PID == 0 {
			svc.PID = nextPID(tx, s.Name)
		}
		PutService(tx, s.Name, svc)
	}
	for _, p := range s.Products {
		AddProduct(tx, s.Name, p)
	}
	for _, p := range s.Patches {
		AddPatch(tx, s.Name, p)
	}
}

// key makes the key of a document of a server. Names are lower case, as Windows compares them.
func key(server string, parts ...string) string {
	return "server/" + server + "/" + strings.ToLower(strings.Join(parts, "/"))
}

func getSystem(tx *world.Tx, server string) system {
	var s system
	tx.Get(key(server, "system"), &s)
	return s
}
