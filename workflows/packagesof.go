package workflows

import (
	"slices"

	"farmhand/internal/farm"
)

// packagesOf are the packages of a server in install order: the release's, and those of the language packs that
// preflight found there.
func (r *run) packagesOf(s farm.Server) []farm.Package {
	facts, _ := r.status.Facts.Server(s.Name)
	return r.in.Release.For(facts.Languages).InstallOrder()
}

// listPackages makes a server's list of packages what preflight found to be its own, and keeps what is known of them.
func (r *run) listPackages(s farm.Server) {
	st := r.status.Server(s.Name)
	var list []farm.PackageStatus
	for _, p := range r.packagesOf(s) {
		i := slices.IndexFunc(st.Packages, func(have farm.PackageStatus) bool { return have.KB == p.ID() })
		if i < 0 {
			list = append(list, farm.PackageStatus{KB: p.ID(), State: farm.StepPending})
			continue
		}
		list = append(list, st.Packages[i])
	}
	st.Packages = list
}
