package sharepoint

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/simulator/windows"
)

// Options say which farm it is and how it differs from the usual one.
type Options struct {
	// Farm and Release are those of the rollout.
	Farm    farm.Farm
	Release farm.Release
	// Source says where the update packages lie, or are pulled from.
	Source farm.PackageSource
	// PackageFiles name what differs from the usual about the packages' files.
	PackageFiles []PackageFile
	// Account spells the account of a credential of the rollout as DOMAIN\user.
	Account func(credential string) string
	// Spellings are other ways in which clients may write that account; nil when there are none.
	Spellings func(credential string) []string
	// Durations are how long things take in life; zero ones are the release's, or a guess.
	Durations farm.Durations
	// Level is what the databases are at; empty is the release's baseline.
	Level string
	// Servers, Databases and SQLServers name what differs from the usual.
	Servers    []Server
	Databases  []Database
	SQLServers []SQLServer
	// UpgradeJobs are in the farm from the beginning.
	UpgradeJobs []UpgradeJob
	// UserInterval is how often, in life, a user tries each front-end Web server; zero means two minutes.
	UserInterval time.Duration
	// LeastInterval is the least wall time between two users, however fast the world's pace; zero means 50 ms.
	LeastInterval time.Duration
}

// Server is what a twin file may say of one server.
type Server struct {
	Name string
	// OS is 2003, 2008 (the default) or 2008r2.
	OS string
	// Language is what Windows prints in; empty is English.
	Language     windows.Language
	Architecture farm.Architecture
	// WinRM is the version of the stack: 1.1, 2.0 (the default) or 3.0.
	WinRM string
	// PowerShell is the version installed: 2.0 (the default), 1.0 or none.
	PowerShell string
	// CodePage is the OEM code page of Windows; zero is 437.
	CodePage int
	// FIPS is the policy of Windows under which .NET 2.0 computes no SHA-256.
	FIPS bool
	// Quotas of WinRM, where they are not the stack's defaults.
	Quotas windows.Quotas
	// ServicesAs is the account of the farm's services on this server, as DOMAIN\user, where it is not the farm account.
	ServicesAs string
	// Stopped names services, by their short names, that somebody stopped before the update.
	Stopped []string
	// FreeMB is the free space of drive C:.
	FreeMB int
	// Installed names packages of the release (by KB) that the server has already.
	Installed []string
	// Baseline is the version of the products; empty is the release's baseline. At the version of a package or past
	// it, the server holds that package inside a later update.
	Baseline string
	// WizardPending says whether the wizard has not run since the last package; nil: it has not where Installed
	// names one.
	WizardPending *bool
	// ServerRole replaces the registry's value, such as SINGLESERVER.
	ServerRole string
	// AutomaticUpdates is what Automatic Updates does: off by policy (the default), or one of AutomaticUpdates.
	AutomaticUpdates string
	// Languages are the locale ids of language packs, such as 1036 (French), beside the base language 1033.
	Languages []int
	// PendingReboot seeds the server with a reboot due.
	PendingReboot bool
	// Missing leaves packages (by KB) out of the packages folder.
	Missing []string
	// WSSOnly leaves the Office products out: Windows SharePoint Services alone, as on some front-ends.
	WSSOnly bool
	// WebApplication says whether the farm runs the Web Application service there, where that differs from
	// the server's roles.
	WebApplication *bool
	// StaleCache seeds the server with a configuration cache that missed changes of the farm.
	StaleCache bool
	// StuckServices are short names of services that do not stop when they are told to; a boot ends them.
	StuckServices []string
}

// UpgradeJob is an upgrade timer job that is in the farm from the beginning, left by somebody else.
type UpgradeJob struct {
	Name string
	// Server carries it; empty when it waits for any timer service. A job whose timer service stops is over.
	Server string
	// Ends is how long, in life, it goes on; zero is for ever.
	Ends time.Duration
}

// SQLServer is what a twin file may say of one SQL Server.
type SQLServer struct {
	Name string
	// Version is SERVERPROPERTY('ProductVersion'); empty is 2005 with Service Pack 3.
	Version string
	// Edition such as Standard Edition (64-bit); empty is the Enterprise Edition.
	Edition string
	// NotSysadmin names accounts that may log on and are not members of sysadmin.
	NotSysadmin []string
	// FreeMB is the free space of the drive for backups.
	FreeMB int
}

// Database is what a twin file may say of one database.
type Database struct {
	Name   string
	SizeMB int
	// On names a SQL Server: then this is a content database of the farm that the rollout does not mention.
	On string
	// Queued is how many jobs wait in Project Server's queue; for Draft databases.
	Queued int
	// FullBackup is how long before the update a full backup was taken that is not copy-only; zero: never.
	FullBackup time.Duration
	// Mirrored says that the database is mirrored to the mirror of its SQL Server.
	Mirrored bool
	// Jobs are other jobs there, and those that never move.
	Jobs []Jobs
}

// hive is the "12 hive", where SharePoint 2007 keeps its programs and logs.
const hive = `C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\12`

// complete fills what was left out.
func (o Options) complete() Options {
	d, r := o.Durations, o.Release.Durations
	o.Durations = farm.Durations{
		Staging:     cmp.Or(d.Staging, r.Staging, time.Minute),
		Package:     cmp.Or(d.Package, r.Package, 8*time.Minute),
		Reboot:      cmp.Or(d.Reboot, r.Reboot, 6*time.Minute),
		FirstWizard: cmp.Or(d.FirstWizard, r.FirstWizard, 22*time.Minute),
		OtherWizard: cmp.Or(d.OtherWizard, r.OtherWizard, 9*time.Minute),
		BackupPerGB: cmp.Or(d.BackupPerGB, r.BackupPerGB, 10*time.Second),
	}
	o.UserInterval = cmp.Or(o.UserInterval, 2*time.Minute)
	o.LeastInterval = cmp.Or(o.LeastInterval, 50*time.Millisecond)
	if o.Release.Baseline.Version.IsZero() {
		o.Release.Baseline.Version = farm.MustParseVersion("12.0.6219.1000")
	}
	return o
}

// BackupPerGB is how long a gigabyte takes to back up and verify.
func (o Options) BackupPerGB() time.Duration { return o.complete().Durations.BackupPerGB }

// server returns what the twin file says of a server.
func (o Options) server(name string) Server {
	for _, s := range o.Servers {
		if strings.EqualFold(s.Name, name) {
			return s
		}
	}
	return Server{Name: name}
}

// sysadmin reports whether an account has every right on a SQL Server.
func (s SQLServer) sysadmin(account string) bool {
	return !slices.ContainsFunc(s.NotSysadmin, func(a string) bool { return strings.EqualFold(a, account) })
}

// runsWebApplication reports whether users connect to a server.
func (o Options) runsWebApplication(s farm.Server) bool {
	if says := o.server(s.Name).WebApplication; says != nil {
		return *says
	}
	return s.HasRole(farm.RoleFrontEndWeb)
}

// architecture of a server's Windows.
func (o Options) architecture(name string) farm.Architecture {
	return cmp.Or(o.server(name).Architecture, farm.X64)
}

// baseline is the version a server's products have before the update.
func (o Options) baseline(name string) farm.Version {
	if v, err := farm.ParseVersion(o.server(name).Baseline); err == nil {
		return v
	}
	return o.Release.Baseline.Version
}

// sharePoint spells a version as SharePoint databases and the registry do: 12.0.0.6318.
func sharePoint(v farm.Version) string {
	return farm.Version{Major: v.Major, Minor: v.Minor, Revision: v.Build}.String()
}

// Domain is the NetBIOS name of the accounts' domain.
func (o Options) Domain() string {
	for _, s := range o.Farm.Servers {
		if d, _, ok := strings.Cut(o.Account(s.RunAs), `\`); ok {
			return d
		}
	}
	return "CONTOSO"
}

// accounts are the ones the rollout uses on this farm: administrators of its servers and SQL Servers.
func (o Options) accounts() []string {
	var out []string
	seen := map[string]bool{}
	add := func(credential string) {
		if seen[credential] || o.Account(credential) == "" {
			return
		}
		seen[credential] = true
		out = append(out, o.Account(credential))
		if o.Spellings != nil {
			out = append(out, o.Spellings(credential)...)
		}
	}
	for _, s := range o.Farm.Servers {
		add(s.ConnectAs)
		add(s.RunAs)
	}
	for _, s := range o.Farm.SQLServers {
		add(s.ConnectAs)
	}
	return out
}
