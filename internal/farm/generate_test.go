package farm_test

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"

	"farmhand/internal/farm"
)

// drawFarm draws a farm as a checked rollout file may describe one: one host of Central Administration, on
// any kind of server, and other servers with any roles in any order.
func drawFarm(t *rapid.T) farm.Farm {
	f := farm.Farm{Name: rapid.StringMatching(`[a-z]{1,8}`).Draw(t, "farm"), Site: "default"}
	n := rapid.IntRange(1, 9).Draw(t, "servers")
	central := rapid.IntRange(0, n-1).Draw(t, "central")
	for i := range n {
		roles := rapid.SliceOfNDistinct(rapid.SampledFrom([]farm.Role{farm.RoleApplication, farm.RoleFrontEndWeb, farm.RoleIndex, farm.RoleDatabase}), 1, 3,
			rapid.ID[farm.Role]).Draw(t, "roles")
		if i == central {
			roles = append(roles, farm.RoleCentralAdministration)
		}
		f.Servers = append(f.Servers, farm.Server{Name: fmt.Sprintf("SRV%02d", i), Address: fmt.Sprintf("10.0.0.%d", i), Roles: roles})
	}
	for i := range rapid.IntRange(1, 3).Draw(t, "SQL Servers") {
		f.SQLServers = append(f.SQLServers, farm.SQLServer{Name: fmt.Sprintf("SQL%02d", i)})
	}
	f.PauseCrawls = rapid.Bool().Draw(t, "pause crawls")
	for i := range rapid.IntRange(0, 2).Draw(t, "instances") {
		f.ProjectWebAccess = append(f.ProjectWebAccess, farm.ProjectWebAccess{URL: fmt.Sprintf("http://pwa%d", i), On: "SQL00", Draft: fmt.Sprintf("Draft%d", i)})
	}
	if rapid.Bool().Draw(t, "smoke tests") {
		f.SmokeTests = []farm.SmokeTest{{Name: "home", URL: "http://pwa0"}}
	}
	return f
}

// drawRelease draws a release of up to four packages.
func drawRelease(t *rapid.T) farm.Release {
	rel := farm.Release{Name: "release"}
	for i := range rapid.IntRange(1, 4).Draw(t, "packages") {
		rel.Packages = append(rel.Packages, farm.Package{KB: fmt.Sprintf("KB%06d", 950000+i)})
	}
	minutes := func(what string) time.Duration {
		return time.Duration(rapid.IntRange(0, 90).Draw(t, what)) * time.Minute
	}
	rel.Durations = farm.Durations{
		Package: minutes("package"), Reboot: minutes("reboot"), FirstWizard: minutes("first wizard"), OtherWizard: minutes("other wizard"),
		BackupPerGB: minutes("backup"), Preflight: minutes("preflight"), Verification: minutes("verification"),
	}
	return rel
}

// drawVersion draws a version in one of the spellings that occur.
func drawVersion(t *rapid.T, label string) farm.Version {
	n := func(what string) int {
		return rapid.SampledFrom([]int{0, 1, 12, 6219, 6318, 10000}).Draw(t, label+" "+what)
	}
	spelling := fmt.Sprintf("%d.%d.%d.%d", n("major"), n("minor"), n("build"), n("revision"))
	if rapid.Bool().Draw(t, label+" without revision") {
		spelling = spelling[:strings.LastIndexByte(spelling, '.')]
	}
	return farm.MustParseVersion(spelling)
}
