package main

import (
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"farmhand/config"
)

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
