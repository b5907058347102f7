package farm

import (
	"fmt"
	"slices"
	"strings"
)

const (
	// minFreeMB is what the temp and stage drives must have free per package, besides its own size.
	minFreeMB = 1024
	// assumedFileMB stands for the file of a package whose size the release does not say; the finding names it.
	assumedFileMB = 1024
)

// demand is what one drive must have free.
type demand struct {
	drive Drive
	mb    int
	what  []string // what it is for, besides the packages' own unpacking
}

// serverDisks wants room on the drives of the temp and the stage folder, where a package unpacks itself, on the
// system drive, where Windows Installer keeps every patch, and on the drive that packages are pulled onto. The copy of
// the 12 hive goes on the stage drive as well.
func (j *judge) serverDisks(s ServerFacts) {
	srv, _ := j.farm.Server(s.Server)
	var all []*demand
	var missing []string // each is told once
	on := func(path string) *demand {
		if path == "" || slices.Contains(missing, path) {
			return nil
		}
		d, ok := s.Drive(path)
		if !ok {
			missing = append(missing, path)
			j.add(SeverityBlocking, s.Server, "there is no fixed drive for "+path, "correct the path")
			return nil
		}
		if i := slices.IndexFunc(all, func(o *demand) bool { return o.drive.Name == d.Name }); i >= 0 {
			return all[i]
		}
		all = append(all, &demand{drive: d})
		return all[len(all)-1]
	}
	unpack := j.unpackMB(s)
	for _, path := range []string{s.TempFolder, srv.Stage, s.SystemFolder} {
		if d := on(path); d != nil {
			d.mb = unpack
		}
	}
	if mb, what := j.pulledMB(s); mb > 0 {
		if d := on(j.rollout.Packages.Folder(srv)); d != nil {
			d.mb += mb
			d.what = append(d.what, what)
		}
	}
	if kept := j.farm.ServerBackup; kept.Hive && kept.HiveMB > 0 {
		if d := on(srv.Stage); d != nil {
			d.mb += kept.HiveMB
			d.what = append(d.what, fmt.Sprintf("%d MB assumed for the copy of the 12 hive (server_backup.hive_mb)", kept.HiveMB))
		}
	}
	for _, d := range all {
		if d.drive.FreeMB >= d.mb {
			continue
		}
		what := fmt.Sprintf("%s has %d MB free, and the packages want %d MB", d.drive.Name, d.drive.FreeMB, d.mb)
		if len(d.what) > 0 {
			what += ", with " + strings.Join(d.what, " and ")
		}
		j.add(SeverityBlocking, s.Server, what, "make room on "+d.drive.Name)
	}
}

// unpackMB is what the greatest package of a server wants while it is installed.
func (j *judge) unpackMB(s ServerFacts) int {
	need := 0
	for _, p := range j.release.For(s.Languages).InstallOrder() {
		size := 0
		if file, ok := p.File(s.Architecture); ok {
			size = file.SizeMB
		}
		for _, c := range s.Copies {
			if c.KB == p.ID() {
				size = max(size, c.SizeMB)
			}
		}
		need = max(need, 3*size)
	}
	return need + minFreeMB
}

// pulledMB is what the files that a server is to pull take, and words for it. Those of an earlier pull are not looked at.
func (j *judge) pulledMB(s ServerFacts) (mb int, what string) {
	if !j.awaited() {
		return 0, ""
	}
	var assumed []string
	for _, p := range j.release.For(s.Languages).InstallOrder() {
		file, ok := p.File(s.Architecture)
		switch {
		case !ok, s.Holds(p.ID()):
		case file.SizeMB > 0:
			mb += file.SizeMB
		default:
			mb += assumedFileMB
			assumed = append(assumed, file.Name)
		}
	}
	what = fmt.Sprintf("%d MB for the files that are pulled", mb)
	if len(assumed) > 0 {
		what += fmt.Sprintf(" (%d MB assumed for each of %s, whose size_mb the release does not say)", assumedFileMB, strings.Join(assumed, ", "))
	}
	return mb, what
}
