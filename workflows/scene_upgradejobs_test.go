package workflows_test

import (
	"context"

	"farmhand/activities"
	"farmhand/internal/farm"
)

// ReadUpgradeJobs tells the upgrade jobs that the scenario has the object model show.
func (s *scene) ReadUpgradeJobs(_ context.Context, r activities.UpgradeJobsRequest) (farm.UpgradeJobWitness, error) {
	unlock, err := s.call("object model jobs")
	defer unlock()
	s.jobs[r.Job]++
	return farm.UpgradeJobWitness{Source: farm.SourceObjectModel, Jobs: s.modelJobs, Unreadable: s.modelSilent}, err
}

// QueryUpgradeJobs tells those that the configuration database shows.
func (s *scene) QueryUpgradeJobs(_ context.Context, r activities.UpgradeJobsQuery) (farm.UpgradeJobWitness, error) {
	unlock, err := s.call("database jobs")
	defer unlock()
	return farm.UpgradeJobWitness{Source: farm.SourceDatabase, Jobs: s.databaseJobs, Unreadable: s.databaseSilent}, err
}

// ClearConfigCache clears the cache of a server, whose timer service stops.
func (s *scene) ClearConfigCache(_ context.Context, t activities.ServerTarget) (farm.ConfigCache, error) {
	unlock, err := s.call("clear cache " + t.Server.Name)
	defer unlock()
	if err == nil {
		s.stopped[t.Server.Name+"/SPTimerV3"] = true
	}
	return farm.ConfigCache{Server: t.Server.Name, Folder: `C:\ProgramData\Microsoft\SharePoint\Config\1`, Stamp: "16449", Files: 12}, err
}

// RebuildConfigCache starts the timer service of a server again.
func (s *scene) RebuildConfigCache(_ context.Context, t activities.ServerTarget) (farm.ConfigCache, error) {
	unlock, err := s.call("rebuild cache " + t.Server.Name)
	defer unlock()
	if err == nil {
		delete(s.stopped, t.Server.Name+"/SPTimerV3")
	}
	return farm.ConfigCache{Server: t.Server.Name, Folder: `C:\ProgramData\Microsoft\SharePoint\Config\1`, Stamp: "16450", Files: 12}, err
}
