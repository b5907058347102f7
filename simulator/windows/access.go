package windows

import (
	"slices"
	"strings"

	"farmhand/simulator/world"
)

// The twin has no access control lists: icacls and cacls check what they are told as Windows does, and say
// what they say of a file whose list was changed.

// noMapping is ERROR_NONE_MAPPED: a name that no account has.
const noMapping = 1332

// invalidParameter is ERROR_INVALID_PARAMETER.
const invalidParameter = 87

// icacls is icacls.exe, which names accounts by SID where it is told to. That of Windows Server 2003 SP2
// cannot cut inheritance.
func (s *session) icacls(tail string) int {
	words := splitWords(tail)
	if len(words) == 0 {
		return s.usage("ICACLS name")
	}
	if s.system.is2003() {
		if i := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(strings.ToLower(w), "/inheritance") }); i >= 0 {
			s.errorf("Invalid parameter \"%s\"", words[i])
			return invalidParameter
		}
	}
	if !s.listed(words[0]) {
		return 2
	}
	s.outf("processed file: %s\nSuccessfully processed 1 files; Failed processing 0 files\n", words[0])
	return 0
}

// cacls is cacls.exe: without /E it replaces the whole list, and asks first. It knows accounts by name only,
// and the names of groups are Windows' own language.
func (s *session) cacls(tail string) int {
	words := splitWords(tail)
	if len(words) == 0 {
		return s.usage("CACLS filename")
	}
	if !s.listed(words[0]) {
		return 2
	}
	edit, granting := false, false
	for _, w := range words[1:] {
		switch {
		case strings.HasPrefix(w, "/"):
			granting = strings.EqualFold(w, "/g")
			edit = edit || strings.EqualFold(w, "/e")
		case granting && !s.knowsAccount(w[:max(0, strings.LastIndexByte(w, ':'))]):
			s.errorf("No mapping between account names and security IDs was done.")
			return noMapping
		}
	}
	if !edit {
		s.outf("Are you sure (Y/N)?")
		if answer, _ := s.readLine(); !s.agrees(answer) {
			return 1
		}
	}
	s.outf("processed dir: %s\n", words[0])
	return 0
}

// knowsAccount reports whether a name is an account's: one of a domain, or a group of this Windows.
func (s *session) knowsAccount(name string) bool {
	return strings.Contains(name, `\`) || slices.ContainsFunc([]string{s.system.Language.system(), s.system.Language.administrators()}, func(known string) bool {
		return strings.EqualFold(name, known)
	})
}

// listed reports whether a file is there, and prints that it is not.
func (s *session) listed(name string) bool {
	there := false
	s.view(func(tx *world.Tx) { _, there = stat(tx, s.machine.name, s.absolute(name)) })
	if !there {
		s.failed(message(name + ": " + s.system.Language.in(fileNotFound)))
	}
	return there
}
