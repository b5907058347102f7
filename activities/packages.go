package activities

import (
	"context"
	"strings"

	"farmhand/internal/farm"
	"farmhand/scripts"
)

// DetectRequest asks which packages of a release are on a server.
type DetectRequest struct {
	ServerTarget
	Release farm.Release `json:"release"`
}

// DetectResult is what detection says now.
type DetectResult struct {
	Packages      []farm.PackageState `json:"packages"`
	PendingReboot []string            `json:"pending_reboot,omitempty"`
	Version       farm.Version        `json:"version,omitzero"`
	SetupType     string              `json:"setup_type"`
	// Wizards are the processes of a configuration wizard that live on the server: nobody should run one now.
	Wizards []string `json:"wizards,omitempty"`
}

// DetectPackages proves the packages of a release on one server from the Windows Installer registry and
// file versions. A later update counts: it hides the package it supersedes.
func (a *Activities) DetectPackages(ctx context.Context, r DetectRequest) (DetectResult, error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return DetectResult{}, err
	}
	_, stop := keepBeating(ctx, "detecting packages on "+r.Server.Name)
	defer stop()
	in := inspection{host: h, facts: farm.ServerFacts{Server: r.Server.Name}}
	more, err := in.look(ctx, scripts.Products, scripts.Processes)
	if err != nil {
		return DetectResult{}, fail(r.Server.Name, farm.StepProvePackages, err)
	}
	in.products(more[0])
	in.detect(r.Release)
	return DetectResult{Wizards: wizardGround(more[1]).Wizards, Packages: in.facts.Packages, PendingReboot: in.facts.PendingReboot, Version: in.facts.Version, SetupType: in.facts.SetupType}, nil
}

// PackageRequest starts one package on one server.
type PackageRequest struct {
	ServerTarget
	Job     string           `json:"job"`
	Package farm.Package     `json:"package"`
	File    farm.PackageFile `json:"file"`
	// Directory holds the package's file on the server.
	Directory string `json:"directory"`
}

// packageLogPart is how much of the end of a package's log is read, bytes.
const packageLogPart = 128 << 10

// StartPackage starts a package as a detached job: quiet, without a restart and with a log, for packages
// of 2008 write none by themselves (KB954713). /log makes no folder; the job's own is there before the job
// starts. The configuration wizard is never started by it.
func (a *Activities) StartPackage(ctx context.Context, r PackageRequest) (JobRef, error) {
	if err := standInCommand(r.Server.Name, farm.StepInstallPackage, r.Directory, r.File.Name); err != nil {
		return JobRef{}, err
	}
	log := jobFolder(r.Server, r.Job) + `\` + r.Package.ID() + `.log`
	command := `"` + strings.TrimRight(r.Directory, `\`) + `\` + r.File.Name + `" /quiet /norestart /log:"` + log + `"`
	ref, err := a.start(ctx, r.ServerTarget, farm.StepInstallPackage, r.Job, command, nil)
	ref.Log = log
	return ref, err
}
