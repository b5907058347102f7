package farm

import "fmt"

// offByPolicy is what to do about Automatic Updates on a server of a farm ("You cannot use Automatic Updates
// to install any of the Infrastructure Updates in a server farm deployment").
const offByPolicy = "turn Automatic Updates off on the servers of the farm, at least until the rollout is done (group policy: Configure Automatic Updates, disabled)"

// automaticUpdates judges what Automatic Updates could do to a server in the middle of the rollout: install
// and reboot by itself, which blocks; or offer what somebody may then click on, which is a warning.
func (j *judge) automaticUpdates(s ServerFacts) {
	if st, ok := s.Service(ServiceAutomaticUpdates); ok && st.StartMode == StartDisabled {
		return // nothing can start it
	}
	from := ""
	if s.Updates.Source != "" {
		from = " from " + s.Updates.Source
	}
	switch o := s.Updates.Option(); o {
	case UpdateOff:
	case UpdateInstall:
		j.add(SeverityBlocking, s.Server, "Automatic Updates installs by itself"+from+" and reboots the server: Automatic Updates cannot be used in a farm", offByPolicy)
	case UpdateDownload:
		j.add(SeverityWarning, s.Server, "Automatic Updates downloads by itself"+from+" and offers to install", offByPolicy+"; an approval with a deadline installs by itself")
	case UpdateNotify:
		j.add(SeverityWarning, s.Server, "Automatic Updates tells of updates"+from+" and offers to install", offByPolicy)
	case UpdateUnset:
		j.add(SeverityWarning, s.Server, "nobody decided what Automatic Updates does: neither a policy nor a setting is in the registry", offByPolicy)
	default:
		j.add(SeverityWarning, s.Server, fmt.Sprintf("Automatic Updates has the setting %d, which farmhand does not know", o), offByPolicy)
	}
}
