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
	}
	for _, p := range j.release.Packages {
		file, ok := p.File(s.Architecture)
		if !ok {
			j.add(SeverityBlocking, s.Server, fmt.Sprintf("the release has no file of %s for %s", p.KB, s.Architecture), "add the file to the release")
			continue
		}
		i := slices.IndexFunc(s.Copies, func(c PackageCopy) bool { return c.KB == p.KB })
		if i < 0 || !s.Copies[i].Exists {
			j.add(SeverityBlocking, s.Server, file.Name+" is not in "+j.rollout.Packages.Directory, "download it and copy it there")
			continue
		}
		c := s.Copies[i]
		if file.SHA256 != "" && !strings.EqualFold(file.SHA256, c.SHA256) {
			j.add(SeverityBlocking, s.Server, fmt.Sprintf("%s has SHA-256 %s, and the release says %s", file.Name, c.SHA256, file.SHA256), "copy the package again")
		}
		if c.Blocked {
			j.add(SeverityBlocking, s.Server, file.Name+" is marked as downloaded from the Internet", "unblock it in its properties")
		}
		if other := differs(j.facts.Servers, s, c); other != "" {
			j.add(SeverityBlocking, s.Server, file.Name+" is another file than on "+other, "copy the same package to every server")
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

// unhashed warns once per file, not once per server, about packages whose hash nobody gave.
func (j *judge) unhashed() {
	for _, p := range j.release.Packages {
		for _, file := range p.Files {
			if file.SHA256 != "" {
				continue
			}
			servers := map[string][]string{} // hash found -> servers
			var hashes []string
			for _, s := range j.facts.Servers {
				i := slices.IndexFunc(s.Copies, func(c PackageCopy) bool { return c.KB == p.KB && c.Exists })
				if s.Architecture != file.Architecture || i < 0 {
					continue
				}
				h := s.Copies[i].SHA256
				if servers[h] == nil {
					hashes = append(hashes, h)
				}
				servers[h] = append(servers[h], s.Server)
			}
			for _, h := range hashes {
				j.add(SeverityWarning, strings.Join(servers[h], ", "), fmt.Sprintf("nobody gave a hash for %s; found SHA-256 %s", file.Name, h), "compare it with the file you trust, and write it into the release")
			}
		}
	}
}

// differs names a server of the same architecture that holds another file of the same package.
func differs(all []ServerFacts, s ServerFacts, c PackageCopy) string {
	for _, o := range all {
		if o.Server == s.Server || o.Architecture != s.Architecture {
			continue
		}
		for _, oc := range o.Copies {
			if oc.KB == c.KB && oc.Exists && oc.SHA256 != c.SHA256 {
				return o.Server
			}
		}
	}
	return ""
}
