package activities

import (
	"farmhand/internal/farm"
	"farmhand/internal/mssql"
	"farmhand/internal/winhost"
)

// hostKinds translates the kinds of package winhost into those of the domain.
var hostKinds = map[winhost.Kind]farm.FailureKind{
	winhost.KindAuth:        farm.FailureAuth,
	winhost.KindUnreachable: farm.FailureUnreachable,
	winhost.KindRebooting:   farm.FailureRebooting,
	winhost.KindQuota:       farm.FailureQuota,
	winhost.KindDenied:      farm.FailureDenied,
	winhost.KindTooBig:      farm.FailureTooBig,
	winhost.KindConfig:      farm.FailureConfig,
	winhost.KindShellGone:   farm.FailureInterrupted,
	winhost.KindInterrupted: farm.FailureInterrupted,
	winhost.KindFault:       farm.FailureCommand, // no transport error: it would come back for ever
	winhost.KindBadOutput:   farm.FailureBadOutput,
	winhost.KindNotStarted:  farm.FailureJobStart,
	winhost.KindFailed:      farm.FailureCommand,
}

// sqlKinds translates the kinds of package mssql into those of the domain.
var sqlKinds = map[mssql.Kind]farm.FailureKind{
	mssql.KindAuth:         farm.FailureAuth,
	mssql.KindUnreachable:  farm.FailureUnreachable,
	mssql.KindDenied:       farm.FailureDenied,
	mssql.KindConfig:       farm.FailureConfig,
	mssql.KindTooOld:       farm.FailureConfig,
	mssql.KindNotFound:     farm.FailureNotFound,
	mssql.KindBackupFailed: farm.FailureBackup,
	mssql.KindVerifyFailed: farm.FailureBackup,
	mssql.KindDiskFull:     farm.FailureDiskFull,
	mssql.KindDeadlock:     farm.FailureInterrupted,
	mssql.KindCancelled:    farm.FailureInterrupted,
	mssql.KindFailed:       farm.FailureSQL,
}

// kindOf looks a kind up; one that no table knows is a defect of farmhand.
func kindOf[K comparable](table map[K]farm.FailureKind, k K) farm.FailureKind {
	if f, ok := table[k]; ok {
		return f
	}
	return farm.FailureDefect
}

func serviceState(server string, s winhost.Service) farm.ServiceState {
	return farm.ServiceState{
		Server: server, Name: s.Name, Display: s.Display, Running: s.State != winhost.ServiceStopped,
		StartMode: parseStartMode(string(s.StartMode)), Path: s.Path, Account: s.Account,
	}
}

// startMode is how winhost names a start mode. Automatic (delayed start) is kept apart: a service goes
// back to exactly what it was.
func startMode(m farm.StartMode) winhost.StartMode {
	switch m {
	case farm.StartAutomatic:
		return winhost.StartAuto
	case farm.StartDelayed:
		return winhost.StartAutoDelayed
	case farm.StartDisabled:
		return winhost.StartDisabled
	default: // users off and the Project services: manual
		return winhost.StartManual
	}
}

// parseStartMode reads the words of Win32_Service.StartMode, which are not translated.
func parseStartMode(s string) farm.StartMode {
	switch s {
	case "Auto":
		return farm.StartAutomatic
	case "Auto Delayed":
		return farm.StartDelayed
	case "Manual":
		return farm.StartManual
	case "Disabled":
		return farm.StartDisabled
	}
	return farm.StartMode(s)
}
