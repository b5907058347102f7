package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"farmhand/internal/engine"
	"farmhand/internal/farm"
)

// rehearseAttached sees a rollout through whose processes run already, as those of docker-compose.yml do.
func (a *app) rehearseAttached(ctx context.Context, f file, o rehearsing) error {
	if err := simulated(f.rollout); err != nil {
		return err
	}
	options, err := engine.Options(a.telemetry, nil)
	if err != nil {
		return err
	}
	d, err := a.deskAt(ctx, options, a.temporalUI, serverPatience)
	if err != nil {
		return err
	}
	defer d.close()
	snap, err := a.seeThrough(ctx, d, f, options.HostPort, o)
	if err != nil {
		return err
	}
	return exit(snap.code())
}

// simulated refuses a rollout of which a server is not on a loopback address: there it could be a real one, and a
// rehearsal approves by itself.
func simulated(r farm.Rollout) error {
	var errs []error
	check := func(name, address string) {
		if ip, err := netip.ParseAddr(address); err != nil || !ip.IsLoopback() {
			errs = append(errs, fmt.Errorf("%s at %s is on no loopback address: a rehearsal is for simulated farms", name, address))
		}
	}
	for _, f := range r.Farms {
		for _, s := range f.Servers {
			check(s.Name, s.Address)
		}
		for _, s := range f.SQLServers {
			check(s.Name, s.Address)
		}
	}
	return errors.Join(errs...)
}
