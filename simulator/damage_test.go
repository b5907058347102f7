package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/simulator"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

func TestOfficeBeforeWSS(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	r.usersOff()
	r.install("WFE01")
	r.job("APP01", "office", `"`+office+`"`+quiet)
	require.Equal(t, new(0), r.ended("APP01", "kb951297").Exit)
	r.requireDamage("APP01", "KB951297 was started before KB951695")
	r.job("APP01", "wss", `"`+wss+`"`+quiet)
	require.Equal(t, new(0), r.ended("APP01", "KB951695").Exit)

	require.NotZero(t, r.wizard("APP01", "wizard"), "features of the overwritten files are missing")
	log, _ := r.run("APP01", `type "C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\12\LOGS\Upgrade.log"`)
	require.Contains(t, log, "is not installed in this farm")
	require.Contains(t, log, "1 errors and 0 warnings")

	r.job("APP01", "again", `"`+office+`"`+quiet)
	require.Equal(t, new(0), r.ended("APP01", "kb951297").Exit, "the cure: the Office package once more")
	require.Zero(t, r.wizard("APP01", "cured"))
}

func TestPackageWhileUsersAreConnected(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	r.job("APP01", "wss", `"`+wss+`"`+quiet)
	require.Equal(t, new(0), r.ended("APP01", "KB951695").Exit)
	r.requireDamage("WFE01", "users were connected through W3SVC of WFE01 while KB951695 replaced files on APP01")
	r.job("WFE01", "wss", `"`+wss+`"`+quiet)
	require.Equal(t, new(3010), r.ended("WFE01", "KB951695").Exit, "files in use")
	r.World().View(func(tx *world.Tx) { require.NotEmpty(t, windows.PendingReboot(tx, "WFE01")) })
}

func TestWizardBeforeAllBinaries(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	r.usersOff()
	r.install("APP01")
	require.NotZero(t, r.wizard("APP01", "early"))
	r.requireDamage("APP01", "WFE01 lacks KB951695 and KB951297")
	levels := map[string]bool{}
	for _, db := range []string{"SharePoint_Config", "SharePoint_AdminContent", "WSS_Content_PWA", "SharedServices1_DB", "WSS_Search"} {
		version, finalized := r.level(db)
		levels[version] = true
		require.True(t, finalized || version == "12.0.0.6219", db)
	}
	require.Len(t, levels, 2, "upgraded in part")
	require.Equal(t, "B2B_UPGRADE", r.registry("APP01", "SetupType"))

	r.install("WFE01")
	r.projectOff()
	require.Zero(t, r.wizard("APP01", "again"), "with all binaries in place the rest is upgraded")
	version, finalized := r.level("SharePoint_Config")
	require.Equal(t, "12.0.0.6318", version)
	require.True(t, finalized)
	version, _ = r.level("PWA_Draft")
	require.Equal(t, "12.0.6219.1000", version, "left aside")
	require.Zero(t, r.wizard("APP01", "forced", "-force"))
	version, _ = r.level("PWA_Draft")
	require.Equal(t, "12.0.6318.5000", version)
}

func TestWizardWithoutAnyBinaries(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	out, exit := r.run("APP01", upgrade)
	require.NotZero(t, exit)
	require.Contains(t, out, "Configuration of SharePoint Products and Technologies failed.")
	r.requireDamage("APP01", "before all packages were on all servers")
	version, finalized := r.level("SharePoint_Config")
	require.Equal(t, "12.0.0.6219", version)
	require.False(t, finalized)
}

func TestTwoWizardsAtOnce(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{Twin: simulator.Twin{Holds: []world.Hold{{Host: "APP01", Step: "wizard"}}}})
	r.usersOff()
	r.install("APP01")
	r.install("WFE01")
	r.projectOff()
	r.job("APP01", "first", upgrade)
	r.await("hold", func(e world.Event) bool { return e.Event == "held" })
	require.NotZero(t, r.wizard("WFE01", "second"))
	r.requireDamage("WFE01", "while an upgrade was at work on APP01")
	log, _ := r.run("WFE01", `type "C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\12\LOGS\Upgrade.log"`)
	require.Contains(t, log, "Upgrade [SPSearchDatabase Name=WSS_Search Parent=SPDatabaseServiceInstance] failed.")
	require.Contains(t, log, "An update conflict has occurred")
	r.World().Release("APP01", "wizard")
	require.Equal(t, new(0), r.ended("APP01", "psconfig").Exit)
	require.Zero(t, r.wizard("WFE01", "again"))
	version, finalized := r.level("WSS_Search")
	require.Equal(t, "12.0.0.6318", version)
	require.True(t, finalized)
}

func TestTimerServiceStoppedDuringTheWizard(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	r.usersOff()
	r.install("APP01")
	r.install("WFE01")
	r.projectOff()
	_, exit := r.run("WFE01", "net stop SPTimerV3")
	require.Zero(t, exit)
	require.NotZero(t, r.wizard("APP01", "stale"))
	r.requireDamage("APP01", "SPTimerV3 was stopped on WFE01")
	version, finalized := r.level("WSS_Search")
	require.Equal(t, "12.0.0.6219", version)
	require.False(t, finalized)
	version, _ = r.level("PWA_Reporting")
	require.Equal(t, "12.0.6318.5000", version, "the others are upgraded")

	_, exit = r.run("WFE01", "net start SPTimerV3")
	require.Zero(t, exit)
	require.NotZero(t, r.wizard("APP01", "still-stale"), "a started service keeps the copy it had")
	r.clearCache("WFE01")
	require.Zero(t, r.wizard("APP01", "cured"))
	_, finalized = r.level("WSS_Search")
	require.True(t, finalized)

	_, exit = r.run("WFE01", "net stop SPTimerV3")
	require.Zero(t, exit)
	require.NotZero(t, r.wizard("WFE01", "no-timer"))
	log, _ := r.run("WFE01", `type D:\jobs\no-timer\output.log`)
	require.Contains(t, log, "The B2B upgrader timer job failed.")
}

func TestProjectServicesDuringTheFirstWizard(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	r.usersOff()
	r.install("APP01")
	r.install("WFE01")
	require.Zero(t, r.wizard("APP01", "first"))
	r.requireDamage("APP01", "Microsoft Office Project Server Queue Service held files")
	r.World().View(func(tx *world.Tx) {
		require.NotEmpty(t, windows.PendingReboot(tx, "APP01"))
		require.Empty(t, windows.PendingReboot(tx, "WFE01"))
	})
}

func TestUsersComeBackDuringTheUpdate(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	_, exit := r.run("WFE01", "net stop w3svc") // and the start mode stays automatic
	require.Zero(t, exit)
	r.install("APP01")
	r.restart("WFE01")
	r.await("damage", func(e world.Event) bool { return e.Event == "damage" && e.Host == "WFE01" })
	r.requireDamage("WFE01", "users connected to WFE01 while the farm was not of one level")
}

func TestUsersAreTurnedAwayAndNotTooOften(t *testing.T) {
	t.Parallel()
	r := start(t, simulator.Options{})
	r.usersOff()
	for range 3 {
		r.await("user turned away", func(e world.Event) bool { return e.Event == "user-turned-away" && e.Host == "WFE01" })
	}
	r.install("APP01")
	require.Len(t, r.all("user-turned-away"), 3)
	require.Empty(t, r.all("damage"))
}

func TestPowerLossInTheWizard(t *testing.T) {
	t.Parallel()
	// Slower than the others: the power must go before the upgrade has come to the last database.
	r := start(t, simulator.Options{Pace: 400, Twin: simulator.Twin{Faults: []world.Fault{{Host: "APP01", Step: "wizard", Kind: "power-loss"}}}})
	r.usersOff()
	r.install("APP01")
	r.install("WFE01")
	r.projectOff()
	r.job("APP01", "first", upgrade)
	r.await("damage", func(e world.Event) bool { return e.Event == "damage" && e.Host == "APP01" })
	r.requireDamage("APP01", "power was lost")
	r.booted("APP01")
	version, _ := r.level("PWA_Reporting")
	require.Equal(t, "12.0.6219.1000", version)
	require.Equal(t, "B2B_UPGRADE", r.registry("APP01", "SetupType"))
	r.projectOff() // automatic services came back with the boot
	require.Zero(t, r.wizard("APP01", "again"))
	version, _ = r.level("PWA_Reporting")
	require.Equal(t, "12.0.6318.5000", version)
}

// clearCache is the cure of KB939308.
func (r *rig) clearCache(server string) {
	r.Helper()
	const caches = `C:\ProgramData\Microsoft\SharePoint\Config`
	folder, exit := r.run(server, `dir /b `+caches)
	require.Zero(r, exit)
	cache := caches + `\` + strings.TrimSpace(folder)
	for _, command := range []string{"net stop SPTimerV3", `del /q "` + cache + `\*.xml"`, `>"` + cache + `\cache.ini" echo 1`} {
		_, exit := r.run(server, command)
		require.Zero(r, exit, command)
	}
	_, exit = r.run(server, `dir /b "`+cache+`\*.xml"`)
	require.NotZero(r, exit)
	_, exit = r.run(server, "net start SPTimerV3")
	require.Zero(r, exit)
	require.Eventually(r, func() bool {
		ini, _ := r.run(server, `type "`+cache+`\cache.ini"`)
		return strings.TrimSpace(ini) != "1"
	}, 30*time.Second, 20*time.Millisecond)
}
