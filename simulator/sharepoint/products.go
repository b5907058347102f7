package sharepoint

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"farmhand/internal/farm"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// The states of a patch as the Windows Installer writes them.
const (
	patchApplied    = 1
	patchSuperseded = 2
	patchRegistered = 8 // begun, and not finished
)

// The files whose versions tell the level of a server's binaries, and the logs.
const (
	owssvrPath = hive + `\ISAPI\OWSSVR.DLL`
	searchPath = hive + `\BIN\mssearch.exe`
	logs       = hive + `\LOGS`
	upgradeLog = logs + `\Upgrade.log`
)

// products of every SharePoint server of a Project Server farm. The product code of Project Server 2007 is
// not documented; the one here is made up and must not be relied on.
func (o Options) products(s farm.Server) []windows.Product {
	bits := "1000"
	if o.architecture(s.Name) == farm.X86 {
		bits = "0000"
	}
	version := o.baseline(s.Name).String()
	product := func(id, name string) windows.Product {
		return windows.Product{Code: "{90120000-" + id + "-0000-" + bits + "-0000000FF1CE}", Name: name, Version: version}
	}
	services := product("1014", "Microsoft Windows SharePoint Services 3.0")
	if o.server(s.Name).WSSOnly {
		return []windows.Product{services}
	}
	return append([]windows.Product{
		services,
		product("110D", "Microsoft Office SharePoint Server 2007"),
		product("1146", "Microsoft Office Project Server 2007"),
	}, o.languageProducts(s)...)
}

// targets are the products that a package updates.
func targets(p farm.Package, installed []windows.Product) []windows.Product {
	installed = slices.DeleteFunc(slices.Clone(installed), func(i windows.Product) bool { return farm.ProductLanguage(i.Code) != p.Language })
	if len(p.Products) == 0 {
		return installed
	}
	var out []windows.Product
	for _, product := range installed {
		if slices.ContainsFunc(p.Products, func(text string) bool { return strings.Contains(product.Name, text) }) {
			out = append(out, product)
		}
	}
	return out
}

// patches are the Windows Installer's rows of a package, one per product it updates.
func patches(p farm.Package, installed []windows.Product, arch farm.Architecture, state int) []windows.Patch {
	var out []windows.Patch
	for _, product := range targets(p, installed) {
		name := fmt.Sprintf("Hotfix for %s (%s)", strings.TrimPrefix(product.Name, "Microsoft "), p.KB)
		if arch == farm.X64 {
			name += " 64-Bit Edition"
		}
		out = append(out, windows.Patch{Product: product.Code, Code: guid(p.KB + product.Code), Name: name, State: state})
	}
	return out
}

// installed reports whether a server has a package, whole, on each product it updates.
func (f *Farm) installed(tx *world.Tx, server string, p farm.Package) bool {
	on := targets(p, windows.Products(tx, server))
	rows := windows.Patches(tx, server)
	for _, product := range on {
		if inside(p, product) {
			continue
		}
		if !slices.ContainsFunc(rows, func(r windows.Patch) bool {
			return r.Product == product.Code && r.Code == guid(p.KB+product.Code) && (r.State == patchApplied || r.State == patchSuperseded)
		}) {
			return false
		}
	}
	return len(on) > 0
}

// inside reports whether a product is at a package's level or past it, so that the package is part of what it has.
func inside(p farm.Package, product windows.Product) bool {
	v, err := farm.ParseVersion(product.Version)
	return err == nil && !p.Version.IsZero() && v.AtLeast(p.Version)
}

// missing names the packages a server lacks. One that updates none of its products is none of them.
func (f *Farm) missing(tx *world.Tx, server string) []string {
	var out []string
	for _, p := range f.o.Release.Packages {
		if len(targets(p, windows.Products(tx, server))) > 0 && !f.installed(tx, server, p) {
			out = append(out, p.KB)
		}
	}
	return out
}

// guid makes the same GUID from the same text.
func guid(text string) string {
	h := strings.ToUpper(digest(text))
	return "{" + strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:32]}, "-") + "}"
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// setFileVersion gives a program the version a package brings.
func setFileVersion(tx *world.Tx, server, path, version string) error {
	file, _ := windows.GetFile(tx, server, path)
	file.Path, file.Version, file.SHA256 = path, version, digest(path+version)
	file.Size = cmp.Or(file.Size, 1<<20)
	return windows.PutFile(tx, server, file)
}
