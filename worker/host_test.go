package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"

	"farmhand/config"
)

// TestActivitiesAtOnce: the setting bounds the activities of the site, and nothing of the worker that takes workflows.
func TestActivitiesAtOnce(t *testing.T) {
	common := worker.Options{WorkerStopTimeout: time.Minute}
	require.Equal(t, worker.Options{WorkerStopTimeout: time.Minute, DisableWorkflowWorker: true, MaxConcurrentActivityExecutionSize: 7},
		ofSite(common, config.Settings{Activities: config.ActivitySettings{Parallel: 7}}))
	require.Zero(t, common.MaxConcurrentActivityExecutionSize)
}
