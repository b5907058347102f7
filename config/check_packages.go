package config

import (
	"net/url"
	"strings"

	"farmhand/internal/farm"
)

// checkPackageSource checks where the packages come from: one place, and a folder that a batch file can name.
func (n *notes) checkPackageSource(p farm.PackageSource) {
	if !p.Pulled() {
		n.require("packages.directory", p.Directory, `name the folder on every server that holds the packages, like 'C:\Updates'; or the share (unc:) or address (url:) that each server pulls them from`)
	}
	if p.UNC != "" && p.URL != "" {
		n.wrong("packages.url", "the packages come from one place: keep unc or url")
	}
	if p.Directory != "" {
		n.checkWindowsPath("packages.directory", p.Directory, false)
		n.checkBatchText("packages.directory", p.Directory)
	}
	if p.UNC != "" {
		if strings.HasPrefix(p.UNC, `\\`) {
			n.checkWindowsPath("packages.unc", p.UNC, true)
		} else {
			n.wrong("packages.unc", `%s is not a share; want a folder like '\\server\share\updates', in single quotes`, quoted("packages.unc", p.UNC))
		}
		n.checkBatchText("packages.unc", p.UNC)
	}
	if p.URL != "" {
		n.checkPackageURL(p.URL)
	}
}

// checkPackageURL checks the address of a folder. It goes onto a command line and into the evidence, so that it
// may hold no password.
func (n *notes) checkPackageURL(address string) {
	const key = "packages.url"
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		n.wrong(key, "this is not the address of a folder; want one like https://files.contoso/updates/")
	case u.User != nil:
		n.wrong(key, "an address with a name or a password in it would be in the evidence; let the setup account read the folder")
	case u.RawQuery != "" || u.Fragment != "":
		n.wrong(key, "the name of a file is put behind this address; it can have no ? and no #")
	default:
		n.checkBatchText(key, address)
	}
}

// checkBatchText notes characters that a batch file reads as something else, quoted or not.
func (n *notes) checkBatchText(key, text string) {
	n.checkPlainText(key, text)
	if strings.ContainsAny(text, `%^&!"'[]`) {
		n.wrong(key, `%s holds one of %% ^ & ! " ' [ ], which batch files and scripts read as something else; choose a plain one`, quoted(key, text))
	}
}

// checkTaskPath notes characters at which cmd.exe cuts a path that a scheduled task names without quotes, as the tasks of
// Windows Server 2003 do.
func (n *notes) checkTaskPath(key, path string) {
	if strings.ContainsAny(path, "(),;=@") {
		n.wrong(key, "%s holds one of ( ) , ; = @, at which a scheduled task's command is cut; choose a plain one", quoted(key, path))
	}
}
