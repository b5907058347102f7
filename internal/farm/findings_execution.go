package farm

// execution says on which servers people will be asked to run packages and the wizard, so that they are there.
func (j *judge) execution(s ServerFacts) {
	if srv, _ := j.farm.Server(s.Server); srv.ByHand() {
		j.add(SeverityInformation, s.Server, "execution is manual: an operator runs the packages and the wizard at the console", "have somebody at hand who may log on there as the setup account")
	}
}
