package sharepoint

import (
	"context"
	"strconv"
	"strings"
	"time"

	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// The configuration cache is the timer service's copy of the farm's configuration: a folder named by the
// configuration database's id, with an XML file per object and cache.ini, which holds the stamp of the last
// change. A service that starts with the stamp 1 fetches everything anew (KB939308).

// cacheStamp is what cache.ini holds in a farm of some age; resetStamp makes the service begin anew.
const (
	cacheStamp = "16449"
	resetStamp = "1"
)

// cacheObjects is how many objects the cache of this small farm holds.
const cacheObjects = 12

// configurationID is the id of the configuration database, without braces.
func (o Options) configurationID() string {
	return strings.Trim(guid("configuration "+o.Farm.Databases.Configuration), "{}")
}

// cacheRoot is where the caches lie.
func (o Options) cacheRoot(server string) string {
	if o.server(server).OS == "2003" {
		return `C:\Documents and Settings\All Users\Application Data\Microsoft\SharePoint\Config`
	}
	return `C:\ProgramData\Microsoft\SharePoint\Config`
}

func (o Options) cacheFolder(server string) string {
	return o.cacheRoot(server) + `\` + o.configurationID()
}

func cacheObject(folder string, i int) string {
	return folder + `\` + strings.Trim(guid("object "+strconv.Itoa(i)), "{}") + ".xml"
}

// cacheFiles are the cache of a server before the update.
func (o Options) cacheFiles(server string) []windows.File {
	folder, old := o.cacheFolder(server), time.Date(2008, 1, 12, 8, 0, 0, 0, time.UTC)
	all := []windows.File{{Path: folder + `\cache.ini`, Data: []byte(cacheStamp), Modified: old}}
	for i := range cacheObjects {
		all = append(all, windows.File{Path: cacheObject(folder, i), Data: []byte("<object/>"), Modified: old})
	}
	return all
}

// staleCaches names the servers whose cache missed changes.
func (f *Farm) staleCaches(tx *world.Tx) []string {
	var out []string
	for _, s := range f.servers() {
		if getServer(tx, s.Name).StaleCache {
			out = append(out, s.Name)
		}
	}
	return out
}

// rebuildCache is what a timer service does that starts with a cache that was reset. XML files that were
// left there stay, and so does what is stale in them.
func (f *Farm) rebuildCache(server string) {
	folder, reset := f.o.cacheFolder(server), false
	f.world.View(func(tx *world.Tx) {
		ini, _ := windows.ReadFile(tx, server, folder+`\cache.ini`)
		reset = strings.TrimSpace(string(ini)) == resetStamp
	})
	if !reset {
		return
	}
	_ = f.world.Update(func(tx *world.Tx) error { // a suspended world's service starts again with it
		s := getServer(tx, server)
		left := 0
		for _, file := range windows.Files(tx, server, folder) {
			if strings.HasSuffix(strings.ToLower(file.Path), ".xml") {
				left++
			}
		}
		s.StaleCache = s.StaleCache && left > 0
		putServer(tx, server, s)
		for i := range cacheObjects {
			_ = windows.WriteFile(tx, server, cacheObject(folder, i), []byte("<object/>")) // a full disk loses it, as in life
		}
		_ = windows.WriteFile(tx, server, folder+`\cache.ini`, []byte(cacheStamp))
		return nil
	})
}

// describeCache answers config-cache.ps1.
func (f *Farm) describeCache(_ context.Context, call windows.ScriptCall) (out []windows.Record, err error) {
	server := call.Machine.Name()
	root := f.o.cacheRoot(server)
	f.world.View(func(tx *world.Tx) {
		exists := windows.FolderExists(tx, server, root)
		if exists {
			for _, folder := range windows.Files(tx, server, root) {
				if !folder.Folder {
					continue
				}
				files := 0
				for _, file := range windows.Files(tx, server, folder.Path) {
					if strings.HasSuffix(strings.ToLower(file.Path), ".xml") {
						files++
					}
				}
				ini, _ := windows.ReadFile(tx, server, folder.Path+`\cache.ini`)
				current := strings.EqualFold(folder.Path, f.o.cacheFolder(server))
				out = append(out, windows.NewRecord("cache", "path", folder.Path, "current", strconv.FormatBool(current),
					"stamp", strings.TrimSpace(string(ini)), "files", strconv.Itoa(files)))
			}
		}
		out = append(out, windows.NewRecord("root", "path", root, "exists", strconv.FormatBool(exists)))
	})
	return out, err
}
