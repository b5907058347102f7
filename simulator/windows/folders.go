package windows

import (
	"strings"

	"farmhand/simulator/world"
)

// The folders of every server.
const (
	windowsFolder = `C:\WINDOWS`
	systemFolder  = `C:\WINDOWS\system32`
)

// seedFolders makes the folders that every server has.
func seedFolders(tx *world.Tx, server string) {
	for _, p := range []string{systemFolder, windowsFolder + `\Temp`, `C:\Program Files\Common Files`, profiles(getSystem(tx, server))} {
		seedFolder(tx, server, p)
	}
}

// profiles is the folder of the users' profiles.
func profiles(s system) string {
	if s.is2003() {
		return `C:\Documents and Settings`
	}
	return `C:\Users`
}

func profileFolder(s system, user string) string {
	return profiles(s) + `\` + user[strings.LastIndexByte(user, '\\')+1:]
}

func tempFolder(s system, user string) string {
	if s.is2003() {
		return profileFolder(s, user) + `\Local Settings\Temp`
	}
	return profileFolder(s, user) + `\AppData\Local\Temp`
}

func (s *session) profile() string { return profileFolder(s.system, s.user) }
func (s *session) temp() string    { return tempFolder(s.system, s.user) }

// ensureProfile makes an account's profile, as its first logon does.
func (m *Machine) ensureProfile(user string) error {
	sys := m.system()
	var known bool
	m.world.View(func(tx *world.Tx) { known = FolderExists(tx, m.name, tempFolder(sys, user)) })
	if known {
		return nil
	}
	return m.world.Update(func(tx *world.Tx) error { return MakeFolder(tx, m.name, tempFolder(sys, user)) })
}
