package sharepoint

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// PackageFile is what a twin file may say of a package's file: as it was staged on a server, or as it comes from
// the share or address that the rollout names.
type PackageFile struct {
	// Server narrows it to one server; empty means every one.
	Server string
	KB     string
	// Zone is the ZoneId of the mark of a download, such as "3" for the Internet; only a staged file keeps it.
	Zone string
	// Signature is the status of the Authenticode signature in PowerShell's words; empty is Valid. Signer is the
	// subject of the certificate; empty is Microsoft's.
	Signature, Signer string
}

// microsoft is the subject of the certificate that signs Microsoft's updates.
const microsoft = "CN=Microsoft Corporation, OU=MOPR, O=Microsoft Corporation, L=Redmond, S=Washington, C=US"

// staged is when the packages were copied to the servers.
var staged = time.Date(2008, 7, 20, 8, 0, 0, 0, time.UTC)

// packageFile is a package's file as it lies in a server's folder, whole, or as it arrives there.
func (o Options) packageFile(server string, p farm.Package, file farm.PackageFile) windows.File {
	f := windows.File{
		Path: o.folder(server) + `\` + file.Name, Size: int64(cmp.Or(file.SizeMB, 64)) << 20, SHA256: contentOf(file),
		Version: p.Version.String(), Signature: "Valid", Signer: microsoft, Modified: staged,
	}
	for _, says := range o.PackageFiles {
		if says.KB == p.KB && (says.Server == "" || strings.EqualFold(says.Server, server)) {
			f.Zone, f.Signature, f.Signer = says.Zone, cmp.Or(says.Signature, f.Signature), cmp.Or(says.Signer, f.Signer)
		}
	}
	if f.Signature == "NotSigned" {
		f.Signer = ""
	}
	return f
}

// contentOf is the hash of a package's file as Microsoft made it.
func contentOf(f farm.PackageFile) string { return cmp.Or(f.SHA256, digest(f.Name)) }

// folder is where the packages lie on a server.
func (o Options) folder(server string) string {
	s, _ := o.Farm.Server(server)
	return o.Source.Folder(s)
}

// staged are the packages that people copied to a server beforehand; none where the server pulls them itself.
func (o Options) staged(s farm.Server, twin Server) []windows.File {
	if o.Source.Pulled() {
		return nil
	}
	var all []windows.File
	for _, p := range o.Release.For(twin.Languages).InstallOrder() {
		if f, ok := p.File(o.architecture(s.Name)); ok && !slices.Contains(twin.Missing, p.ID()) {
			all = append(all, o.packageFile(s.Name, p, f))
		}
	}
	return all
}

// marked reports whether Windows asks before it runs the file of a process, in a window on no desktop.
func (f *Farm) marked(p *windows.Process) (marked bool) {
	f.world.View(func(tx *world.Tx) {
		file, ok := windows.GetFile(tx, p.Machine.Name(), p.Image)
		marked = ok && file.Zone >= "3"
	})
	return marked
}

// damaged reports whether the file of a process is another than Microsoft's.
func (f *Farm) damaged(tx *world.Tx, p *windows.Process, pkg farm.Package, arch farm.Architecture) bool {
	file, ok := windows.GetFile(tx, p.Machine.Name(), p.Image)
	want, known := pkg.File(arch)
	return ok && known && file.SHA256 != contentOf(want)
}
