package sharepoint

import (
	"fmt"

	"farmhand/internal/farm"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// languageProducts are the language packs of a server as the Windows Installer lists them. Their names are made up; the
// language in the product code is as documented (KB928516).
func (o Options) languageProducts(s farm.Server) []windows.Product {
	bits := "1000"
	if o.architecture(s.Name) == farm.X86 {
		bits = "0000"
	}
	var out []windows.Product
	for _, language := range o.server(s.Name).Languages {
		out = append(out, windows.Product{
			Code: fmt.Sprintf("{90120000-1015-%04X-%s-0000000FF1CE}", language, bits),
			Name: fmt.Sprintf("Microsoft Windows SharePoint Services 3.0 Language Pack %d", language), Version: o.baseline(s.Name).String(),
		})
	}
	return out
}

// endLanguagePack installs a package of a language pack: the wizard is due, and the registry says for what.
func endLanguagePack(tx *world.Tx, server string) {
	state := getServer(tx, server)
	state.NeedsUpgrade = true
	putServer(tx, server, state)
	windows.RegistrySet(tx, server, windows.RegistryValue{Key: wssKey, Name: "LanguagePackInstalled", Type: "REG_DWORD", Data: "0x1"})
}
