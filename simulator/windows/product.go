package windows

import (
	"strings"

	"farmhand/simulator/world"
)

// Product is a product of the Windows Installer.
type Product struct {
	// Code is the product code, a GUID in braces.
	Code, Name, Version string
}

// Patch is an update of a product.
type Patch struct {
	// Product is the product's code, Code the patch's own; both GUIDs in braces.
	Product, Code string
	// Name is the DisplayName, such as "Hotfix for Windows SharePoint Services 3.0 (KB951695) 64-Bit Edition".
	Name string
	// State as the Windows Installer writes it: 1 applied, 2 superseded, 4 obsolete, 8 registered.
	State int
}

// installerKey is where the Windows Installer keeps what is installed for all users.
const installerKey = `HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData\S-1-5-18\Products`

// AddProduct stores a product, and what reg.exe finds of it under the Windows Installer's key.
func AddProduct(tx *world.Tx, server string, p Product) {
	tx.Put(key(server, "product", p.Code), p)
	k := installerKey + `\` + packGUID(p.Code) + `\InstallProperties`
	RegistrySet(tx, server, RegistryValue{Key: k, Name: "DisplayName", Data: p.Name})
	RegistrySet(tx, server, RegistryValue{Key: k, Name: "DisplayVersion", Data: p.Version})
}

// AddPatch stores a patch, and what reg.exe finds of it under the Windows Installer's key. A patch of the
// same product and code is replaced.
func AddPatch(tx *world.Tx, server string, p Patch) {
	if p.State == 0 {
		p.State = 1
	}
	tx.Put(key(server, "patch", p.Product, p.Code), p)
	k := installerKey + `\` + packGUID(p.Product) + `\Patches\` + packGUID(p.Code)
	RegistrySet(tx, server, RegistryValue{Key: k, Name: "DisplayName", Data: p.Name})
	RegistrySet(tx, server, RegistryValue{Key: k, Name: "State", Type: "REG_DWORD", Data: hexWord(p.State)})
}

// Products returns what is installed.
func Products(tx *world.Tx, server string) []Product {
	return list[Product](tx, key(server, "product")+"/")
}

// Patches returns the patches of all products.
func Patches(tx *world.Tx, server string) []Patch { return list[Patch](tx, key(server, "patch")+"/") }

// list decodes every document under a prefix.
func list[T any](tx *world.Tx, prefix string) []T {
	var all []T
	for _, k := range tx.Keys(prefix) {
		var v T
		tx.Get(k, &v)
		all = append(all, v)
	}
	return all
}

// packGUID spells a GUID as the Windows Installer names its keys: the first three groups reversed, then
// each byte of the rest with its digits swapped. Anything that is no GUID stays as it is.
func packGUID(guid string) string {
	h := strings.ReplaceAll(strings.Trim(guid, "{}"), "-", "")
	if len(h) != 32 {
		return guid
	}
	var b strings.Builder
	at := 0
	for _, n := range []int{8, 4, 4, 2, 2, 2, 2, 2, 2, 2, 2} {
		for i := n - 1; i >= 0; i-- {
			b.WriteByte(h[at+i])
		}
		at += n
	}
	return strings.ToUpper(b.String())
}
