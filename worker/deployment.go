package main

import (
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"farmhand/config"
	"farmhand/internal/version"
)

// nameBuild lets a released worker that has a deployment, and no build id, call itself by the number of its release: so the
// same program has the same id at every site, and another one never has it by mistake. What was built otherwise has to be
// given an id.
func nameBuild(s *config.DeploymentSettings, b version.Build) {
	if s.Name != "" && s.BuildID == "" {
		s.BuildID = b.BuildID()
	}
}

// deployment makes a worker a version of a Worker Deployment. Runs are pinned: each stays on the version it started on,
// its activities and its children too, however long it runs. Without a name the worker is not versioned, and takes
// whatever no version takes.
func deployment(s config.DeploymentSettings) worker.DeploymentOptions {
	if s.Name == "" {
		return worker.DeploymentOptions{}
	}
	return worker.DeploymentOptions{
		UseVersioning:             true,
		Version:                   worker.WorkerDeploymentVersion{DeploymentName: s.Name, BuildID: s.BuildID},
		DefaultVersioningBehavior: workflow.VersioningBehaviorPinned,
	}
}
