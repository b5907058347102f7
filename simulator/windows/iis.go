package windows

import (
	"fmt"
	"slices"
	"strings"

	"farmhand/simulator/world"
)

// Where Internet Information Services keep their settings and the backups of them: IIS 7 in files, IIS 6 in the
// metabase.
const (
	iisFolder   = systemFolder + `\inetsrv`
	iisBackups  = iisFolder + `\backup`
	metabackups = iisFolder + `\MetaBack`
)

// appcmd is appcmd.exe of IIS 7: add, list, restore and delete backup. A backup is a folder with the files of the
// configuration.
func (s *session) appcmd(tail string) int {
	words := splitWords(tail)
	if len(words) < 2 || !strings.EqualFold(words[1], "backup") {
		s.errorf("ERROR ( message:The command syntax is not valid. )")
		return 87
	}
	verb, name := strings.ToLower(words[0]), ""
	if len(words) > 2 {
		name = words[2]
	}
	folder := iisBackups + `\` + name
	there := false
	s.view(func(tx *world.Tx) { there = name != "" && FolderExists(tx, s.machine.name, folder) })
	switch {
	case verb == "list":
		s.view(func(tx *world.Tx) {
			for _, f := range Files(tx, s.machine.name, iisBackups) {
				s.outf("BACKUP \"%s\"\n", base(f.Path))
			}
		})
		return 0
	case verb == "add" && there:
		s.errorf("ERROR ( message:Failed to create the backup \"%s\". Cannot create a file when that file already exists. )", name)
		return 183
	case verb == "add" && name != "":
		if err := s.update(func(tx *world.Tx) error { return s.saveSettings(tx, folder) }); err != nil {
			s.failed(err)
			return 1
		}
		s.outf("BACKUP object \"%s\" added\n", name)
		return 0
	case !slices.Contains([]string{"restore", "delete"}, verb) || !there:
		s.errorf("ERROR ( message:Cannot find BACKUP object with identifier \"%s\". )", name)
		return 1168
	case verb == "delete":
		if err := s.update(func(tx *world.Tx) error { RemoveFile(tx, s.machine.name, folder); return nil }); err != nil {
			return 1
		}
		s.outf("BACKUP object \"%s\" deleted\n", name)
		return 0
	}
	s.outf("Restored configuration from backup \"%s\"\n", name)
	return 0
}

// saveSettings writes the configuration files of IIS 7 into a folder.
func (s *session) saveSettings(tx *world.Tx, folder string) error {
	if err := MakeFolder(tx, s.machine.name, folder); err != nil {
		return err
	}
	for _, file := range []string{"applicationHost.config", "administration.config", "redirection.config"} {
		text := fmt.Sprintf("<!-- %s of %s -->\r\n", file, s.system.Name)
		if err := WriteFile(tx, s.machine.name, folder+`\`+file, []byte(text)); err != nil {
			return err
		}
	}
	return nil
}

// cscript is cscript.exe with the one script the twin has: iisback.vbs of IIS 6, with /backup and /b NAME.
func (s *session) cscript(tail string) int {
	words := slices.DeleteFunc(splitWords(tail), func(w string) bool { return strings.HasPrefix(w, "//") })
	if len(words) == 0 || !strings.EqualFold(base(words[0]), "iisback.vbs") || !s.system.is2003() {
		s.errorf("Input Error: Can not find script file \"%s\".", strings.Join(words, " "))
		return 1
	}
	name := ""
	for i, w := range words {
		if strings.EqualFold(w, "/b") && i+1 < len(words) {
			name = words[i+1]
		}
	}
	if name == "" || !slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, "/backup") }) {
		return s.usage("Invalid syntax.")
	}
	err := s.update(func(tx *world.Tx) error {
		if err := MakeFolder(tx, s.machine.name, metabackups); err != nil {
			return err
		}
		for _, ending := range []string{".MD0", ".SC0"} {
			if err := WriteFile(tx, s.machine.name, metabackups+`\`+name+ending, []byte("metabase of "+s.system.Name)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.failed(err)
		return 1
	}
	s.outf("Backup %s version NEXT_VERSION has been CREATED.\n", name)
	return 0
}
