package farm

// UpdateFacts is what Automatic Updates is told on one server (KB328010): by group policy, and by the local
// setting where the policy leaves it.
type UpdateFacts struct {
	// Off is the policy NoAutoUpdate.
	Off bool `json:"off,omitempty"`
	// Policy and Local are AUOptions of either place; zero means that the value is missing.
	Policy UpdateOption `json:"policy,omitempty"`
	Local  UpdateOption `json:"local,omitempty"`
	// Source is the WSUS server the policy names; empty means Microsoft's own.
	Source string `json:"source,omitempty"`
}

// UpdateOption is the registry's AUOptions.
type UpdateOption int

// The values of AUOptions (KB328010). Zero is farmhand's own, for none.
const (
	UpdateUnset    UpdateOption = 0
	UpdateOff      UpdateOption = 1
	UpdateNotify   UpdateOption = 2
	UpdateDownload UpdateOption = 3
	UpdateInstall  UpdateOption = 4
	UpdateLocal    UpdateOption = 5 // the local setting decides
)

// Option is what holds: the policy's where it decides, else the local one.
func (u UpdateFacts) Option() UpdateOption {
	switch {
	case u.Off:
		return UpdateOff
	case u.Policy != UpdateUnset && u.Policy != UpdateLocal:
		return u.Policy
	}
	return u.Local
}
