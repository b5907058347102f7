package simulator_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator"
)

func TestTheArticleFollowedDoesNoDamage(t *testing.T) {
	r := start(t, simulator.Options{})
	version, finalized := r.level("PWA_Draft")
	require.Equal(t, "12.0.6219.1000", version)
	require.True(t, finalized)
	require.Equal(t, "CLEAN_INSTALL", r.registry("APP01", "SetupType"))

	r.usersOff()
	for _, s := range []string{"APP01", "WFE01"} {
		r.install(s)
		require.Equal(t, "B2B_UPGRADE", r.registry(s, "SetupType"))
	}
	r.projectOff()
	require.Zero(t, r.wizard("APP01", "first"))
	for _, db := range []string{"PWA_Draft", "PWA_Published", "PWA_Archive", "PWA_Reporting"} {
		version, finalized = r.level(db)
		require.Equal(t, "12.0.6318.5000", version, db)
		require.True(t, finalized, db)
	}
	for _, db := range []string{"SharePoint_Config", "SharePoint_AdminContent", "WSS_Content_PWA", "SharedServices1_DB", "WSS_Search"} {
		version, finalized = r.level(db)
		require.Equal(t, "12.0.0.6318", version, db)
		require.True(t, finalized, db)
	}
	require.Equal(t, "CLEAN_INSTALL", r.registry("APP01", "SetupType"))
	require.Equal(t, "B2B_UPGRADE", r.registry("WFE01", "SetupType"))
	require.Zero(t, r.wizard("WFE01", "second"))
	require.Equal(t, "CLEAN_INSTALL", r.registry("WFE01", "SetupType"))

	out, exit := r.run("WFE01", `"`+bin+`stsadm.exe" -o localupgradestatus`)
	require.Zero(t, exit)
	require.NotContains(t, out, "Needs Upgrade")
	require.Contains(t, out, "[0] content database(s) still need upgrade")
	log, exit := r.run("APP01", `type "C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\12\LOGS\Upgrade.log"`)
	require.Zero(t, exit)
	require.Contains(t, log, "Finished upgrading SPFarm=SharePoint_Config.")
	require.Contains(t, log, "0 errors and 0 warnings encountered")
	log, exit = r.run("APP01", `type D:\jobs\first\output.log`)
	require.Zero(t, exit)
	require.Contains(t, log, "Configuration of the SharePoint Products and Technologies has succeeded.")
	require.Contains(t, log, "Performing configuration task 4 of 4")

	_, exit = r.run("WFE01", "sc config w3svc start= auto && net start w3svc")
	require.Zero(t, exit)
	require.Empty(t, r.all("damage"))
	require.Len(t, r.all("started"), 7) // four packages, two wizards, one stsadm
	require.Len(t, r.all("exited"), 7)
}
