package farm

import (
	"fmt"
	"slices"
	"strings"
)

// CopyFindings judges the packages' files as they lie on the servers: after they were pulled, before anything
// is stopped. Where people staged them, Findings says the same at preflight.
func CopyFindings(r Rollout, rel Release, f Farm, facts Facts) []Finding {
	j := &judge{rollout: r, release: rel, farm: f, facts: facts, pulled: true}
	for _, s := range facts.Servers {
		if srv, ok := f.Server(s.Server); ok && srv.RunsSharePoint() && !srv.ByHand() {
			j.serverCopies(s)
		}
	}
	j.unhashed()
	slices.SortStableFunc(j.out, func(a, b Finding) int { return rank(a.Severity) - rank(b.Severity) })
	return j.out
}

// awaited reports whether the packages are still to be pulled: what lies in their folder now says nothing.
func (j *judge) awaited() bool { return j.rollout.Packages.Pulled() && !j.pulled }

// serverCopies holds each file against the release, against what the other servers hold, and against what
// Windows says of where it comes from and who signed it.
func (j *judge) serverCopies(s ServerFacts) {
	if j.awaited() {
		return
	}
	srv, _ := j.farm.Server(s.Server)
	for _, p := range j.release.For(s.Languages).InstallOrder() {
		file, ok := p.File(s.Architecture)
		if !ok {
			continue // serverPackages says so
		}
		i := slices.IndexFunc(s.Copies, func(c PackageCopy) bool { return c.KB == p.ID() && c.Exists })
		switch {
		case i >= 0:
			j.serverCopy(s, p, file, s.Copies[i])
		case !s.Holds(p.ID()):
			j.add(SeverityBlocking, s.Server, file.Name+" is not in "+j.rollout.Packages.Folder(srv), "download it and copy it there")
		}
	}
}

func (j *judge) serverCopy(s ServerFacts, p Package, file PackageFile, c PackageCopy) {
	switch {
	case c.HashError != "":
		j.add(SeverityBlocking, s.Server, file.Name+" could not be hashed: "+c.HashError, "see that the account of the connection can read the file, or copy it again")
	case c.otherThan(file):
		j.add(SeverityBlocking, s.Server, fmt.Sprintf("%s has SHA-256 %s, and the release says %s", file.Name, c.SHA256, file.SHA256), "copy the package again")
	case file.SHA256 != "" && c.Hash != "":
		j.add(SeverityWarning, s.Server, fmt.Sprintf("%s could not be compared with SHA-256 on this server: %s %s", file.Name, c.Algorithm, c.Hash),
			"compare by hand: the same hash of a file that starter packages finds good")
	}
	if c.Blocked {
		j.add(SeverityBlocking, s.Server, file.Name+" is marked as downloaded from the Internet: Windows would ask in a window that nobody sees", "unblock it in its properties")
	}
	if other := differs(j.facts.Servers, s, c); other != "" {
		j.add(SeverityBlocking, s.Server, file.Name+" is another file than on "+other, "copy the same package to every server")
	}
	if sev, what, do := c.Signature.judge(p.Signer); what != "" {
		j.add(sev, s.Server, file.Name+what, do)
	}
}

// unhashed warns once per file, not once per server, about packages whose hash nobody gave.
func (j *judge) unhashed() {
	if j.awaited() {
		return
	}
	for _, p := range j.release.InstallOrder() {
		for _, file := range p.Files {
			if file.SHA256 != "" {
				continue
			}
			servers := map[string][]string{} // algorithm and hash found -> servers
			var hashes []string
			for _, s := range j.facts.Servers {
				i := slices.IndexFunc(s.Copies, func(c PackageCopy) bool { return c.KB == p.ID() && c.Exists })
				if s.Architecture != file.Architecture || i < 0 || s.Copies[i].HashError != "" {
					continue
				}
				algorithm, hash := s.Copies[i].digest()
				h := strings.TrimSpace(algorithm + " " + hash)
				if servers[h] == nil {
					hashes = append(hashes, h)
				}
				servers[h] = append(servers[h], s.Server)
			}
			for _, h := range hashes {
				j.add(SeverityWarning, strings.Join(servers[h], ", "), fmt.Sprintf("nobody gave a hash for %s; found %s", file.Name, h), "compare it with the file you trust, and write it into the release")
			}
		}
	}
}

// differs names a server of the same architecture that holds another file of the same package, as far as hashes of one
// algorithm tell.
func differs(all []ServerFacts, s ServerFacts, c PackageCopy) string {
	for _, o := range all {
		if o.Server == s.Server || o.Architecture != s.Architecture {
			continue
		}
		for _, oc := range o.Copies {
			if oc.KB == c.KB && oc.Exists && !c.sameAs(oc) {
				return o.Server
			}
		}
	}
	return ""
}
