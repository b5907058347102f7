package config

import (
	"regexp"
	"slices"

	"farmhand/internal/farm"
)

// packageFile is what the file of a package may be called: it stands in a batch file's line, and in pull.cmd, which
// prints it.
var packageFile = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,199}\.(?i:exe)$`)

// checkPackage asks of a package everything but its version, which a language pack's package has not: the files
// of a translation carry none that would tell (domain.md A.3).
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
		n.checkOneOf(at+".architecture", string(f.Architecture), processors...)
		if n.require(at+".name", f.Name, "name the executable") && !packageFile.MatchString(f.Name) {
			n.wrong(at+".name", "%s is not a bare file name of an executable: want letters, digits, dot, dash and underscore, and .exe at the end", quoted(at, f.Name))
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
}

// maxLanguage is the greatest Windows language number with a sort order of its own left out: 16 bits.
const maxLanguage = 0xffff

// checkLanguagePacks asks of each package which language pack it updates, and of several when they come.
func (n *notes) checkLanguagePacks(l farm.LanguagePacks) {
	const key = "language_packs"
	if l.Order != "" || len(l.Packages) > 0 {
		n.checkOneOf(key+".order", string(l.Order), languageOrders...)
	}
	if l.Order != "" && len(l.Packages) == 0 {
		n.wrong(key+".packages", "missing; leave language_packs out when the release has none")
	}
	var keys, names []string
	for i, p := range l.Packages {
		at := element(key+".packages", i)
		keys, names = append(keys, at+".kb"), append(names, p.ID())
		n.checkPackage(at, p)
		if p.Language <= 0 || p.Language > maxLanguage {
			n.wrong(at+".language", "want the Windows number of the language, like 1036 for French")
		}
	}
	n.checkUnique("package of that language", keys, names)
}

// checkContains asks how the updates that come with the release are found on a server.
func (n *notes) checkContains(rel farm.Release) {
	var keys, names []string
	for i, c := range rel.Contains {
		at := element("contains", i)
		keys, names = append(keys, at+".kb"), append(names, c.KB)
		if n.require(at+".kb", c.KB, "want KB and digits, like KB951297") && !kbForm.MatchString(c.KB) {
			n.wrong(at+".kb", "%s is not the number of an article; want KB and digits, like KB951297", quoted(at, c.KB))
		}
		if len(c.Detect) == 0 {
			n.wrong(at+".detect", "missing; give at least one text that the patch's DisplayName holds, like (%s)", c.KB)
		}
		for j, text := range c.Detect {
			n.require(element(at+".detect", j), text, "an empty text would be found everywhere")
		}
		n.requireVersion(at+".version", c.Version)
	}
	n.checkUnique("contained update", keys, names)
	if with := rel.Client.ComesWith; with != "" && !slices.Contains(names, with) {
		n.wrong("client.comes_with", "%s is not among the updates of contains: %s", quoted("comes_with", with), list(names))
	}
}
