package farm

import (
	"slices"
	"strings"
)

// DatabaseFacts is one database of a SQL Server.
type DatabaseFacts struct {
	Name     string `json:"name"`
	Server   string `json:"server"`
	State    string `json:"state"`
	SizeMB   int    `json:"size_mb"`
	ReadOnly bool   `json:"read_only,omitempty"`
	// Base is the full backup a differential one would be based on; read in mode differential alone.
	Base *BackupSet `json:"base,omitempty"`
}

// SQLFacts is what preflight reads of one SQL Server.
type SQLFacts struct {
	Server          string          `json:"server"`
	ProductVersion  string          `json:"product_version"`
	Edition         string          `json:"edition"`
	Sysadmin        bool            `json:"sysadmin"`
	Databases       []DatabaseFacts `json:"databases"`
	BackupDirectory bool            `json:"backup_directory"` // it exists
	BackupFreeMB    int             `json:"backup_free_mb"`   // -1 when the drive is not listed
	Mirrors         []MirrorState   `json:"mirrors,omitempty"`
}

// Database returns a database by name, ignoring case.
func (s SQLFacts) Database(name string) (DatabaseFacts, bool) {
	i := slices.IndexFunc(s.Databases, func(d DatabaseFacts) bool { return strings.EqualFold(d.Name, name) })
	if i < 0 {
		return DatabaseFacts{}, false
	}
	return s.Databases[i], true
}
