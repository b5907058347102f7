package farm

import (
	"fmt"
	"slices"
	"strings"
)

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
