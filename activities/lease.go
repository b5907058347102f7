package activities

import (
	"context"

	"farmhand/internal/farm"
	"farmhand/scripts"
)

// LeaseRequest takes or gives back the lease file on the host of Central Administration: the lock between
// installations of farmhand that do not share a Temporal namespace.
type LeaseRequest struct {
	ServerTarget
	Owner string `json:"owner"`
}

const leaseFile = `\farm.lease`

// What lease.ps1 is asked to do.
const (
	actionAcquire = "acquire"
	actionRelease = "release"
)

// AcquireLease takes the farm's lease, or finds it taken by this owner already.
func (a *Activities) AcquireLease(ctx context.Context, r LeaseRequest) error {
	held, owner, err := a.lease(ctx, r, actionAcquire)
	if err != nil {
		return err
	}
	if !held {
		return failf(farm.FailureLease, r.Server.Name, "", "the farm is leased to "+owner,
			"another installation of farmhand works on it; if that one is gone for good, delete "+r.Server.Stage+leaseFile)
	}
	return nil
}

// ReleaseLease gives the farm's lease back, the last thing farmhand has on a server; a lease of somebody
// else is left alone.
func (a *Activities) ReleaseLease(ctx context.Context, r LeaseRequest) error {
	_, _, err := a.lease(ctx, r, actionRelease)
	return err
}

func (a *Activities) lease(ctx context.Context, r LeaseRequest, action string) (held bool, owner string, err error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return false, "", err
	}
	_, stop := keepBeating(ctx, "looking at the lease of "+r.Farm)
	defer stop()
	if action == actionAcquire {
		// The folder may exist; one that does not shows in the next step.
		if _, err := h.Command(ctx, `md "`+r.Server.Stage+`"`); err != nil {
			return false, "", fail(r.Server.Name, "", err)
		}
	}
	records, err := h.Script(ctx, scripts.Lease, []scripts.Arg{
		{Name: "Path", Value: r.Server.Stage + leaseFile}, {Name: "Owner", Value: r.Owner}, {Name: "Action", Value: action},
	}, nil)
	if err != nil {
		return false, "", fail(r.Server.Name, "", err)
	}
	if action == actionRelease {
		if err := removeEmpty(ctx, h, r.Server.Stage); err != nil {
			return false, "", fail(r.Server.Name, "", err)
		}
	}
	for _, rec := range records {
		if rec.Kind == "lease" {
			return rec.Bool("held"), rec.Get("owner"), nil
		}
	}
	return false, "", failf(farm.FailureBadOutput, r.Server.Name, "", "lease.ps1 answered without a lease", "")
}
