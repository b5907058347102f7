package sharepoint

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// The exit codes of an Office 2007 package (Office Resource Kit 2007; domain of internal/farm.PackageExit).
const (
	exitReboot           = 3010
	exitRebooting        = 1641
	exitInstallerBusy    = 1618
	exitCancelled        = 17023
	exitAlreadyInstalled = 17025
	exitNoProduct        = 17028
	exitFailed           = 17029
	exitBaseline         = 17031
	exitDamaged          = 17030
	exitExtract          = 17303
	exitPrivilege        = 17038
)

// switches are what a package understands (the packages of 2008; /log makes no folders).
type switches struct {
	unattended, noRestart, forceRestart bool
	log                                 string
}

func parseSwitches(args []string) switches {
	var s switches
	for _, a := range args {
		name, value, _ := strings.Cut(a, ":")
		switch strings.ToLower(strings.Replace(name, "-", "/", 1)) {
		case "/quiet", "/passive", "/q":
			s.unattended = true
		case "/norestart":
			s.noRestart = true
		case "/forcerestart":
			s.forceRestart = true
		case "/log":
			s.log = value
		}
	}
	return s
}

// runPackage is an update package.
func (f *Farm) runPackage(ctx context.Context, p *windows.Process, pkg farm.Package, arch farm.Architecture) int {
	sw := parseSwitches(p.Args)
	if !sw.unattended || f.marked(p) {
		<-ctx.Done() // the licence terms, or Windows' warning of a downloaded file, wait for a click that nobody can make here
		return exitCancelled
	}
	code, text, err := f.install(p, pkg, arch)
	if err != nil {
		return exitCancelled // killed: the code does not count
	}
	if code == exitReboot && (!sw.noRestart || sw.forceRestart) {
		code = exitRebooting
	}
	if err := f.packageLog(p, sw.log, pkg, code, text); err != nil {
		return exitCancelled
	}
	if code == exitRebooting || code == 0 && sw.forceRestart {
		go f.rebootAfter(ctx, p.Machine, f.family(p))
	}
	return code
}

// install returns the exit code, and what the log says of a failure. An error means that the process is dead.
func (f *Farm) install(p *windows.Process, pkg farm.Package, arch farm.Architecture) (int, string, error) {
	server := p.Machine.Name()
	if err := p.Commit("begin "+pkg.KB, func(tx *world.Tx) error {
		tx.Put(installationKey(server, p.PID), f.beginPackage(tx, p, pkg, arch))
		return nil
	}); err != nil {
		return 0, "", err
	}
	var begun installation
	f.world.View(func(tx *world.Tx) { tx.Get(installationKey(server, p.PID), &begun) })
	code, text := begun.Refusal, ""
	if code == 0 {
		var fault *windows.FaultError
		switch err := p.Work("package "+pkg.ID(), f.o.Durations.Package); {
		case errors.As(err, &fault):
			code, text = packageFault(fault.Fault)
		case err != nil:
			return 0, "", err
		case begun.FilesInUse:
			code = exitReboot
		}
	}
	return code, text, p.Commit("end "+pkg.KB, func(tx *world.Tx) error {
		begun.Ended = true
		tx.Put(installationKey(server, p.PID), begun)
		if begun.Refusal == 0 && farm.PackageExit(code).Class.Succeeded() {
			return f.endPackage(tx, server, pkg, code != 0)
		}
		return nil
	})
}

func packageFault(fault world.Fault) (int, string) {
	switch fault.Kind {
	case "exit":
		return fault.Code, fault.Text
	case "disk-full":
		return exitExtract, "There is not enough space on the disk."
	}
	return exitFailed, fault.Text
}

// beginPackage decides whether a package goes ahead, and breaks what its timing breaks.
func (f *Farm) beginPackage(tx *world.Tx, p *windows.Process, pkg farm.Package, arch farm.Architecture) installation {
	server := p.Machine.Name()
	refuse := func(code int) installation { return installation{KB: pkg.KB, PID: p.PID, Refusal: code} }
	products := targets(pkg, windows.Products(tx, server))
	switch {
	case !p.Administrator:
		return refuse(exitPrivilege)
	case f.damaged(tx, p, pkg, arch):
		return refuse(exitDamaged)
	case installing(tx, server, p.PID) != 0:
		return refuse(exitInstallerBusy)
	case arch != f.o.architecture(server), len(products) == 0:
		return refuse(exitNoProduct)
	case f.installed(tx, server, pkg) && !getServer(tx, server).Mixed:
		return refuse(exitAlreadyInstalled)
	}
	for _, product := range products {
		v, err := farm.ParseVersion(product.Version)
		if err != nil || !v.AtLeast(f.o.Release.Baseline.Version) {
			return refuse(exitBaseline)
		}
	}
	for _, d := range windows.Drives(tx, server) {
		if d.Name == "C:" && d.FreeMB < 3*packageSizeMB(pkg, arch) {
			return refuse(exitExtract)
		}
	}
	var before []string
	for _, earlier := range f.o.Release.Packages {
		if earlier.KB == pkg.KB || pkg.Language != 0 { // where language packs belong is the release's to say
			break
		}
		if !f.installed(tx, server, earlier) {
			before = append(before, earlier.KB)
		}
	}
	if len(before) > 0 {
		f.breakOrder(tx, p, pkg.KB, before)
	}
	for _, patch := range patches(pkg, products, arch, patchRegistered) {
		windows.AddPatch(tx, server, patch)
	}
	if jobs := f.jobs(tx); len(jobs) > 0 {
		f.filesUnderJob(tx, p, pkg.KB, jobs[0])
	}
	return installation{KB: pkg.KB, PID: p.PID, FilesInUse: f.filesUnderUsers(tx, p, pkg.KB)}
}

func packageSizeMB(pkg farm.Package, arch farm.Architecture) int {
	file, _ := pkg.File(arch)
	return max(file.SizeMB, 64)
}

// endPackage installs: the Windows Installer's rows, the files, and the mark that the wizard is due.
func (f *Farm) endPackage(tx *world.Tx, server string, pkg farm.Package, reboot bool) error {
	for _, patch := range patches(pkg, windows.Products(tx, server), f.o.architecture(server), patchApplied) {
		windows.AddPatch(tx, server, patch)
	}
	if pkg.Language != 0 {
		if reboot {
			windows.SetPendingReboot(tx, server, "PendingFileRenameOperations")
		}
		endLanguagePack(tx, server)
		return nil
	}
	state := getServer(tx, server)
	state.NeedsUpgrade = true
	packages := f.o.Release.Packages
	if pkg.KB == packages[0].KB {
		if err := setFileVersion(tx, server, owssvrPath, pkg.Version.String()); err != nil {
			return err
		}
	}
	search := pkg.Version.String()
	switch last := pkg.KB == packages[len(packages)-1].KB; {
	case last && len(f.missing(tx, server)) == 0:
		state.Mixed = false // everything is there and the last one lies on top
	case !last && state.Mixed:
		search = f.o.baseline(server).String()
	}
	if err := setFileVersion(tx, server, searchPath, search); err != nil {
		return err
	}
	windows.RegistrySet(tx, server, windows.RegistryValue{Key: wssKey, Name: "SetupType", Data: "B2B_UPGRADE"})
	windows.RegistrySet(tx, server, windows.RegistryValue{Key: webServerKey, Name: "Version", Data: sharePoint(pkg.Version)})
	if reboot {
		windows.SetPendingReboot(tx, server, "PendingFileRenameOperations")
	}
	putServer(tx, server, state)
	return nil
}

// packageLog writes the log that /log asks for, in the words of the later packages of the family: no log
// of a 2007 package is known.
func (f *Farm) packageLog(p *windows.Process, path string, pkg farm.Package, code int, text string) error {
	if path == "" {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "OPatchInstall: Getting the package %s ready to run\r\n", pkg.KB)
	if text != "" {
		fmt.Fprintf(&b, "OPatchInstall: %s\r\n", text)
	}
	if code == exitExtract {
		b.WriteString("OPatchInstall: The extraction of the files failed\r\n")
	}
	if code == exitBaseline {
		b.WriteString("OPatchInstall: Property 'WSS' value 'InvalidBaseline'\r\n")
	}
	fmt.Fprintf(&b, "OPatchInstall: Property 'SYS.PROC.RESULT' value '%d'\r\n", code)
	return p.Commit("log "+pkg.KB, func(tx *world.Tx) error {
		_ = windows.AppendFile(tx, p.Machine.Name(), path, []byte(b.String())) // no folder, no log
		return nil
	})
}

// family is a process with its task's wrapper, which still notes the exit code: milliseconds in life, which no
// pace may shorten to nothing.
func (f *Farm) family(p *windows.Process) []int {
	pids := []int{p.PID}
	if p.Task != "" {
		f.world.View(func(tx *world.Tx) { pids = append(pids, parent(tx, p.Machine.Name(), p.PID)) })
	}
	return pids
}

// rebootAfter restarts the server once the processes have ended.
func (f *Farm) rebootAfter(ctx context.Context, m *windows.Machine, pids []int) {
	for gone := false; !gone; {
		if f.world.Wait(context.WithoutCancel(ctx), 5*time.Second) != nil {
			return // the world is suspended
		}
		f.world.View(func(tx *world.Tx) {
			gone = !slices.ContainsFunc(pids, func(pid int) bool { return alive(tx, m.Name(), pid) })
		})
	}
	m.Reboot("the installation of an update was completed")
}
