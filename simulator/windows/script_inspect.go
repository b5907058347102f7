package windows

import (
	"context"
	"strconv"
	"time"

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
				"architecture", string(s.Architecture), "boot", stamp(BootTime(tx, server)), "now", stamp(time.Now()),
				"computer", s.Name, "domain", s.Domain),
			NewRecord("host", "powershell", s.PowerShell, "clr", "2.0.50727.3053", "codepage", strconv.Itoa(c.session.codePage),
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
		if r, ok := sharePointRecord(tx, server); ok {
			records = append(records, r)
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
		"version", value(sharePointKey, "Version"), "languagepack", value(wss, "LanguagePackInstalled"),
		"configdb", value(sharePointKey+`\Secure\ConfigDB`, "dsn"), "path", value(sharePointKey, "Location")), true
}
