package farm

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The states of a patch in the Windows Installer registry that count as present (domain.md B.3): applied,
// superseded and obsolete ones hide behind a later patch; a merely registered one does not count.
var presentPatch = []string{"1", "2", "4"}

// DetectPackage judges whether a package is on a server: its patch is found by name, or every product it
// updates is at the package's version or later (a later cumulative update hides it). One product is not
// enough: Office SharePoint Server may hold a later update of its own while Project Server does not.
func DetectPackage(p Package, products, patches []PatchState) PackageState {
	s := PackageState{KB: p.ID()}
	products, patches = inLanguage(p, products, patches)
	for _, patch := range patches {
		if slices.Contains(presentPatch, patch.State) && containsAny(patch.Name, p.Detect) {
			s.Installed, s.Evidence = true, "patch "+patch.Name
			return s
		}
	}
	s.Evidence = "no patch named " + strings.Join(p.Detect, " or ")
	if foreign(p, products) {
		s.Foreign, s.Evidence = true, "it does not apply: no "+strings.Join(p.Products, " or ")+" on this server"
		return s
	}
	if p.Version.IsZero() {
		return s
	}
	var current []string
	for _, product := range products {
		if product.Version.IsZero() || !containsAny(product.Name, p.Products) {
			continue
		}
		at := fmt.Sprintf("%s is at %s", product.Name, product.Version)
		if !product.Version.AtLeast(p.Version) {
			s.Evidence += fmt.Sprintf(", and %s, before %s", at, p.Version)
			return s
		}
		current = append(current, at)
	}
	if len(current) == 0 {
		s.Evidence += ", and no product at " + p.Version.String()
		return s
	}
	s.Installed, s.Evidence = true, strings.Join(current, ", ")
	return s
}

// inLanguage leaves the products and patches that speak for a package: for a language pack's those of its language,
// whose patches carry the same KB in every language; for any other the products of no language, and every patch.
func inLanguage(p Package, products, patches []PatchState) (mine, its []PatchState) {
	other := func(s PatchState) bool { return s.Language != p.Language }
	mine = slices.DeleteFunc(slices.Clone(products), other)
	if p.Language == 0 {
		return mine, patches
	}
	return mine, slices.DeleteFunc(slices.Clone(patches), other)
}

// ProductLanguage reads the language out of a product code of the Office family, {BRMMmmmm-PPPP-LLLL-p000-D000000FF1CE}
// (KB928516): LLLL in hex; 0 for a product of no language, and for any other code.
func ProductLanguage(code string) int {
	parts := strings.Split(strings.Trim(code, "{}"), "-")
	if len(parts) != 5 || len(parts[2]) != 4 || !strings.HasSuffix(strings.ToUpper(parts[4]), "0000000FF1CE") {
		return 0
	}
	n, err := strconv.ParseUint(parts[2], 16, 16)
	if err != nil {
		return 0
	}
	return int(n)
}

// foreign reports whether a server has none of the products that a package updates. A server on which no product
// was found at all is none: then nothing is known.
func foreign(p Package, products []PatchState) bool {
	known := false
	for _, product := range products {
		if product.State == stateFile {
			continue
		}
		known = true
		if containsAny(product.Name, p.Products) {
			return false
		}
	}
	return known && len(p.Products) > 0
}

// stateFile is the State of a PatchState that is the version of a file and no product.
const stateFile = "file"

// Proven reports whether nothing of the package is left to do on the server: it is installed, or the server has
// nothing that it updates.
func (s PackageState) Proven() bool { return s.Installed || s.Foreign }

// Holds reports whether detection found the package on the server.
func (s ServerFacts) Holds(kb string) bool {
	return slices.ContainsFunc(s.Packages, func(p PackageState) bool { return p.KB == kb && p.Installed })
}

func containsAny(s string, texts []string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc(texts, func(t string) bool { return t != "" && strings.Contains(s, strings.ToLower(t)) })
}
