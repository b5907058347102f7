package farm

import (
	"fmt"
	"slices"
	"strings"
)

// backup judges what a SQL Server needs to have its databases backed up: the folder, the room, and the base of
// differential backups.
func (j *judge) backup(s SQLFacts) {
	q, _ := j.farm.SQLServer(s.Server)
	if q.Backup.Writes() {
		j.backupRoom(s, q)
	} else {
		j.add(SeverityInformation, s.Server, "backups are taken by somebody else and proven from msdb (mode: prove)",
			"have every database of the farm backed up after users are off; the run waits for it")
	}
	if q.Backup.Mode != BackupDifferential {
		return
	}
	for _, d := range j.onServer(s) {
		switch {
		case d.Base == nil:
			j.add(SeverityBlocking, s.Server, "there is no full backup of "+d.Name+" in msdb that a differential backup could be based on",
				"have a full backup taken that is not copy-only, or use mode: full")
		case !slices.ContainsFunc(d.Base.Files, isFilePath):
			j.add(SeverityBlocking, s.Server, fmt.Sprintf("the full backup of %s that a differential would be based on is not in a file: %s", d.Name, strings.Join(d.Base.Files, ", ")),
				"it may be a snapshot of another program; have a full backup taken into a file, or use mode: full")
		default:
			j.add(SeverityInformation, s.Server, fmt.Sprintf("the differential backup of %s will be based on %s of %s", d.Name, strings.Join(d.Base.Files, ", "), d.Base.Finished.UTC().Format("2006-01-02 15:04 UTC")),
				"keep that file until the update is accepted: without it the differential is worth nothing")
		}
	}
}

func (j *judge) backupRoom(s SQLFacts, q SQLServer) {
	if !s.BackupDirectory {
		j.add(SeverityBlocking, s.Server, "the backup directory "+q.Backup.Directory+" does not exist", "create it on the SQL Server computer")
	}
	need := 0
	for _, d := range j.onServer(s) {
		need += d.SizeMB
	}
	advice := "make room, or name another directory"
	switch {
	case s.BackupFreeMB < 0 && strings.HasPrefix(q.Backup.Directory, `\\`):
		j.add(SeverityWarning, s.Server, fmt.Sprintf("the room on the share %s cannot be measured from SQL Server; the databases are %d MB", q.Backup.Directory, need), "look at the share yourself")
	case s.BackupFreeMB < 0:
		j.add(SeverityWarning, s.Server, fmt.Sprintf("SQL Server lists no drive for %s; the databases are %d MB", q.Backup.Directory, need), "look at the drive yourself")
	case s.BackupFreeMB >= need:
	case q.Backup.Mode == BackupDifferential:
		j.add(SeverityWarning, s.Server, fmt.Sprintf("the backup drive has %d MB free, and the databases are %d MB: differential backups are smaller, but nobody knows by how much", s.BackupFreeMB, need), advice)
	default:
		j.add(SeverityBlocking, s.Server, fmt.Sprintf("the backup drive has %d MB free, and the databases are %d MB", s.BackupFreeMB, need), advice)
	}
}

// mirroring judges mirrored databases: SharePoint 2007 does not know of mirroring, so a person decides beforehand.
func (j *judge) mirroring(s SQLFacts) {
	q, _ := j.farm.SQLServer(s.Server)
	for _, d := range j.onServer(s) {
		i := slices.IndexFunc(s.Mirrors, func(m MirrorState) bool { return strings.EqualFold(m.Database, d.Name) })
		if i < 0 {
			continue
		}
		m := s.Mirrors[i]
		what := fmt.Sprintf("database %s is mirrored to %s (%s, %s)", d.Name, m.Partner, m.Role, m.State)
		switch {
		case q.Mirroring == "":
			j.add(SeverityBlocking, s.Server, what+", and the file has no policy for it", "add mirroring: pause or mirroring: prove-principal to the SQL Server")
		case !strings.EqualFold(m.Role, MirrorPrincipal):
			j.add(SeverityBlocking, s.Server, what, "fail it back, or name the principal in the file")
		case q.Mirroring == MirroringPause:
			j.add(SeverityInformation, s.Server, what, "mirroring is paused before the first package and resumed when users come back; until then the log of the principal grows")
		default:
			j.add(SeverityInformation, s.Server, what, "that this server is the principal is proven before each wizard")
		}
	}
}

// onServer are the farm's databases on one SQL Server, as that server describes them.
func (j *judge) onServer(s SQLFacts) []DatabaseFacts {
	var out []DatabaseFacts
	for _, d := range FarmDatabases(j.farm, j.facts) {
		if f, ok := s.Database(d.Database); ok && strings.EqualFold(d.Server, s.Server) {
			out = append(out, f)
		}
	}
	return out
}

// isFilePath tells a path from the name of a virtual device, which is a GUID, and from NUL.
func isFilePath(file string) bool {
	return len(file) > 2 && (file[1] == ':' || strings.HasPrefix(file, `\\`))
}
