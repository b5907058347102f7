package config

import (
	"regexp"
	"strings"

	"farmhand/internal/farm"
)

var (
	kbForm     = regexp.MustCompile(`^KB[0-9]{5,8}$`)
	sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// checkRelease asks of a release file everything a rollout relies on.
func (n *notes) checkRelease(rel farm.Release) {
	n.checkName("release", rel.Name)
	n.require("title", rel.Title, "say in a line what the release is")
	if len(rel.Packages) == 0 {
		n.wrong("packages", "missing; a release has at least one package, in install order")
	}
	var keys, names []string
	for i, p := range rel.Packages {
		key := element("packages", i)
		keys, names = append(keys, key+".kb"), append(names, p.KB)
		n.checkPackage(key, p)
	}
	n.checkUnique("package", keys, names)
	n.requireVersion("baseline.version", rel.Baseline.Version)
	n.requireVersion("expected.project_databases", rel.Expected.ProjectDatabases)
	n.requireVersion("expected.sharepoint_databases", rel.Expected.SharePointDatabases)
	n.checkClient(rel.Client)
}

func (n *notes) checkPackage(key string, p farm.Package) {
	if n.require(key+".kb", p.KB, "want KB and digits, like KB951695") && !kbForm.MatchString(p.KB) {
		n.wrong(key+".kb", "%s is not the number of an article; want KB and digits, like KB951695", quoted(key, p.KB))
	}
	if len(p.Files) == 0 {
		n.wrong(key+".files", "missing; name the executable for each architecture")
	}
	var keys, architectures []string
	for j, f := range p.Files {
		at := element(key+".files", j)
		keys, architectures = append(keys, at+".architecture"), append(architectures, string(f.Architecture))
		n.checkOneOf(at+".architecture", string(f.Architecture), string(farm.X86), string(farm.X64))
		if n.require(at+".name", f.Name, "name the executable") && (strings.ContainsAny(f.Name, "/\\:*?\"<>|%& ") || !strings.EqualFold(f.Name[max(0, len(f.Name)-4):], ".exe")) {
			n.wrong(at+".name", "%s is not a bare file name of an executable", quoted(at, f.Name))
		}
		if f.SHA256 != "" && !sha256Form.MatchString(f.SHA256) {
			n.wrong(at+".sha256", "want 64 hex digits in lower case")
		}
		if f.SizeMB < 0 {
			n.wrong(at+".size_mb", "want a size in megabytes")
		}
	}
	n.checkUnique("architecture", keys, architectures)
	if len(p.Detect) == 0 {
		n.wrong(key+".detect", "missing; give at least one text that the patch's DisplayName holds, like (%s)", p.KB)
	}
	for j, text := range p.Detect {
		n.require(element(key+".detect", j), text, "an empty text would be found everywhere")
	}
	for j, text := range p.Products {
		n.require(element(key+".products", j), text, "an empty text would be found everywhere")
	}
	n.requireVersion(key+".version", p.Version)
}

func (n *notes) requireVersion(key string, v farm.Version) {
	if v.IsZero() {
		n.wrong(key, "missing; want a version, like 12.0.6318.5000")
	}
}
