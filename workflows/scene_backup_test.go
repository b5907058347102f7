package workflows_test

import (
	"context"
	"errors"
	"slices"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// full is a backup set that brings a database back by itself.
func full(file string) []farm.BackupSet {
	return []farm.BackupSet{{Kind: farm.SetFull, Files: []string{file}, Position: 1, CopyOnly: true, Checksums: true, Verified: true}}
}

// busyPlaces in place of a failure: so many backups of others run on the SQL Server, which takes no more.
type busyPlaces int

func (b busyPlaces) Error() string { return "busy" }

// uncounted in place of a failure: why the SQL Server did not count a backup that was taken.
type uncounted string

func (u uncounted) Error() string { return string(u) }

// BackupDatabase backs up and verifies.
func (s *scene) BackupDatabase(_ context.Context, r activities.BackupRequest) (activities.BackupResult, error) {
	unlock, err := s.call("backup " + r.Database)
	defer unlock()
	if busy, ok := errors.AsType[busyPlaces](err); ok {
		return activities.BackupResult{Busy: int(busy)}, nil
	}
	result := activities.BackupResult{File: r.File, Verified: true, Sets: full(r.File)}
	if why, ok := errors.AsType[uncounted](err); ok {
		result.Unlimited, err = string(why), nil
	}
	return result, err
}

// ProveBackup finds what the DBA took.
func (s *scene) ProveBackup(_ context.Context, r activities.BackupRequest) (activities.BackupResult, error) {
	unlock, err := s.call("prove backup " + r.Database)
	defer unlock()
	file := `N:\DBA\` + r.Database + `.bak`
	return activities.BackupResult{File: file, Verified: true, Sets: full(file)}, err
}

// CheckBackupRoom finds room.
func (s *scene) CheckBackupRoom(_ context.Context, r activities.BackupRoomRequest) error {
	unlock, err := s.call("room " + r.Server.Name)
	defer unlock()
	return err
}

// mirrorStates are the mirrored ones of some databases, as they are now.
func (s *scene) mirrorStates(databases []string) []farm.MirrorState {
	var out []farm.MirrorState
	for _, m := range s.mirrors {
		if slices.Contains(databases, m.Database) {
			out = append(out, m)
		}
	}
	return out
}

// setMirrors changes the state of some databases.
func (s *scene) setMirrors(databases []string, state string) {
	for i, m := range s.mirrors {
		if slices.Contains(databases, m.Database) {
			s.mirrors[i].State = state
		}
	}
}

// ReadMirrors tells how databases are mirrored.
func (s *scene) ReadMirrors(_ context.Context, r activities.MirrorRequest) ([]farm.MirrorState, error) {
	unlock, err := s.call("read mirrors " + r.Server.Name)
	defer unlock()
	return s.mirrorStates(r.Databases), err
}

// PauseMirroring suspends it.
func (s *scene) PauseMirroring(_ context.Context, r activities.MirrorRequest) ([]farm.MirrorState, error) {
	unlock, err := s.call("pause mirrors " + r.Server.Name)
	defer unlock()
	before := s.mirrorStates(r.Databases)
	if err == nil {
		s.setMirrors(r.Databases, farm.MirrorSuspended)
	}
	return before, err
}

// ResumeMirroring lets mirrors catch up.
func (s *scene) ResumeMirroring(_ context.Context, r activities.MirrorRequest) ([]farm.MirrorState, error) {
	unlock, err := s.call("resume mirrors " + r.Server.Name)
	defer unlock()
	before := s.mirrorStates(r.Databases)
	if err == nil {
		s.setMirrors(r.Databases, "SYNCHRONIZED")
	}
	return before, err
}

// ProvePrincipal agrees.
func (s *scene) ProvePrincipal(_ context.Context, r activities.MirrorRequest) ([]farm.MirrorState, error) {
	unlock, err := s.call("prove principal " + r.Server.Name)
	defer unlock()
	return s.mirrorStates(r.Databases), err
}

// StartServerBackup starts the job that keeps a server's settings and hive.
func (s *scene) StartServerBackup(_ context.Context, r activities.ServerBackupRequest) (activities.ServerBackupStart, error) {
	unlock, err := s.call("back up server " + r.Server.Name)
	defer unlock()
	if err != nil {
		return activities.ServerBackupStart{}, err
	}
	s.jobs[r.Job]++
	s.pending[r.Job] = s.end("backup " + r.Server.Name)
	return activities.ServerBackupStart{
		Job:   activities.JobRef{ServerTarget: r.ServerTarget, Job: r.Job, Boot: s.boots[r.Server.Name], Ran: "xcopy"},
		Files: []string{r.Folder + `\` + r.Name + ".reg"}, Kept: []string{"registry key 12.0"},
	}, nil
}

// ProveServerBackup finds it.
func (s *scene) ProveServerBackup(_ context.Context, r activities.ServerBackupProof) error {
	unlock, err := s.call("prove backup of server " + r.Server.Name)
	defer unlock()
	return err
}
