package sharepoint

import (
	"net/url"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/simulator/windows"
)

// virtualDirectories is where SharePoint 2007 puts the folders of its sites unless it is told otherwise.
const virtualDirectories = `C:\Inetpub\wwwroot\wss\VirtualDirectories`

// sitePath is the folder of a Web application's site: named by its host header, or its port.
func sitePath(name string) string {
	host, port, found := strings.Cut(name, ":")
	if !found && strings.Trim(name, "0123456789") == "" {
		return virtualDirectories + `\` + name
	}
	if port == "" {
		port = "80"
	}
	return virtualDirectories + `\` + host + port
}

// sites are the web.config files of a server: the Web applications' where the farm runs the Web Application service,
// Central Administration's on its host.
func (o Options) sites(s farm.Server, at time.Time) (all []windows.File) {
	add := func(name string) {
		all = append(all, windows.File{Path: sitePath(name) + `\web.config`, Data: []byte("<configuration><!-- " + name + " --></configuration>\r\n"), Modified: at})
	}
	if s.HasRole(farm.RoleCentralAdministration) {
		add("4201")
	}
	if !o.runsWebApplication(s) {
		return all
	}
	seen := map[string]bool{}
	for _, pwa := range o.Farm.ProjectWebAccess {
		if u, err := url.Parse(pwa.URL); err == nil && !seen[u.Host] {
			seen[u.Host] = true
			add(u.Host)
		}
	}
	return all
}
