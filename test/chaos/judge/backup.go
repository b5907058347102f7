package judge

import (
	"encoding/json"
	"math"
	"regexp"
	"strings"
)

var (
	backupTo   = regexp.MustCompile(`(?is)^\s*BACKUP DATABASE \[([^\]]+)\] TO DISK = N'([^']+)'`)
	verifyFrom = regexp.MustCompile(`(?is)^\s*RESTORE VERIFYONLY FROM DISK = N'([^']+)'`)
)

// databases are all of the farm: those of the file, and those the farm itself names.
func (e *Evidence) databases() []string {
	f := e.history.input.Rollout.Farms[0]
	all := append([]string{f.Databases.Configuration}, f.Databases.Expect...)
	for _, p := range f.Projects {
		all = append(all, p.Published, p.Draft, p.Archive, p.Reporting)
	}
	for _, a := range e.history.of("DescribeFarm") {
		var farm struct {
			Databases []struct {
				Name string `json:"name"`
			} `json:"databases"`
		}
		_ = json.Unmarshal(a.result, &farm) // what the farm did not say adds nothing
		for _, d := range farm.Databases {
			all = append(all, d.Name)
		}
	}
	return all
}

// backups: before the first package, every database was backed up, by the update or by its administrator, and the file read
// back, for a differential one that of the full one, too. A file is read back only where the backup succeeded.
func (e *Evidence) backups(v *verdict) {
	first := e.firstPackage()
	if first == nil {
		return
	}
	written, verified := map[string]string{}, map[string]int64{} // file -> database; database -> event
	onTop, bases := map[string]bool{}, map[string]int64{}        // databases with differential backups; files that were there before -> event
	for _, ev := range e.events {
		if m := backupTo.FindStringSubmatch(ev.Text); m != nil {
			written[strings.ToLower(m[2])] = strings.ToLower(m[1])
			onTop[strings.ToLower(m[1])] = strings.Contains(strings.ToUpper(ev.Text), "DIFFERENTIAL")
		}
		if m := verifyFrom.FindStringSubmatch(ev.Text); m != nil {
			if d := written[strings.ToLower(m[1])]; d != "" && verified[d] == 0 {
				verified[d] = ev.Seq
			} else if d == "" {
				bases[strings.ToLower(m[1])] = ev.Seq
			}
		}
	}
	for _, name := range e.databases() {
		if d := strings.ToLower(name); onTop[d] && !baseRead(bases, d, first.start.Seq) {
			v.broken(Backup, "%d: %s began on %s before the full backup was read back that the differential one of %s is based on", first.start.Seq, first.program, first.host, d)
		}
	}
	for _, d := range e.databases() {
		at := verified[strings.ToLower(d)]
		if at == 0 {
			at = math.MaxInt64
		}
		if at > first.start.Seq {
			v.broken(Backup, "%d: %s began on %s before the backup of %s was read back", first.start.Seq, first.program, first.host, d)
		}
	}
}

// baseRead reports whether a file of a database, whoever wrote it before, was read back before an event.
func baseRead(bases map[string]int64, database string, before int64) bool {
	for file, at := range bases {
		if strings.Contains(file, database) && at < before {
			return true
		}
	}
	return false
}
