package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
)

// VersionState is what a version of a Worker Deployment is used for, in Temporal's words.
type VersionState string

// The states of a version.
const (
	// VersionCurrent gets new runs.
	VersionCurrent VersionState = "current"
	// VersionRamping gets a share of the new runs.
	VersionRamping VersionState = "ramping"
	// VersionDraining gets no new runs, and open ones are still on it: its workers must stay.
	VersionDraining VersionState = "draining"
	// VersionDrained has no open runs left.
	VersionDrained VersionState = "drained"
	// VersionInactive was never current.
	VersionInactive VersionState = "inactive"
)

// Version is one build of a Worker Deployment.
type Version struct {
	BuildID string
	State   VersionState
	created time.Time
}

// Deployment is a Worker Deployment of the namespace with its versions, newest first.
type Deployment struct {
	Name     string
	Versions []Version
}

// Current is the build that gets new runs; empty: workers without a version do.
func (d Deployment) Current() string {
	for _, v := range d.Versions {
		if v.State == VersionCurrent {
			return v.BuildID
		}
	}
	return ""
}

// String lists the versions with what each is used for.
func (d Deployment) String() string {
	parts := make([]string, len(d.Versions))
	for i, v := range d.Versions {
		parts[i] = fmt.Sprintf("%s %s", v.BuildID, v.State)
	}
	return cmp.Or(strings.Join(parts, ", "), "no version")
}

// Deployments asks for every Worker Deployment of the namespace. The server finds out that a version is drained some
// minutes after its last run has ended.
func Deployments(ctx context.Context, c client.Client) ([]Deployment, error) {
	deployments := c.WorkerDeploymentClient()
	list, err := deployments.List(ctx, client.WorkerDeploymentListOptions{})
	if err != nil {
		return nil, fmt.Errorf("worker deployments: %w", err)
	}
	var out []Deployment
	for list.HasNext() {
		entry, err := list.Next()
		if err != nil {
			return nil, fmt.Errorf("worker deployments: %w", err)
		}
		found, err := deployments.GetHandle(entry.Name).Describe(ctx, client.WorkerDeploymentDescribeOptions{})
		if err != nil {
			return nil, fmt.Errorf("worker deployment %s: %w", entry.Name, err)
		}
		out = append(out, deploymentOf(found.Info))
	}
	return out, nil
}

func deploymentOf(info client.WorkerDeploymentInfo) Deployment {
	d := Deployment{Name: info.Name}
	for _, s := range info.VersionSummaries {
		d.Versions = append(d.Versions, Version{BuildID: s.Version.BuildID, State: stateOf(s, info.RoutingConfig), created: s.CreateTime})
	}
	slices.SortStableFunc(d.Versions, func(a, b Version) int { return b.created.Compare(a.created) })
	return d
}

func stateOf(s client.WorkerDeploymentVersionSummary, routing client.WorkerDeploymentRoutingConfig) VersionState {
	switch {
	case routing.CurrentVersion != nil && *routing.CurrentVersion == s.Version:
		return VersionCurrent
	case routing.RampingVersion != nil && *routing.RampingVersion == s.Version:
		return VersionRamping
	case s.DrainageStatus == client.WorkerDeploymentVersionDrainageStatusDraining:
		return VersionDraining
	case s.DrainageStatus == client.WorkerDeploymentVersionDrainageStatusDrained:
		return VersionDrained
	}
	return VersionInactive
}
