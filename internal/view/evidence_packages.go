package view

import (
	"slices"
	"strconv"
	"strings"

	"farmhand/internal/farm"
)

// PackagesEvidence says who accepted the license terms and which files lay on which server: the sixth section.
type PackagesEvidence struct {
	LicenseTerms []farm.LicenseTerms         `json:"license_terms,omitempty"`
	Files        []Of[[]PackageFileOnServer] `json:"files"`
}

// PackageFileOnServer is a package's file as it lay on one server when it was last looked at.
type PackageFileOnServer struct {
	Server string `json:"server"`
	farm.PackageCopy
	// Expected is the hash that the release gives, empty where it gives none.
	Expected string `json:"expected_sha256,omitempty"`
}

func packagesEvidence(farms []audited, o ReportOptions) PackagesEvidence {
	p := PackagesEvidence{Files: gather(farms, packageFiles)}
	if o.File != nil {
		p.LicenseTerms = o.File.LicenseTerms
	}
	return p
}

// packageFiles are the copies that preflight or the pull found; the hash that was noted last stands for each.
func packageFiles(k audited) []PackageFileOnServer {
	var out []PackageFileOnServer
	for _, srv := range k.status.Servers {
		facts, _ := k.status.Facts.Server(srv.Name) // a server that was not read has no copies
		for _, p := range srv.Packages {
			f := PackageFileOnServer{Server: srv.Name, PackageCopy: farm.PackageCopy{KB: p.KB}}
			if i := slices.IndexFunc(facts.Copies, func(c farm.PackageCopy) bool { return c.KB == p.KB }); i >= 0 {
				f.PackageCopy = facts.Copies[i]
			}
			if p.SHA256 != "" {
				f.SHA256 = p.SHA256
			}
			f.Expected = expectedHash(k.release, p.KB, facts.Architecture)
			if f.Path != "" || f.SHA256 != "" {
				out = append(out, f)
			}
		}
	}
	return out
}

// expectedHash is what a release says of a package's file, empty where it says nothing.
func expectedHash(rel *farm.Release, kb string, a farm.Architecture) string {
	if rel == nil {
		return ""
	}
	for _, p := range rel.Packages {
		if f, ok := p.File(a); ok && (p.KB == kb || p.ID() == kb) {
			return f.SHA256
		}
	}
	return ""
}

func (e Evidence) layPackages(d *document) {
	var terms [][]string
	for _, l := range e.Packages.LicenseTerms {
		terms = append(terms, []string{l.Package, l.AcceptedBy})
	}
	d.tabulate("License terms", []string{"package", "accepted by"}, terms)
	lay(d, e.Packages.Files, func(files []PackageFileOnServer) {
		var rows [][]string
		for _, f := range files {
			size := ""
			if f.SizeMB > 0 {
				size = strconv.Itoa(f.SizeMB) + " MB"
			}
			rows = append(rows, []string{f.Server, f.KB, f.Path, size, hashText(f.PackageCopy), expectedText(f), strings.TrimSpace(f.Signature.Status + "\n" + f.Signature.Signer)})
		}
		d.tabulate("Packages", []string{"server", "package", "file", "size", "SHA-256", "as the release says", "signature"}, rows)
	})
}

// hashText is the hash of a copy; another algorithm, and a hash that could not be made, are named.
func hashText(c farm.PackageCopy) string {
	switch {
	case c.SHA256 != "":
		return c.SHA256
	case c.Hash != "":
		return c.Algorithm + " " + c.Hash
	}
	return c.HashError
}

func expectedText(f PackageFileOnServer) string {
	switch {
	case f.Expected == "":
		return "the release gives no hash"
	case f.SHA256 == "":
		return "not compared"
	}
	return yes(strings.EqualFold(f.Expected, f.SHA256))
}
