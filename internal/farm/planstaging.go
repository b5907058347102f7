package farm

// Staging returns the plan with the pull of the packages, in the phase preflight: users still work then. Where the
// packages are staged by people the plan stays as it is.
func (p Plan) Staging(source PackageSource, f Farm, rel Release) Plan {
	if !source.Pulled() {
		return p
	}
	phases := append([]PlannedPhase{}, p.Phases...)
	for i := range phases {
		if phases[i].Phase != PhasePreflight {
			continue
		}
		phases[i].Steps = append([]PlannedStep{}, phases[i].Steps...)
		for _, s := range f.SharePointServers() {
			if s.ByHand() {
				continue
			}
			phases[i].add(StepStagePackages, s.Name, rel.Durations.Staging)
		}
		phases[i].Expected = phases[i].expected()
	}
	p.Phases = phases
	return p
}
