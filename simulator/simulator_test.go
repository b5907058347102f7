package simulator_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/simulator"
)

func TestTheArticleFollowedDoesNoDamage(t *testing.T) {
	t.Parallel()
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
	agrees, says := farm.JudgeLocalUpgradeStatus(exit, out)
	require.True(t, agrees, says)
	for server, job := range map[string]string{"APP01": "first", "WFE01": "second"} {
		l := r.wizardLogs(server, job)
		require.True(t, l.Succeeded && !l.Failed && l.UpgradeFinished && l.Completed, "%+v", l)
		require.Equal(t, []int{4, 0, 0, 0}, []int{l.Run, l.Unsuccessful, l.Errors, l.Warnings})
	}

	_, exit = r.run("WFE01", "sc config w3svc start= auto && net start w3svc")
	require.Zero(t, exit)
	require.Empty(t, r.all("damage"))
	require.Len(t, r.all("started"), 7) // four packages, two wizards, one stsadm
	require.Len(t, r.all("exited"), 7)
}
