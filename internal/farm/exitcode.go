package farm

import "slices"

// ExitClass says what an exit code of an Office 2007 update package asks for.
type ExitClass string

// The classes of domain.md B.1. The code is a hint; detection on the server decides.
const (
	ExitSuccess      ExitClass = "success"            // done
	ExitReboot       ExitClass = "success-reboot"     // done, the server wants one reboot
	ExitRebooting    ExitClass = "success-rebooting"  // done, the installer itself has begun the reboot
	ExitBenign       ExitClass = "benign-if-detected" // nothing to do, if detection agrees
	ExitPrerequisite ExitClass = "prerequisite"       // something must be installed first
	ExitWrongPackage ExitClass = "wrong-package"      // not the package for this server
	ExitCorrupt      ExitClass = "corrupt-package"    // copy the file again and compare its hash
	ExitEnvironment  ExitClass = "environment"        // temp folder, disk or rights
	ExitRetryable    ExitClass = "retryable"          // another installer runs; try later
	ExitFailure      ExitClass = "failure"            // read the log, then decide
)

// Exit is one row of the table of exit codes.
type Exit struct {
	Code    int       `json:"code"`
	Class   ExitClass `json:"class"`
	Meaning string    `json:"meaning"`
	Advice  string    `json:"advice"`
}

// exits is the Office Resource Kit 2007 table with the classes of domain.md B.1.
var exits = []Exit{
	{0, ExitSuccess, "success", ""},
	{17022, ExitReboot, "success, reboot flag set", "reboot the server once"},
	{3010, ExitReboot, "success, reboot required", "reboot the server once"},
	{1641, ExitRebooting, "success, the installer has started a reboot", "wait for the new boot"},
	{17025, ExitBenign, "patch already installed", "confirm by detection"},
	{17028, ExitBenign, "no product installed for the contained patch", "confirm by detection; else this is the wrong package for the server"},
	{17026, ExitFailure, "patch already installed to the admin installation", "ask an administrator who knows the installation point"},
	{17031, ExitPrerequisite, "invalid baseline", "install Service Pack 1 first"},
	{17034, ExitPrerequisite, "required patch does not apply", "install the missing prerequisite"},
	{17027, ExitWrongPackage, "source requires a full-file update", "use the full-file package"},
	{17030, ExitCorrupt, "invalid CIF format", "copy the package again and compare its hash"},
	{17021, ExitEnvironment, "creating the temp folder failed", "check rights and free space of the temp folder"},
	{17024, ExitEnvironment, "creating a folder failed", "check rights and free space of the system drive"},
	{17303, ExitEnvironment, "extracting a file failed", "check free space, then retry once"},
	{1618, ExitRetryable, "another installation is running", "wait until it ends"},
	{17023, ExitFailure, "cancelled by a user", "find out who, then retry"},
	{17029, ExitFailure, "patch failed to install", "read the package log"},
	{17301, ExitFailure, "general detection error", "read the package log"},
	{17302, ExitFailure, "applying the patch failed", "read the package log"},
	{17038, ExitFailure, "insufficient privilege", "run under an administrator"},
	{17044, ExitFailure, "the installer could not run detection", "read the package log"},
	{1603, ExitFailure, "fatal error during installation", "read the package log"},
}

// PackageExit returns the row for an exit code of an Office 2007 package. A code the table does not
// know is a failure: nobody may guess that an unknown number means success.
func PackageExit(code int) Exit {
	for _, e := range exits {
		if e.Code == code {
			return e
		}
	}
	return Exit{Code: code, Class: ExitFailure, Meaning: "unknown exit code", Advice: "read the package log"}
}

// PackageExits returns a copy of the whole table.
func PackageExits() []Exit { return slices.Clone(exits) }

// CodeNoProduct is what a package ends with that finds none of the products it updates (the Office package on a server
// with Windows SharePoint Services alone).
const CodeNoProduct = 17028

// DidNothing reports whether the installer says that it changed nothing: the patch is there or finds no product, another
// installation was under way, or its own file is damaged.
func (c ExitClass) DidNothing() bool {
	return c == ExitBenign || c == ExitRetryable || c == ExitCorrupt
}

// Succeeded reports whether the installer says that the package is on the server now.
func (c ExitClass) Succeeded() bool {
	return c == ExitSuccess || c == ExitReboot || c == ExitRebooting
}
