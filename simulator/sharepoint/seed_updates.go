package sharepoint

import "farmhand/simulator/windows"

// The registry keys of Automatic Updates (KB328010).
const (
	updatePolicyKey = `HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`
	updateLocalKey  = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update`
)

// AutomaticUpdates are the values of Server.AutomaticUpdates. Without one a policy turns Automatic Updates
// off, as a farm wants it.
func AutomaticUpdates() []string {
	return []string{"install", "download", "notify", "local", "wsus", "unset"}
}

// updatePolicy is what the registry says of Automatic Updates: installed by policy at a set time, downloaded
// or only told by policy, installed by the local setting, installed from a WSUS server, or nothing at all.
func updatePolicy(twin Server) []windows.RegistryValue {
	number := func(key, name, n string) windows.RegistryValue {
		return windows.RegistryValue{Key: key, Name: name, Type: "REG_DWORD", Data: "0x" + n}
	}
	const au = updatePolicyKey + `\AU`
	switch twin.AutomaticUpdates {
	case "install":
		return []windows.RegistryValue{number(au, "NoAutoUpdate", "0"), number(au, "AUOptions", "4")}
	case "download":
		return []windows.RegistryValue{number(au, "NoAutoUpdate", "0"), number(au, "AUOptions", "3")}
	case "notify":
		return []windows.RegistryValue{number(updateLocalKey, "AUOptions", "2")}
	case "local":
		return []windows.RegistryValue{number(updateLocalKey, "AUOptions", "4")}
	case "wsus":
		return []windows.RegistryValue{
			number(au, "NoAutoUpdate", "0"), number(au, "AUOptions", "4"), number(au, "UseWUServer", "1"),
			{Key: updatePolicyKey, Name: "WUServer", Data: "http://wsus.contoso"},
		}
	case "unset":
		return nil
	}
	return []windows.RegistryValue{number(au, "NoAutoUpdate", "1")}
}
