package activities

import (
	"context"
	"time"

	"farmhand/internal/farm"
)

// RebootRequest reboots a server that has not booted since BootBefore.
type RebootRequest struct {
	ServerTarget
	BootBefore time.Time `json:"boot_before"`
	// Only waits for a boot that something else has begun, such as an installer's own.
	Only bool `json:"only_wait"`
}

// Reboot restarts a server once and waits until it has booted and answers steadily. It acts only while
// the boot time still is BootBefore, so that running it again cannot restart the server again.
func (a *Activities) Reboot(ctx context.Context, r RebootRequest) (time.Time, error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return time.Time{}, err
	}
	say, stop := keepBeating(ctx, "rebooting "+r.Server.Name)
	defer stop()
	if !r.Only {
		if err := h.Reboot(ctx, r.BootBefore); err != nil {
			return time.Time{}, fail(r.Server.Name, "", err)
		}
	}
	boot, err := h.WaitForBoot(ctx, r.BootBefore, say)
	if err != nil {
		return time.Time{}, fail(r.Server.Name, "", err)
	}
	return boot, nil
}

// BootTime reads when a server booted.
func (a *Activities) BootTime(ctx context.Context, t ServerTarget) (time.Time, error) {
	h, err := a.host(t)
	if err != nil {
		return time.Time{}, err
	}
	_, stop := keepBeating(ctx, "reading when "+t.Server.Name+" booted")
	defer stop()
	boot, _, err := h.BootTime(ctx)
	return boot, fail(t.Server.Name, farm.StepInspectServer, err)
}
