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
	for _, p := range j.release.Packages {
		if _, ok := p.File(s.Architecture); !ok {
			j.add(SeverityBlocking, s.Server, fmt.Sprintf("the release has no file of %s for %s", p.KB, s.Architecture), "add the file to the release")
			continue
		}
		if !slices.ContainsFunc(j.rollout.LicenseTerms, func(l LicenseTerms) bool { return strings.EqualFold(l.Package, p.KB) && l.AcceptedBy != "" }) {
			j.add(SeverityBlocking, s.Server, "nobody accepted the license terms of "+p.KB, "add license_terms to the rollout file")
		}
	}
}

// serverDisks wants room on the drives of the temp and the stage folder: a package unpacks itself there.
func (j *judge) serverDisks(s ServerFacts) {
	srv, _ := j.farm.Server(s.Server)
	need := 0
	for _, c := range s.Copies {
		need = max(need, 3*c.SizeMB)
	}
	for _, path := range []string{s.TempFolder, srv.Stage} {
		if d, ok := s.Drive(path); ok && d.FreeMB < need+minFreeMB {
			j.add(SeverityBlocking, s.Server, fmt.Sprintf("%s has %d MB free, and the packages want %d MB", d.Name, d.FreeMB, need+minFreeMB), "make room on "+d.Name)
		} else if !ok && path != "" {
			j.add(SeverityBlocking, s.Server, "there is no fixed drive for "+path, "correct the path")
		}
	}
}
