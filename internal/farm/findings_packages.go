package farm

import (
	"fmt"
	"slices"
	"strings"
)

// minFreeMB is what the temp and stage drives must have free per package, besides its own size.
const minFreeMB = 1024

func (j *judge) serverPackages(s ServerFacts) {
	for _, p := range s.Packages {
		if p.Installed {
			j.add(SeverityInformation, s.Server, p.KB+" is there already: "+p.Evidence, "it is proven, not installed again")
		}
		if p.Foreign {
			j.add(SeverityWarning, s.Server, p.KB+": "+p.Evidence, "make sure that the server is meant to be so; the package runs all the same and has to say that it finds no product (17028)")
		}
	}
	for _, p := range j.release.For(s.Languages).InstallOrder() {
		if slices.ContainsFunc(s.Packages, func(st PackageState) bool { return st.KB == p.ID() && st.Installed }) {
			continue // what is there already needs no file and no license terms
		}
		if _, ok := p.File(s.Architecture); !ok {
			j.add(SeverityBlocking, s.Server, fmt.Sprintf("the release has no file of %s for %s", p.ID(), s.Architecture), "add the file to the release")
			continue
		}
		if !slices.ContainsFunc(j.rollout.LicenseTerms, func(l LicenseTerms) bool { return strings.EqualFold(l.Package, p.KB) && l.AcceptedBy != "" }) {
			j.add(SeverityBlocking, s.Server, "nobody accepted the license terms of "+p.KB, "add license_terms to the rollout file")
		}
	}
}

// serverDisks wants room on the drives of the temp and the stage folder, where a package unpacks itself, and on
// the system drive, where Windows Installer keeps every patch.
func (j *judge) serverDisks(s ServerFacts) {
	need := 0
	for _, p := range j.release.For(s.Languages).InstallOrder() {
		size := 0
		if file, ok := p.File(s.Architecture); ok {
			size = file.SizeMB
		}
		for _, c := range s.Copies {
			if c.KB == p.ID() {
				size = max(size, c.SizeMB)
			}
		}
		need = max(need, 3*size)
	}
	need += minFreeMB
	srv, _ := j.farm.Server(s.Server)
	var seen []string
	for _, path := range []string{s.TempFolder, srv.Stage, s.SystemFolder} {
		d, ok := s.Drive(path)
		switch {
		case path == "" || slices.Contains(seen, d.Name):
		case !ok:
			j.add(SeverityBlocking, s.Server, "there is no fixed drive for "+path, "correct the path")
		case d.FreeMB < need:
			j.add(SeverityBlocking, s.Server, fmt.Sprintf("%s has %d MB free, and the packages want %d MB", d.Name, d.FreeMB, need), "make room on "+d.Name)
		}
		if ok {
			seen = append(seen, d.Name)
		}
	}
}
