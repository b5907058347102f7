package farm

import "fmt"

// ConfigCache is the SharePoint configuration cache of one server: the timer service's copy of the farm's
// configuration, a folder with an XML file per object and a stamp in cache.ini (KB939308).
type ConfigCache struct {
	Server string `json:"server"`
	// Folder is empty where the server has none.
	Folder string `json:"folder,omitempty"`
	// Stamp is the content of cache.ini, Files the number of XML files.
	Stamp string `json:"stamp,omitempty"`
	Files int    `json:"files"`
}

// ConfigCacheReset is the stamp that makes the timer service fetch everything anew (KB939308).
const ConfigCacheReset = "1"

// Rebuilt reports whether the timer service has filled the cache after a reset.
func (c ConfigCache) Rebuilt() bool {
	return c.Stamp != "" && c.Stamp != ConfigCacheReset && c.Files > 0
}

// String is the cache in words.
func (c ConfigCache) String() string {
	if c.Folder == "" {
		return c.Server + " has no configuration cache"
	}
	return fmt.Sprintf("%s on %s: cache.ini %q, %d XML files", c.Folder, c.Server, c.Stamp, c.Files)
}

// CurrentConfigCache picks the cache in use among the folders that were found, those of which current says
// so: a server that was in other farms keeps their folders. ok is false where nobody can tell.
func CurrentConfigCache(found []ConfigCache, current []bool) (c ConfigCache, ok bool) {
	at := -1
	for i := range found {
		if current[i] {
			if at >= 0 {
				return ConfigCache{}, false
			}
			at = i
		}
	}
	switch {
	case at >= 0:
		return found[at], true
	case len(found) == 1:
		return found[0], true
	}
	return ConfigCache{}, len(found) == 0
}
