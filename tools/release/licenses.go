package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// allowed are the licenses, by their SPDX identifiers, that a program of ours may be linked with and given away under: they
// ask for their text to be passed on, which a release does, and MPL-2.0 for its files' sources, which are public and not
// changed here.
var allowed = []string{
	"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-2-Clause-Views", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unlicense", "Zlib",
}

// coverage is how much of a file, in per cent, must be the text of known licenses for the file to be one.
const coverage = 75

// patentGrant is the file PATENTS of the Go authors: it grants more than their license does, and asks for nothing.
const patentGrant = "GooglePatentsFile"

// licenseFile is what files with licenses and notices are called.
var licenseFile = regexp.MustCompile(`(?i)^((un)?licen[sc]es?|copying|copyright|notice|patents)([.\-_].*)?$`)

// text is one file with a license or a notice.
type text struct {
	name string // below the folder of its module, with slashes
	body string
}

// terms are what a module asks of whoever passes it on.
type terms struct {
	licenses []string // SPDX identifiers, sorted
	texts    []text
}

// read finds the license files of a module: in its root, and on the way to the packages that are linked, for code that was
// copied into a module keeps its license beside it.
func (m *module) read() ([]text, error) {
	var found []text
	for _, dir := range m.folders() {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if !e.Type().IsRegular() || !licenseFile.MatchString(e.Name()) || filepath.Ext(e.Name()) == ".go" {
				continue
			}
			body, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				return nil, err
			}
			name, err := filepath.Rel(m.dir, filepath.Join(dir, e.Name()))
			if err != nil {
				return nil, err
			}
			found = append(found, text{name: filepath.ToSlash(name), body: strings.ReplaceAll(string(body), "\r\n", "\n")})
		}
	}
	return found, nil
}

// terms reads and judges the licenses of a module. What no program recognises is what somebody read there.
func (m *module) terms() (terms, error) {
	texts, err := m.read()
	if err != nil {
		return terms{}, err
	}
	found, wrong := judge(texts)
	read, byHand := byHand[m.path]
	switch {
	case byHand && wrong == nil:
		wrong = errors.New("its license is recognised now: take it out of byHand")
	case byHand && errors.Is(wrong, errUnknown):
		wrong = nil
		if read.license != "" {
			found = []string{read.license}
		}
		if read.text != "" {
			texts = append(texts, text{name: "LICENSE", body: read.text})
		}
	}
	if wrong != nil {
		return terms{}, fmt.Errorf("%s@%s: %w", m.path, m.version, wrong)
	}
	return terms{licenses: found, texts: texts}, nil
}

// errUnknown says that no license was recognised: a person has to read what there is (byHand).
var errUnknown = errors.New("no license that is known")

// judge names the licenses of a module's files. A file that is not all license, such as a notice, is passed on and not judged.
func judge(texts []text) ([]string, error) {
	var found []string
	for _, t := range texts {
		c := licensecheck.Scan([]byte(t.body))
		if c.Percent < coverage {
			continue
		}
		for _, match := range c.Match {
			if !match.IsURL && match.ID != patentGrant && !slices.Contains(found, match.ID) {
				found = append(found, match.ID)
			}
		}
	}
	if len(found) == 0 {
		names := make([]string, len(texts))
		for i, t := range texts {
			names[i] = t.name
		}
		return nil, fmt.Errorf("%w in %q", errUnknown, names)
	}
	slices.Sort(found)
	for _, id := range found {
		if !slices.Contains(allowed, id) {
			return nil, fmt.Errorf("the license %s is none of %s", id, strings.Join(allowed, ", "))
		}
	}
	return found, nil
}

// judged are the terms of all modules, by path and version. Every module that must not be linked is reported at once.
func judged(modules []*module) (map[string]terms, error) {
	out := map[string]terms{}
	var wrong []error
	for _, m := range modules {
		t, err := m.terms()
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		out[m.path+"@"+m.version] = t
	}
	return out, errors.Join(wrong...)
}

// unneeded are the modules that somebody read and that no program is linked with any more.
func unneeded(modules []*module) error {
	var wrong []error
	for path := range byHand {
		if !slices.ContainsFunc(modules, func(m *module) bool { return m.path == path }) {
			wrong = append(wrong, fmt.Errorf("%s: no program is linked with it: take it out of byHand", path))
		}
	}
	return errors.Join(wrong...)
}
