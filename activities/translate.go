package activities

import (
	"errors"

	"farmhand/internal/farm"
	"farmhand/internal/mssql"
	"farmhand/internal/winhost"
)

// hostKind translates the kinds of package winhost into those of the domain.
func hostKind(k winhost.Kind) farm.FailureKind {
	switch k {
	case winhost.KindAuth:
		return farm.FailureAuth
	case winhost.KindUnreachable:
		return farm.FailureUnreachable
	case winhost.KindRebooting:
		return farm.FailureRebooting
	case winhost.KindQuota:
		return farm.FailureQuota
	case winhost.KindDenied:
		return farm.FailureDenied
	case winhost.KindTooBig:
		return farm.FailureTooBig
	case winhost.KindConfig:
		return farm.FailureConfig
	case winhost.KindShellGone, winhost.KindInterrupted, winhost.KindFault:
		return farm.FailureInterrupted
	case winhost.KindBadOutput:
		return farm.FailureBadOutput
	case winhost.KindNotStarted:
		return farm.FailureJobStart
	case winhost.KindFailed:
		return farm.FailureCommand
	}
	return farm.FailureDefect
}

// sqlKind translates the kinds of package mssql into those of the domain.
func sqlKind(k mssql.Kind) farm.FailureKind {
	switch k {
	case mssql.KindAuth:
		return farm.FailureAuth
	case mssql.KindUnreachable:
		return farm.FailureUnreachable
	case mssql.KindDenied:
		return farm.FailureDenied
	case mssql.KindConfig, mssql.KindTooOld:
		return farm.FailureConfig
	case mssql.KindNotFound:
		return farm.FailureNotFound
	case mssql.KindBackupFailed, mssql.KindVerifyFailed:
		return farm.FailureBackup
	case mssql.KindDiskFull:
		return farm.FailureDiskFull
	case mssql.KindDeadlock, mssql.KindCancelled:
		return farm.FailureInterrupted
	case mssql.KindFailed:
		return farm.FailureSQL
	}
	return farm.FailureDefect
}

func isNoService(err error) bool { return errors.Is(err, winhost.ErrNoService) }

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
	}
	return winhost.StartManual
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
