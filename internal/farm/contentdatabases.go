package farm

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Strategy is how the content databases of a farm are upgraded.
type Strategy string

// The strategies. The empty one is the article's own procedure: the first wizard upgrades every database in place.
const (
	StrategyInPlace Strategy = "in-place"
	// StrategyDetach is the article's exception: ordinary content databases are detached before the packages and attached
	// again after the last wizard, which upgrades them one at a time. A large farm is then finalized in minutes, and each
	// database is a step of its own.
	StrategyDetach Strategy = "detach-content-databases"
)

// ContentDatabase is a content database as the farm lists it.
type ContentDatabase struct {
	Name   string `json:"name"`
	Server string `json:"server"` // as SharePoint writes it: the data source
	URL    string `json:"url"`    // of the Web application
	// Central marks the content of Central Administration, which is never detached.
	Central bool   `json:"central,omitempty"`
	ID      string `json:"id"`
	// Status is Online, or Disabled: no new site collections.
	Status string `json:"status"`
	// Warning and Max are the limits of site collections, Sites how many there are.
	Warning int `json:"warning"`
	Max     int `json:"max"`
	Sites   int `json:"sites"`
	// Search names the server that indexes the database; empty for none.
	Search string `json:"search,omitempty"`
}

// DetachedDatabase is a content database that was recorded to be detached, and where it stands.
type DetachedDatabase struct {
	ContentDatabase
	RecordedAt time.Time `json:"recorded_at"`
	// Prepared says that stsadm -o preparetomove was run for it.
	Prepared   bool      `json:"prepared,omitempty"`
	DetachedAt time.Time `json:"detached_at,omitzero"`
	AttachedAt time.Time `json:"attached_at,omitzero"`
}

// Out reports whether the database is detached now.
func (d DetachedDatabase) Out() bool { return !d.DetachedAt.IsZero() && d.AttachedAt.IsZero() }

// keepsDatabaseID is the level at which stsadm learned to keep a database's id when it is attached again. Before it,
// preparetomove must come before a detach, or the memberships of the database's sites are lost (domain.md A.4).
var keepsDatabaseID = MustParseVersion("12.0.6318.5000")

// PrepareToMove reports whether a farm at this level needs stsadm -o preparetomove before a content database is detached.
func PrepareToMove(level Version) bool { return !level.AtLeast(keepsDatabaseID) }

// Detachable picks what may be detached: content databases of Web applications, but never the one of Central
// Administration, a Project database, or one that the file keeps.
func Detachable(f Farm, all []ContentDatabase) []ContentDatabase {
	never := slices.Clone(f.KeepAttached)
	never = append(never, f.Databases.Configuration)
	for _, p := range f.ProjectWebAccess {
		never = append(never, p.Databases()...)
	}
	return slices.DeleteFunc(slices.Clone(all), func(d ContentDatabase) bool {
		return d.Central || slices.ContainsFunc(never, func(n string) bool { return strings.EqualFold(n, d.Name) })
	})
}

// PrepareArguments are stsadm's arguments that make a database ready to be detached.
func (d ContentDatabase) PrepareArguments() string {
	return fmt.Sprintf(`-o preparetomove -contentdb "%s:%s" -site "%s"`, d.Server, d.Name, d.URL)
}

// DetachArguments are stsadm's arguments that detach a database; its data stays on the SQL Server.
func (d ContentDatabase) DetachArguments() string {
	return fmt.Sprintf(`-o deletecontentdb -url "%s" -databasename "%s" -databaseserver "%s"`, d.URL, d.Name, d.Server)
}

// AttachArguments are stsadm's arguments that attach a database again, with its limits; its content is upgraded by it.
func (d ContentDatabase) AttachArguments() string {
	return fmt.Sprintf(`-o addcontentdb -url "%s" -databasename "%s" -databaseserver "%s" -sitewarning %d -sitemax %d`, d.URL, d.Name, d.Server, d.Warning, d.Max)
}

// Attached looks a database up in the farm's list.
func Attached(all []ContentDatabase, name string) (ContentDatabase, bool) {
	i := slices.IndexFunc(all, func(d ContentDatabase) bool { return strings.EqualFold(d.Name, name) })
	if i < 0 {
		return ContentDatabase{}, false
	}
	return all[i], true
}

// Differences says in what a database that is back differs from its record; nothing when in nothing that matters.
func (d DetachedDatabase) Differences(now ContentDatabase) []string {
	var out []string
	differ := func(what string, was, is any) {
		if was != is {
			out = append(out, fmt.Sprintf("%s was %v and is %v", what, was, is))
		}
	}
	differ("the Web application", strings.ToLower(d.URL), strings.ToLower(now.URL))
	differ("the number of site collections", d.Sites, now.Sites)
	differ("the limit of site collections", d.Max, now.Max)
	differ("the warning at", d.Warning, now.Warning)
	differ("the status", d.Status, now.Status)
	return out
}
