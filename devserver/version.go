package main

import (
	"fmt"
	"runtime"

	"go.temporal.io/server/common/headers"
)

// The stamps of a release: -ldflags "-X main.stamped=0.1.0 -X main.commit=75a3242…" (tools/release). Workers and starters have
// theirs in farmhand/internal/version, a package of another module.
var stamped, commit string

// versionText is what --version prints: which release this is, as the other programs say it, and which Temporal server is in it.
func versionText() string {
	number, from := stamped, ""
	if number == "" {
		number = "(devel)"
	}
	if commit != "" {
		from = "commit " + commit + ", "
	}
	return fmt.Sprintf("devserver version %s (%s%s, %s/%s, temporal-server %s)\n", number, from, runtime.Version(), runtime.GOOS, runtime.GOARCH, headers.ServerVersion)
}
