package sharepoint

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/simulator/sqlserver"
	"farmhand/simulator/world"
)

// database is one database of the farm.
type database struct {
	Name, Instance string
	// Type is its class in the object model, without the namespace.
	Type string
	// Project says that it is one of the four of a Project Web Access instance.
	Project bool
}

// The classes of the farm's databases in the SharePoint 2007 object model.
const (
	typeConfiguration = "SPConfigurationDatabase"
	typeContent       = "SPContentDatabase"
	typeShared        = "SharedResourceProviderDatabase"
	typeSearch        = "SPSearchDatabase"
	typeProject       = "ProjectDatabase"
)

// databases of the farm in the order an upgrade takes them: the configuration first.
func (f *Farm) databases() []database { return f.o.databases() }

func (o Options) databases() []database {
	db := o.Farm.Databases
	all := []database{{Name: db.Configuration, Instance: db.On, Type: typeConfiguration}}
	for _, name := range db.Expect {
		if !strings.EqualFold(name, db.Configuration) {
			all = append(all, database{Name: name, Instance: db.On, Type: typeOf(name)})
		}
	}
	for _, extra := range o.Databases {
		if extra.On != "" {
			all = append(all, database{Name: extra.Name, Instance: extra.On, Type: typeContent})
		}
	}
	for _, pwa := range o.Farm.ProjectWebAccess {
		for _, name := range pwa.Databases() {
			all = append(all, database{Name: name, Instance: cmp.Or(pwa.On, db.On), Type: typeProject, Project: true})
		}
	}
	return slices.DeleteFunc(all, func(d database) bool { return d.Name == "" })
}

// typeOf tells a database's class from its name, as its administrator chose it.
func typeOf(name string) string {
	switch n := strings.ToLower(name); {
	case strings.Contains(n, "search"):
		return typeSearch
	case strings.Contains(n, "sharedservice"), strings.Contains(n, "ssp"):
		return typeShared
	}
	return typeContent
}

func (f *Farm) searchDatabase() (database, bool) {
	all := f.databases()
	i := slices.IndexFunc(all, func(d database) bool { return d.Type == typeSearch })
	if i < 0 {
		return database{}, false
	}
	return all[i], true
}

// coreVersion is the VersionId of the row that tells a database's own level.
const coreVersion = "00000000-0000-0000-0000-000000000000"

// level returns the newest core row of a database.
func (f *Farm) level(tx *world.Tx, d database) (newest sqlserver.VersionRow) {
	db, _ := sqlserver.FindDatabase(tx, d.Instance, d.Name)
	for _, row := range db.Versions {
		if row.VersionID == coreVersion && row.ID >= newest.ID {
			newest = row
		}
	}
	return newest
}

// target is the level that the release brings a database to.
func (f *Farm) target(d database) string {
	if d.Project {
		return f.o.Release.Expected.ProjectDatabases.String()
	}
	return sharePoint(f.o.Release.Expected.SharePointDatabases)
}

// older reports whether a database is below the release's level, or was left unfinished.
func (f *Farm) older(tx *world.Tx, d database) bool {
	return f.olderThan(tx, d, farm.MustParseVersion(f.target(d)))
}

// behind reports whether a database does not fit the binaries: unfinished at any time, and below the
// release's level once every server has its packages.
func (f *Farm) behind(tx *world.Tx, d database) bool {
	if f.level(tx, d).Finalize == nil {
		return true
	}
	for _, s := range f.servers() {
		if len(f.missing(tx, s.Name)) > 0 {
			return false
		}
	}
	return f.older(tx, d)
}

// raise adds the row of an upgrade that finished on a server.
func (f *Farm) raise(tx *world.Tx, d database, server, user string) {
	now := time.Now().UTC()
	sqlserver.AddVersion(tx, d.Instance, d.Name, sqlserver.VersionRow{
		VersionID: coreVersion, Version: d.spelled(f.binaries(server, d)), UserName: user, TimeStamp: now, Finalize: &now,
	})
}

// leaveUnfinished adds the row of an upgrade that began and did not end: at the old level, without a
// FinalizeTimeStamp.
func (f *Farm) leaveUnfinished(tx *world.Tx, d database, user string) {
	row := f.level(tx, d)
	sqlserver.AddVersion(tx, d.Instance, d.Name, sqlserver.VersionRow{
		VersionID: coreVersion, Version: row.Version, UserName: user, TimeStamp: time.Now().UTC(),
	})
}
