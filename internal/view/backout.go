package view

import (
	"fmt"
	"slices"
	"strings"

	"farmhand/internal/farm"
)

// backOut is the way back: databases and servers together.
func (b *runbook) backOut() {
	if b.s.NoReturn.IsZero() {
		return
	}
	b.heading(2, "Going back: restore databases AND servers")
	b.line("> **Read this first.** Packages cannot be uninstalled. Going back means: every server restored from an image or backup taken before %s, **and** every database below restored, all from the same point. Databases alone are not enough: the updated files do not fit the old databases, and updated databases do not fit the old files. Restoring the configuration database by itself is not supported. Users were off when the backups were taken, so none of their work is lost; whatever came after is.", utc(b.s.NoReturn))
	b.line("\n1. Keep W3SVC stopped on all Web servers. Stop SPTimerV3, SPAdmin and the Project services on every server.")
	b.line("2. Restore every server from before the first package, and keep them off the network until the databases are restored.")
	b.kept()
	b.line("3. Restore all of these databases, none left out. Look first whether every file can be read: a restore that stops half way leaves the farm with both.\n")
	for _, server := range sqlServers(b.s.Databases) {
		b.line("On **%s**:", escape(server))
		b.code("sql", restoreServer(b.s, server)...)
	}
	b.line("4. Start the servers, then the services as recorded above, and look at every Web application before users come back.")
}

// kept says where each server's settings and files of before lie: for single files, and for a server that was
// restored from an image older than them.
func (b *runbook) kept() {
	for _, v := range b.s.Servers {
		if v.Backup == nil || v.Backup.State != farm.StepDone {
			continue
		}
		b.line("   - %s: kept in `%s`: %s. It undoes no package; it is for single files and settings.", escape(v.Name), code(v.Backup.Folder), escape(strings.Join(v.Backup.Kept, ", ")))
		if v.Backup.IIS == "" {
			continue
		}
		restore := `%windir%\system32\inetsrv\appcmd.exe restore backup "` + v.Backup.IIS + `"`
		if strings.Contains(v.Backup.Command, "iisback.vbs") {
			restore = `cscript %windir%\system32\iisback.vbs /restore /b "` + v.Backup.IIS + `"`
		}
		b.code("bat", restore)
	}
}

// sqlServers are the SQL Servers that hold databases of the farm, in the order of the run.
func sqlServers(databases []farm.DatabaseStatus) []string {
	var out []string
	for _, d := range databases {
		if !slices.Contains(out, d.Server) {
			out = append(out, d.Server)
		}
	}
	return out
}

// restoreServer are the statements that bring the databases of one SQL Server back, the configuration
// database first: all files are read before the first database is touched.
func restoreServer(s farm.Status, server string) []string {
	databases := slices.DeleteFunc(slices.Clone(s.Databases), func(d farm.DatabaseStatus) bool { return d.Server != server })
	slices.SortStableFunc(databases, func(a, b farm.DatabaseStatus) int {
		return boolInt(!strings.EqualFold(a.Name, s.Facts.Farm.Configuration)) - boolInt(!strings.EqualFold(b.Name, s.Facts.Farm.Configuration))
	})
	lines := []string{"USE master;", "-- 1. every file can be read"}
	for _, d := range databases {
		for _, set := range setsOf(d) {
			lines = append(lines, fmt.Sprintf("RESTORE VERIFYONLY FROM %s WITH %s;", devices(set), strings.Join(setOptions(set), ", ")))
		}
	}
	lines = append(lines, "-- 2. the databases")
	for _, d := range databases {
		lines = append(lines, restoreDatabase(s, d)...)
	}
	return lines
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// setsOf are the backup sets that bring a database back. A run of before they were recorded has one full
// backup in one file.
func setsOf(d farm.DatabaseStatus) []farm.BackupSet {
	switch {
	case d.BackupState != farm.StepDone:
		return nil
	case len(d.Sets) > 0:
		return d.Sets
	case d.File == "" || !d.Verified:
		return nil
	}
	return []farm.BackupSet{{Kind: farm.SetFull, Files: []string{d.File}, Position: 1, Finished: d.BackedUpAt, Checksums: true, Verified: d.Verified}}
}

// restoreDatabase brings one database back as a DBA would: nobody in it, no mirror, the full backup, the
// differential on top of it, and only then open.
func restoreDatabase(s farm.Status, d farm.DatabaseStatus) []string {
	name, sets := bracket(d.Name), setsOf(d)
	if len(sets) == 0 {
		return []string{fmt.Sprintf("-- %s: THIS RUN HAS NO VERIFIED BACKUP OF IT. Find another one before you begin.", name)}
	}
	var lines []string
	for _, set := range sets {
		lines = append(lines, fmt.Sprintf("-- %s, %s backup of %s", name, set.Kind, utc(set.Finished)))
		if !set.Verified {
			lines = append(lines, "-- NOT VERIFIED by this run: "+orWord(set.Note, "nobody read it")+". Prove it before you begin.")
		}
	}
	lines = append(lines, fmt.Sprintf("ALTER DATABASE %s SET SINGLE_USER WITH ROLLBACK IMMEDIATE; -- only where it exists", name))
	if mirrored(s, d) {
		lines = append(lines, fmt.Sprintf("ALTER DATABASE %s SET PARTNER OFF; -- a mirrored database cannot be restored; set the mirror up anew afterwards", name))
	}
	for i, set := range sets {
		options := setOptions(set)
		if i == 0 {
			options = append(options, "REPLACE")
		}
		recovery := "RECOVERY"
		if i < len(sets)-1 {
			recovery = "NORECOVERY"
		}
		lines = append(lines, fmt.Sprintf("RESTORE DATABASE %s FROM %s WITH %s;", name, devices(set), strings.Join(append(options, recovery, "STATS = 5"), ", ")))
	}
	return append(lines, fmt.Sprintf("ALTER DATABASE %s SET MULTI_USER;", name))
}

// mirrored reports whether a database was mirrored when preflight looked.
func mirrored(s farm.Status, d farm.DatabaseStatus) bool {
	is := func(m farm.MirrorState) bool { return m.Server == d.Server && strings.EqualFold(m.Database, d.Name) }
	return slices.ContainsFunc(s.Mirrors, func(m farm.RecordedMirror) bool { return is(m.MirrorState) }) ||
		slices.ContainsFunc(s.Facts.SQL, func(f farm.SQLFacts) bool { return slices.ContainsFunc(f.Mirrors, is) })
}

// devices names all files of a set: one that is striped needs every one of them.
func devices(set farm.BackupSet) string {
	out := make([]string, len(set.Files))
	for i, f := range set.Files {
		out[i] = "DISK = " + quoted(f)
	}
	return strings.Join(out, ", ")
}

// setOptions are the options that every RESTORE of the set needs.
func setOptions(set farm.BackupSet) []string {
	options := []string{fmt.Sprintf("FILE = %d", max(set.Position, 1))}
	if set.Checksums {
		options = append(options, "CHECKSUM")
	}
	return options
}
