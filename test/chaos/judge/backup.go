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

// backups: before the first package, every database was backed up and the file read back. It is read back only where the
// backup succeeded.
func (e *Evidence) backups(v *verdict) {
	first := e.firstPackage()
	if first == nil {
		return
	}
	written, verified := map[string]string{}, map[string]int64{} // file -> database; database -> event
	for _, ev := range e.events {
		if m := backupTo.FindStringSubmatch(ev.Text); m != nil {
			written[strings.ToLower(m[2])] = strings.ToLower(m[1])
		}
		if m := verifyFrom.FindStringSubmatch(ev.Text); m != nil {
			if d := written[strings.ToLower(m[1])]; d != "" && verified[d] == 0 {
				verified[d] = ev.Seq
			}
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
