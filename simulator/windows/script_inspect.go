package windows

import (
	"context"
	"strconv"

	"farmhand/simulator/world"
)

// sharePointKey is where Windows SharePoint Services 3.0 keeps what Inspect reads.
const sharePointKey = `HKLM\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\12.0`

// inspectScript is inspect.ps1: what preflight reads of one server.
func inspectScript(_ context.Context, c ScriptCall) (records []Record, _ error) {
	s, server, stack := c.session.system, c.Machine.name, c.Machine.winrmStack()
	c.Machine.world.View(func(tx *world.Tx) {
		records = append(records,
			NewRecord("os", "version", s.Version, "caption", s.Caption, "servicepack", strconv.Itoa(s.ServicePack),
				"architecture", string(s.Architecture), "language", strconv.Itoa(s.Language.LCID()), "boot", stamp(toldBoot(tx, server)), "now", stamp(Clock(tx, server)),
				"computer", s.Name, "domain", s.Domain),
			NewRecord("host", "powershell", s.PowerShell, "clr", "2.0.50727.3053", "codepage", strconv.Itoa(s.CodePage),
				"memory_mb", strconv.Itoa(s.MemoryMB), "stack", stack),
			NewRecord("account", "user", c.User, "administrator", strconv.FormatBool(c.Administrator), "elevated", strconv.FormatBool(c.Administrator)),
		)
		for _, d := range Drives(tx, server) {
			records = append(records, NewRecord("drive", "name", d.Name, "free_mb", strconv.Itoa(d.FreeMB), "size_mb", strconv.Itoa(d.SizeMB)))
		}
		records = append(records,
			NewRecord("folder", "name", "temp", "path", tempFolder(s, c.User)),
			NewRecord("folder", "name", "common", "path", `C:\Program Files\Common Files`),
			NewRecord("folder", "name", "system", "path", systemFolder))
		for _, p := range PendingReboot(tx, server) {
			records = append(records, NewRecord("pending", "source", p))
		}
		records = append(records, updatesRecord(tx, server))
		if r, ok := sharePointRecord(tx, server); ok {
			records = append(records, r)
			records = append(records, languageRecords(tx, server)...)
		}
	})
	return records, nil
}

// sharePointRecord reads the registry of SharePoint; there is none without the key ...\12.0\WSS.
func sharePointRecord(tx *world.Tx, server string) (Record, bool) {
	const wss = sharePointKey + `\WSS`
	if _, ok := getKey(tx, server, wss); !ok {
		return Record{}, false
	}
	value := func(k, name string) string {
		v, _ := RegistryGet(tx, server, k, name)
		return v.Data
	}
	return NewRecord("wss", "serverrole", value(wss, "SERVERROLE"), "setuptype", value(wss, "SetupType"),
		"version", value(sharePointKey, "Version"), "languagepack", dword(RegistryValue{Data: value(wss, "LanguagePackInstalled")}),
		"configdb", value(sharePointKey+`\Secure\ConfigDB`, "dsn"), "path", value(sharePointKey, "Location")), true
}

// updatePolicyKey and updateLocalKey are where Automatic Updates is configured (KB328010).
const (
	updatePolicyKey = `HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate`
	updateLocalKey  = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update`
)

// updatesRecord reads what Automatic Updates is told.
func updatesRecord(tx *world.Tx, server string) Record {
	source := ""
	if use, _ := RegistryGet(tx, server, updatePolicyKey+`\AU`, "UseWUServer"); dword(use) == "1" {
		v, _ := RegistryGet(tx, server, updatePolicyKey, "WUServer")
		source = v.Data
	}
	value := func(k, name string) string {
		v, _ := RegistryGet(tx, server, k, name)
		return dword(v)
	}
	return NewRecord("updates", "noautoupdate", value(updatePolicyKey+`\AU`, "NoAutoUpdate"), "policy", value(updatePolicyKey+`\AU`, "AUOptions"),
		"local", value(updateLocalKey, "AUOptions"), "source", source)
}

// dword is a REG_DWORD as PowerShell prints it: 0x4 is 4.
func dword(v RegistryValue) string {
	if n, err := strconv.ParseUint(v.Data, 0, 32); err == nil {
		return strconv.FormatUint(n, 10)
	}
	return v.Data
}

// languageRecords are the languages of SharePoint, each the name of a value.
func languageRecords(tx *world.Tx, server string) (records []Record) {
	installed, _ := getKey(tx, server, sharePointKey+`\InstalledLanguages`)
	for _, v := range installed.Values {
		records = append(records, NewRecord("language", "lcid", v.Name))
	}
	return records
}
