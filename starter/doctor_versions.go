package main

import (
	"context"
	"fmt"

	"farmhand/internal/codec"
	"farmhand/internal/engine"
	"farmhand/internal/secrets"
)

// versions shows which builds of the worker the namespace knows, and which of them still have runs.
func (d *doctor) versions(ctx context.Context, desk *desk) {
	deployments, err := engine.Deployments(ctx, desk.client)
	if err != nil {
		d.bad("worker versions", err.Error(), "an answer")
		return
	}
	if len(deployments) == 0 {
		d.good("worker versions", "none: workers are not versioned")
	}
	for _, one := range deployments {
		what := "versions of " + one.Name
		if one.Current() == "" {
			d.bad(what, one.String(), fmt.Sprintf("a current one, or only workers without a version get new rollouts: "+
				"temporal worker deployment set-current-version --deployment-name %s --build-id BUILD", one.Name))
			continue
		}
		d.good(what, one.String())
	}
}

// codec checks the keys of the settings. It never shows one.
func (d *doctor) codec() {
	c, err := codec.Load(d.settings.Codec, secrets.NewResolver(d.settings.Secrets))
	switch {
	case err != nil:
		d.bad("codec", err.Error(), "")
	case !c.Encrypts():
		d.good("codec", "payloads in Temporal are not encrypted")
	default:
		d.good("codec", fmt.Sprintf("key %s encrypts, %s decrypt", d.settings.Codec.Keys[0].ID, count(len(d.settings.Codec.Keys), "key")))
	}
}
