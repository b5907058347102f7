package farm

import "strings"

// PackageSource says where the packages come from. Either people staged them in Directory on every server
// beforehand, or each server pulls them from a share or an address into Directory on its own disk, in a job of
// the setup account (a remote logon has no second hop to a share), while users still work. Gigabytes never
// travel over WinRM.
type PackageSource struct {
	// Directory is the folder on every server that holds the packages. Where they are pulled it may be left
	// out: then it is farmhand's own, the folder packages of the server's stage.
	Directory string `json:"directory" mapstructure:"directory"`
	// UNC is the share's folder they are pulled from, like \\server\share\folder.
	UNC string `json:"unc,omitempty" mapstructure:"unc"`
	// URL is the address of the folder they are pulled from, http or https.
	URL string `json:"url,omitempty" mapstructure:"url"`
}

// ownPackages is the folder of a server's stage that pulled packages are put in, where the file names none.
const ownPackages = `packages`

// Pulled reports whether each server fetches the packages itself, instead of finding them staged.
func (p PackageSource) Pulled() bool { return p.UNC != "" || p.URL != "" }

// From is the place the packages are pulled from; empty where they are staged.
func (p PackageSource) From() string {
	if p.UNC != "" {
		return p.UNC
	}
	return p.URL
}

// Folder is where the packages lie on a server, without a trailing backslash.
func (p PackageSource) Folder(s Server) string {
	if p.Directory == "" && p.Pulled() {
		return strings.TrimRight(s.Stage, `\`) + `\` + ownPackages
	}
	return strings.TrimRight(p.Directory, `\`)
}

// Own reports whether Folder is farmhand's own, which goes away with the rest of it.
func (p PackageSource) Own() bool { return p.Pulled() && p.Directory == "" }
